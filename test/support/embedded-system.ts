import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { test } from 'vitest';
import {
  type LocalImporter,
  type LocalImporterOptions,
  startLocalImporter,
} from '../../infra/laptop/local-importer.ts';
import { type Sandbox, startSandbox } from '../../infra/sandbox/sandbox.ts';
import { reportFiles } from '../../shared/bucket/keys.ts';
import { getText } from '../../shared/bucket/object-store.ts';
import type { EventFields, EventName } from '../../shared/log.ts';
import type { Summary } from '../../shared/report/summary.ts';

/** A finished import as a partner sees it. */
export interface Finished {
  readonly summary: Summary;
  /** Lines of `report.csv` by header. */
  readonly report: readonly Readonly<Record<string, string>>[];
  readonly retry: readonly Readonly<Record<string, string>>[];
  readonly reportText: string;
  readonly retryText: string;
  readonly html: string;
}

/** The whole importer on embedded parts, with a Leads API that counts. */
export interface EmbeddedSystem {
  readonly importer: LocalImporter;
  readonly api: Sandbox;
  readonly events: readonly (readonly [EventName, EventFields])[];
  drop(key: string, csv: string | Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<void>;
  finished(key: string): Promise<Finished>;
  /** Drops a file and waits for its report. */
  import(key: string, csv: string | Uint8Array, metadata?: Readonly<Record<string, string>>): Promise<Finished>;
  /** E-mail addresses at the API, one entry a lead, sorted. */
  emails(): readonly string[];
  stop(): Promise<void>;
}

const username = 'partner';
const password = 'secret';

const table = (text: string): Record<string, string>[] =>
  parse(text, { columns: true, relax_column_count: true, bom: true });

/** Only against hanging: a slow machine must not fail a test. */
const longestWaitMs = 600_000;

/** Starts a system; waits are short, so that a test sees the same steps as the cloud in a second. */
export const startSystem = async (options: Partial<LocalImporterOptions> = {}): Promise<EmbeddedSystem> => {
  const api = await startSandbox({ username, password, latencyMs: 50 });
  const events: [EventName, EventFields][] = [];
  const importer = await startLocalImporter({
    apiUrl: api.url,
    username,
    password,
    concurrency: 10,
    log: (event, fields = {}) => events.push([event, fields]),
    listingSettleMs: 300,
    backoffBaseMs: 100,
    backoffCapMs: 1_000,
    answerTimeoutMs: 1_000,
    ...options,
  });

  const finished = async (key: string): Promise<Finished> => {
    const until = performance.now() + longestWaitMs;
    for (;;) {
      const prefix = await importer.reportOf(key);
      const text = async (name: string): Promise<string> =>
        (await getText(importer.store, `${prefix}${name}`))?.text ?? '';
      if (prefix !== undefined) {
        const [reportText, retryText, html, summary] = await Promise.all(
          [reportFiles.report, reportFiles.retry, reportFiles.html, reportFiles.summary].map(text),
        );
        return {
          summary: JSON.parse(summary ?? '') as Summary,
          report: table(reportText ?? ''),
          retry: table(retryText ?? ''),
          reportText: reportText ?? '',
          retryText: retryText ?? '',
          html: html ?? '',
        };
      }
      if (performance.now() > until) throw new Error(`no report of ${key} after ${longestWaitMs} ms`);
      await sleep(20);
    }
  };

  const drop: EmbeddedSystem['drop'] = (key, csv, metadata) => importer.upload(key, csv, metadata);
  return {
    importer,
    api,
    events,
    drop,
    finished,
    import: async (key, csv, metadata) => {
      await drop(key, csv, metadata);
      return finished(key);
    },
    emails: () =>
      api.store
        .all()
        .map(({ payload }) => payload.customer?.email ?? '')
        .toSorted(),
    stop: async () => {
      await importer.stop();
      await api.stop();
    },
  };
};

/** A test with an importer of its own, so that several can run side by side. */
export const itOnSystem = test.extend<{ system: EmbeddedSystem }>({
  system: async ({ task: _ }, use) => {
    const system = await startSystem();
    await use(system);
    await system.stop();
  },
});

/** Statuses of a report's lines, in order. */
export const statusesOf = ({ report }: Finished): string[] => report.map((line) => line['lead__Status'] ?? '');

/** Checks that a report is whole: its lines are its rows, and its statuses are its rows. */
export const addsUp = ({ summary, report }: Finished): boolean =>
  report.length === summary.rows &&
  Object.values(summary.statuses).reduce((sum, count) => sum + count, 0) === summary.rows;
