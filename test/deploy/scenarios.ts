import { deepEqual, equal } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { aCsv, rows } from '../support/sample-rows.ts';
import { countsOf, holdAgainst, reportOf, summariesOf } from './acts.ts';
import type { Place, PlacedApi } from './place.ts';

const samples = join(import.meta.dirname, '..', '..', 'samples');

/** One thing that a partner does, and what must come of it. */
export interface Scenario {
  readonly name: string;
  /** What the place must offer for it. */
  readonly needs: 'nothing' | 'credentials' | 'api';
  readonly run: (place: Place) => Promise<void>;
}

const leadsAt = (place: Place): number | undefined => place.api?.leads().length;

const importCsv = async (place: Place, path: string, csv: string | Uint8Array, metadata = {}) => {
  await place.put(`incoming/${path}.csv`, csv, metadata);
  const report = await reportOf(place, path);
  holdAgainst(place, report);
  return report;
};

const uploadSampleDocuments = async (place: Place): Promise<void> => {
  const folder = join(samples, 'documents');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    await place.put(`documents/${path.slice(folder.length + 1)}`, readFileSync(path));
  }
};

const withoutApi = async (place: Place, act: (api: PlacedApi) => Promise<void>): Promise<void> => {
  if (place.api === undefined) throw new Error('this scenario needs an API that can go down');
  await place.api.goDown();
  try {
    await act(place.api);
  } finally {
    await place.api.comeBack();
  }
};

/** Unlike the leads of any other run against the same place: a real account keeps what it was given. */
const run = Math.floor(Date.now() / 1000) % 400_000;
const someRows = (count: number, first: number) => rows(count, run * 2_000 + first);

/** What a partner does in the first days, in the order in which it is done. */
export const scenarios: readonly Scenario[] = [
  {
    // First: the functions believe a good secret for some minutes.
    name: 'imports wait for credentials, and go on by themselves once they are right',
    needs: 'credentials',
    run: async (place) => {
      await place.put('incoming/waits.csv', aCsv(someRows(10, 1)));
      await sleep(2_000);
      await place.fillInCredentials?.(false);
      await sleep(4_000);
      equal((await place.list('reports/waits/')).length, 0, 'there is no report while nothing could be sent');
      await place.fillInCredentials?.(true);
      const report = await reportOf(place, 'waits');
      holdAgainst(place, report);
      deepEqual(countsOf(report), { created: 10 });
    },
  },
  {
    name: 'the samples are imported with their documents',
    needs: 'api',
    run: async (place) => {
      await uploadSampleDocuments(place);
      const tidy = await importCsv(place, 'samples/leads', readFileSync(join(samples, 'leads.csv')));
      deepEqual(countsOf(tidy), { created: 36, duplicate: 1 });
      equal(tidy.summary.documents.attached, 5);
      const troubled = await importCsv(place, 'samples/troubled', readFileSync(join(samples, 'troubled.csv')));
      equal(troubled.summary.state, 'completed');
      equal((troubled.summary.statuses.rejected ?? 0) > 0, true, 'some rows of it are rejected');
    },
  },
  {
    name: 'the same rows again are duplicates, under another name too',
    needs: 'nothing',
    run: async (place) => {
      const csv = aCsv(someRows(20, 100));
      deepEqual(countsOf(await importCsv(place, 'once', csv)), { created: 20 });
      const before = leadsAt(place);
      deepEqual(countsOf(await importCsv(place, 'twice', csv)), { duplicate: 20 });
      const known = await summariesOf(place, 'once');
      await place.put('incoming/once.csv', csv);
      deepEqual(countsOf(await reportOf(place, 'once', known)), { duplicate: 20 });
      equal(leadsAt(place), before);
    },
  },
  {
    name: 'a dry run sends nothing',
    needs: 'nothing',
    run: async (place) => {
      const before = leadsAt(place);
      await place.put('validate/rehearsal.csv', aCsv(someRows(10, 200)));
      const report = await reportOf(place, 'rehearsal');
      holdAgainst(place, report);
      deepEqual(countsOf(report), { valid: 10 });
      equal(leadsAt(place), before);
    },
  },
  {
    name: 'a file that cannot be used is refused with a report',
    needs: 'nothing',
    run: async (place) => {
      const { summary } = await importCsv(place, 'a folder/refused & more', 'Colour,Shape\nred,round\n');
      equal(summary.state, 'refused');
      equal(summary.fileError?.code, 'missing_column');
    },
  },
  {
    name: 'five thousand rows',
    needs: 'api',
    run: async (place) => {
      const before = leadsAt(place) ?? 0;
      deepEqual(countsOf(await importCsv(place, 'many', aCsv(rows(5_000, 50_000)))), { created: 5_000 });
      equal(leadsAt(place), before + 5_000);
    },
  },
  {
    name: 'past the give-up time rows are failed, and nothing of them is at the API',
    needs: 'api',
    run: async (place) => {
      const before = leadsAt(place);
      await withoutApi(place, async () => {
        const csv = aCsv(someRows(30, 300));
        const report = await importCsv(place, 'past', csv, { 'give-up-after': '6s' });
        deepEqual(countsOf(report), { failed: 30 });
      });
      equal(leadsAt(place), before);
    },
  },
  {
    name: 'an API that is down for a while only delays',
    needs: 'api',
    run: async (place) => {
      await withoutApi(place, async () => {
        await place.put('incoming/down.csv', aCsv(someRows(60, 400)));
        await sleep(5_000);
        equal((await place.list('reports/down/')).length, 0);
      });
      const report = await reportOf(place, 'down');
      holdAgainst(place, report);
      deepEqual(countsOf(report), { created: 60 });
    },
  },
];

/** Runs whatever the place offers the means for, one after the other. */
export const runScenarios = async (place: Place, told: (name: string, seconds: number) => void): Promise<void> => {
  const offers = { nothing: true, credentials: place.fillInCredentials !== undefined, api: place.api !== undefined };
  for (const { name, needs, run: act } of scenarios) {
    if (!offers[needs]) continue;
    const startedAt = performance.now();
    try {
      await act(place);
    } catch (error) {
      throw new Error(`"${name}" did not come true`, { cause: error });
    }
    told(name, (performance.now() - startedAt) / 1000);
  }
};
