import { deepEqual, equal } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { aWorkbook } from '../support/a-workbook.ts';
import { aCsv, rows } from '../support/sample-rows.ts';
import { partsOf, repacked } from '../workbooks/parts-of.ts';
import { accountScenarios } from './account-scenarios.ts';
import { countsOf, holdAgainst, progressOf, provenReportOf, reportOf, summariesOf } from './acts.ts';
import { importCsv, leadsAt, type Scenario, someRows } from './scenario.ts';
import type { PlacedApi, Target } from './target.ts';

const samples = join(import.meta.dirname, '..', '..', 'samples');

const uploadSampleDocuments = async (target: Target): Promise<void> => {
  const folder = join(samples, 'documents');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    await target.put(`documents/${path.slice(folder.length + 1)}`, readFileSync(path));
  }
};

const withoutApi = async (target: Target, act: (api: PlacedApi) => Promise<void>): Promise<void> => {
  if (target.api === undefined) throw new Error('this scenario needs an API that can go down');
  await target.api.goDown();
  try {
    await act(target.api);
  } finally {
    await target.api.comeBack();
  }
};

/** What a partner does in the first days, in the order in which it is done. */
export const scenarios: readonly Scenario[] = [
  {
    // First: the functions believe a good secret for some minutes.
    name: 'imports wait for credentials, and go on by themselves once they are right',
    needs: 'credentials',
    run: async (target) => {
      await target.put('incoming/waits.csv', aCsv(someRows(10, 1)));
      await sleep(2_000);
      await target.fillInCredentials?.(false);
      await sleep(4_000);
      equal((await summariesOf(target, 'waits')).length, 0, 'there is no report while nothing could be sent');
      await target.fillInCredentials?.(true);
      const report = await reportOf(target, 'waits');
      holdAgainst(target, report);
      deepEqual(countsOf(report), { created: 10 });
    },
  },
  {
    name: 'the samples are imported with their documents',
    needs: 'api',
    run: async (target) => {
      await uploadSampleDocuments(target);
      const tidy = await importCsv(target, 'samples/leads', readFileSync(join(samples, 'leads.csv')));
      deepEqual(countsOf(tidy), { created: 36, duplicate: 1 });
      equal(tidy.summary.documents.attached, 5);
      const troubled = await importCsv(target, 'samples/troubled', readFileSync(join(samples, 'troubled.csv')));
      equal(troubled.summary.state, 'completed');
      equal((troubled.summary.statuses.rejected ?? 0) > 0, true, 'some rows of it are rejected');
    },
  },
  {
    // Its proof takes some minutes: the last scenario looks for it.
    name: 'an API keeps a lead twice and forgets another one, and answers as if all were well',
    needs: 'api',
    run: async (target) => {
      target.api?.script({ 3: 'twice', 5: 'forgotten' });
      await target.put('incoming/untruths.csv', aCsv(someRows(30, 1_100)));
      const report = await reportOf(target, 'untruths');
      deepEqual(countsOf(report), { created: 30 });
      equal(report.summary.proof?.state === 'not_made', false, 'it is to be compared with the list');
    },
  },
  {
    name: 'a document that alone fails holds no report, and comes with the retry file',
    needs: 'api',
    run: async (target) => {
      const { api } = target;
      if (api === undefined) throw new Error('this scenario needs an API that refuses documents');
      await target.put('documents/alone.pdf', 'a licence');
      const table = someRows(8, 1_200).map((row, index) => ({ ...row, Documents: index === 3 ? 'alone.pdf' : '' }));
      await api.without('document', async () => {
        const report = await importCsv(target, 'alone', aCsv(table));
        deepEqual(countsOf(report), { created: 7, created_documents_incomplete: 1 });
        equal(report.lines[3]?.['lead__Documents'], 'alone.pdf=!document_not_confirmed');
        const retry = (await target.get(report.summary.reports.retry ?? '')) ?? '';
        await target.put('incoming/alone-retry.csv', retry);
        await progressOf(target, 'alone-retry', ({ state }) => state === 'sending' || state === 'waiting');
      });
      const report = await reportOf(target, 'alone-retry');
      holdAgainst(target, report);
      deepEqual(countsOf(report), { created: 1 });
    },
  },
  {
    name: 'rows that nobody could confirm are answered in their file',
    needs: 'api',
    run: async (target) => {
      const { api } = target;
      if (api === undefined) throw new Error('this scenario needs an API that loses answers');
      const table = someRows(4, 1_250);
      let open: readonly Record<string, string>[] = [];
      const lose = { 1: 'reset_after', 2: 'reset_before' } as const;
      await api.without(
        'list',
        async () => {
          const report = await importCsv(target, 'doubts', aCsv(table), { 'give-up-after': '15s' });
          deepEqual(countsOf(report), { created: 2, unconfirmed: 2 });
          const text = (await target.get(report.summary.reports.unconfirmed ?? '')) ?? '';
          open = parse(text, { columns: true }) as Record<string, string>[];
        },
        lose,
      );
      const before = api.leads();
      const idOf = (email: string | undefined) =>
        before.find(({ payload }) => payload.customer?.email === email)?.id ?? 'none';
      const answered = open.map((line) => ({ ...line, lead__Id: idOf(line['Email']) }));
      deepEqual(
        answered.map(({ lead__Id }) => lead__Id === 'none').toSorted(),
        [false, true],
        'one of the two is there',
      );
      deepEqual(countsOf(await importCsv(target, 'answers', aCsv(answered))), { created: 2 });
      equal(api.leads().length, before.length + 1);
      deepEqual(countsOf(await importCsv(target, 'answers again', aCsv(answered))), { created: 1, duplicate: 1 });
      equal(api.leads().length, before.length + 1);
    },
  },
  {
    name: 'a workbook comes in, and its retry.xlsx is corrected and dropped again',
    needs: 'nothing',
    run: async (target) => {
      const [good, bad] = someRows(2, 150);
      const names = Object.keys(good ?? {});
      const cells = [good, { ...bad, Email: 'wrong' }].map((row) => names.map((name) => row?.[name] ?? ''));
      const sheet = { name: 'Leads', rows: [names, ...cells] };
      await target.put('incoming/workbook.xlsx', await aWorkbook({ sheets: [sheet] }));
      const report = await reportOf(target, 'workbook');
      deepEqual(countsOf(report), { created: 1, rejected: 1 });
      equal(report.summary.source.sheet, 'Leads');
      const parts = await partsOf(Buffer.from((await target.bytes(report.summary.reports.retryWorkbook ?? '')) ?? []));
      const part = 'xl/worksheets/sheet1.xml';
      const corrected = (parts.get(part) ?? '').replace('>wrong<', `>${bad?.['Email']}<`);
      await target.put('incoming/workbook-retry.xlsx', await repacked(parts, { [part]: corrected }));
      deepEqual(countsOf(await reportOf(target, 'workbook-retry')), { created: 1 });
    },
  },
  {
    name: 'the same rows again are duplicates, under another name too',
    needs: 'nothing',
    run: async (target) => {
      const csv = aCsv(someRows(20, 100));
      deepEqual(countsOf(await importCsv(target, 'once', csv)), { created: 20 });
      const before = leadsAt(target);
      deepEqual(countsOf(await importCsv(target, 'twice', csv)), { duplicate: 20 });
      const known = await summariesOf(target, 'once');
      await target.put('incoming/once.csv', csv);
      deepEqual(countsOf(await reportOf(target, 'once', known)), { duplicate: 20 });
      equal(leadsAt(target), before);
    },
  },
  {
    name: 'a dry run sends nothing',
    needs: 'nothing',
    run: async (target) => {
      const before = leadsAt(target);
      await target.put('validate/rehearsal.csv', aCsv(someRows(10, 200)));
      const report = await reportOf(target, 'rehearsal');
      holdAgainst(target, report);
      deepEqual(countsOf(report), { valid: 10 });
      equal(leadsAt(target), before);
    },
  },
  {
    name: 'a file that cannot be used is refused with a report',
    needs: 'nothing',
    run: async (target) => {
      const { summary } = await importCsv(target, 'a folder/refused & more', 'Colour,Shape\nred,round\n');
      equal(summary.state, 'refused');
      equal(summary.fileError?.code, 'missing_column');
    },
  },
  {
    name: 'five thousand rows',
    needs: 'api',
    run: async (target) => {
      const before = leadsAt(target) ?? 0;
      deepEqual(countsOf(await importCsv(target, 'many', aCsv(rows(5_000, 50_000)))), { created: 5_000 });
      equal(leadsAt(target), before + 5_000);
    },
  },
  ...accountScenarios,
  {
    name: 'two imports in one queue: each comes to its report, and each lead is created once',
    needs: 'api',
    run: async (target) => {
      const before = leadsAt(target) ?? 0;
      await target.put('incoming/large.csv', aCsv(rows(3_000, 70_000)));
      await sleep(2_500);
      const small = await importCsv(target, 'small', aCsv(someRows(37, 800)));
      const large = await reportOf(target, 'large');
      holdAgainst(target, large);
      deepEqual([countsOf(small), countsOf(large)], [{ created: 37 }, { created: 3_000 }]);
      equal(leadsAt(target), before + 3_037);
    },
  },
  {
    name: 'past the give-up time rows are failed, and nothing of them is at the API',
    needs: 'api',
    run: async (target) => {
      const before = leadsAt(target);
      await withoutApi(target, async () => {
        const csv = aCsv(someRows(30, 300));
        const report = await importCsv(target, 'past', csv, { 'give-up-after': '6s' });
        deepEqual(countsOf(report), { failed: 30 });
      });
      equal(leadsAt(target), before);
    },
  },
  {
    name: 'an API that is down for a while only delays',
    needs: 'api',
    run: async (target) => {
      await withoutApi(target, async () => {
        await target.put('incoming/down.csv', aCsv(someRows(60, 400)));
        await sleep(5_000);
        equal((await summariesOf(target, 'down')).length, 0);
      });
      const report = await reportOf(target, 'down');
      holdAgainst(target, report);
      deepEqual(countsOf(report), { created: 60 });
    },
  },
  {
    name: 'an import that waits for an API that is down is cancelled, and nothing of it is sent when the API is back',
    needs: 'api',
    run: async (target) => {
      const before = leadsAt(target);
      await withoutApi(target, async () => {
        await target.put('incoming/stopped.csv', aCsv(someRows(120, 900)));
        const { importId } = await progressOf(
          target,
          'stopped',
          ({ state }) => state === 'sending' || state === 'waiting',
        );
        await target.put(`control/${importId}/cancel`, '');
        const report = await reportOf(target, 'stopped');
        equal(report.summary.state, 'cancelled');
        deepEqual(countsOf(report), { failed: 120 });
        await progressOf(target, 'stopped', ({ state }) => state === 'cancelled');
      });
      await sleep(3_000);
      equal(leadsAt(target), before);
    },
  },
];

/** What is looked for when everything else was done: it takes its time by itself. */
export const lastScenarios: readonly Scenario[] = [
  {
    name: 'imports were compared with the list of leads: what is wrong is told, and nothing else',
    needs: 'api',
    run: async (target) => {
      const good = await provenReportOf(target, 'samples/leads');
      deepEqual([good.summary.proof?.state, good.summary.proof?.there], ['done', 36]);
      const bad = await provenReportOf(target, 'untruths');
      const { checkedAt: _, ...proof } = bad.summary.proof ?? {};
      deepEqual(proof, { state: 'done', there: 28, notThere: 1, twice: 1, other: 0 });
      const told = bad.lines.map((line) => line['lead__ErrorCode']).filter((code) => code !== '');
      deepEqual(told.toSorted(), ['maybe_twice', 'not_at_lumi']);
      deepEqual(countsOf(bad), { created: 30 });
    },
  },
];

/** Runs what the target offers the means for, one after the other. */
export const runScenarios = async (
  wanted: readonly Scenario[],
  target: Target,
  told: (name: string, seconds: number) => void,
): Promise<void> => {
  const offers = {
    nothing: true,
    credentials: target.fillInCredentials !== undefined,
    api: target.api !== undefined,
    account: target.account !== undefined,
  };
  for (const { name, needs, run: act } of wanted) {
    if (!offers[needs]) continue;
    const startedAt = performance.now();
    try {
      await act(target);
    } catch (error) {
      throw new Error(`"${name}" did not come true`, { cause: error });
    }
    told(name, (performance.now() - startedAt) / 1000);
  }
};
