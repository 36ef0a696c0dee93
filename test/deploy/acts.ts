import { equal, ok } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { reportFiles } from '../../shared/bucket/keys.ts';
import { type Progress, progressFile } from '../../shared/report/progress-json.ts';
import type { Summary } from '../../shared/report/summary.ts';
import type { Target } from './target.ts';

/** A report as a partner fetches it. */
export interface FetchedReport {
  readonly summary: Summary;
  readonly lines: readonly Readonly<Record<string, string>>[];
}

const longestWaitMs = 5 * 60_000;

/** The summaries of all imports of a file so far. */
export const summariesOf = async (target: Target, path: string): Promise<readonly string[]> =>
  (await target.list(`reports/${path}/`)).filter((key) => key.endsWith(`/${reportFiles.summary}`));

/**
 * Waits for the report of a file; throws where it does not come.
 * @param known summaries of earlier imports of the same file: two of one second have no order by their names
 */
export const reportOf = async (target: Target, path: string, known: readonly string[] = []): Promise<FetchedReport> => {
  const until = performance.now() + longestWaitMs;
  for (;;) {
    const key = (await summariesOf(target, path)).find((each) => !known.includes(each));
    if (key !== undefined) {
      const prefix = key.slice(0, -reportFiles.summary.length);
      const summary = JSON.parse((await target.get(key)) ?? '') as Summary;
      const csv = (await target.get(`${prefix}${reportFiles.report}`)) ?? '';
      const delimiter = summary.source.delimiter ?? ',';
      return { summary, lines: parse(csv, { columns: true, bom: true, delimiter, relax_column_count: true }) };
    }
    await target.failFast?.();
    if (performance.now() > until) throw new Error(`there is no report of ${path} after ${longestWaitMs / 1000} s`);
    await sleep(200);
  }
};

/** The list is given its time, and eight settle times more where it lacks a lead; and an API that was down is waited for. */
const longestProofMs = 20 * 60_000;

/** Waits for the report of a file in which stands what comparing its leads with the list has come to. */
export const provenReportOf = async (target: Target, path: string): Promise<FetchedReport> => {
  const until = performance.now() + longestProofMs;
  for (;;) {
    const report = await reportOf(target, path);
    if (report.summary.proof?.state !== 'pending') return report;
    await target.failFast?.();
    if (performance.now() > until) throw new Error(`${path} is not proven after ${longestProofMs / 1000} s`);
    await sleep(1_000);
  }
};

/** Waits until an import of a file is as far as it should be. */
export const progressOf = async (
  target: Target,
  path: string,
  isThere: (progress: Progress) => boolean,
): Promise<Progress> => {
  const until = performance.now() + longestWaitMs;
  for (;;) {
    const key = (await target.list(`reports/${path}/`)).find((each) => each.endsWith(`/${progressFile}`));
    const progress = key === undefined ? undefined : (JSON.parse((await target.get(key)) ?? 'null') as Progress | null);
    if (progress !== null && progress !== undefined && isThere(progress)) return progress;
    await target.failFast?.();
    if (performance.now() > until) throw new Error(`${path} is ${progress?.state ?? 'not there'}`);
    await sleep(200);
  }
};

/** Holds a report against itself and against the API: totals, and for every lead that was created its id, data and documents. */
export const holdAgainst = (target: Target, { summary, lines }: FetchedReport): void => {
  const counted = Object.values(summary.statuses).reduce((sum, count) => sum + count, 0);
  equal(counted, summary.rows, 'the statuses of the summary are its rows');
  equal(lines.length, summary.rows, 'the lines of the report are its rows');
  if (target.api === undefined) return;
  const leads = new Map(target.api.leads().map((lead) => [lead.id, lead]));
  for (const line of lines) {
    if (line['lead__Status'] !== 'created') continue;
    const lead = leads.get(line['lead__Id'] ?? '');
    ok(lead, `line ${line['lead__Line']} names a lead that the API has`);
    const email = Object.entries(line).find(([name]) => /^e-?mail|customer\.email$/i.test(name))?.[1];
    equal(lead.payload.customer?.email?.toLowerCase(), email?.trim().toLowerCase(), 'the lead is the line’s');
    const attached = (line['lead__Documents'] ?? '').split(';').filter((entry) => entry !== '').length;
    equal(lead.documents.length, attached, 'the documents of the report are at the API');
  }
};

/** Counts of a summary that are not nothing. */
export const countsOf = ({ summary }: FetchedReport): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(summary.statuses).filter(([, count]) => count > 0));
