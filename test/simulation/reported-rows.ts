import { parse } from 'csv-parse/sync';
import { manifestKey, prefixes, reportFiles } from '../../shared/bucket/keys.ts';
import type { EpochMs } from '../../shared/clock.ts';
import type { Summary } from '../../shared/report/summary.ts';
import type { World } from './invocation.ts';
import type { Drop, DroppedRow, People } from './people.ts';
import type { SimulatedApi } from './simulated-api.ts';
import type { SimulatedBucket } from './simulated-bucket.ts';
import type { simulatedQueues } from './simulated-importer.ts';
import type { Witness } from './witness.ts';

/** Everything that there is to be held against each other when all is at rest. */
export interface Aftermath {
  readonly world: World;
  readonly bucket: SimulatedBucket;
  readonly api: SimulatedApi;
  readonly people: People;
  readonly witness: Witness;
  readonly queues: ReturnType<typeof simulatedQueues>;
  readonly sweepEveryMs: number;
}

/** One line of a report beside the row that was dropped. */
export interface ReportedRow extends DroppedRow {
  readonly drop: Drop;
  readonly index: number;
  readonly summary: Summary;
  readonly status: string;
  readonly reportedId: string;
  readonly codes: string;
  readonly documents: string;
}

/** The status of rows whose file the importer gave up: its report says so for all of them at once. */
export const abandoned = 'abandoned';

/** The status of rows whose state was damaged: no report can be published, and an alarm calls a person. */
export const stuck = 'stuck';
const noSummary = { finishedAt: new Date(0).toISOString() } as Summary;

/** Whether the batches that count for a drop were damaged. */
export const isDamaged = ({ importId }: Drop, { bucket }: Aftermath): boolean => {
  const manifest = JSON.parse(bucket.text(manifestKey(importId)) ?? '{}') as { run?: string };
  return [...bucket.damaged].some((key) => key.startsWith(`${prefixes.batches}${importId}/${manifest.run}/`));
};

/** What the report of a drop says of each of its rows; whatever does not fit the drop is a violation. */
export const readReport = (drop: Drop, aftermath: Aftermath): ReportedRow[] => {
  const { bucket, world } = aftermath;
  const violate = (what: string): void => world.chronicle.violate(`${drop.importId}: ${what}`);
  const summaryText = bucket.text(`${drop.prefix}${reportFiles.summary}`);
  if (summaryText === undefined) {
    if (!isDamaged(drop, aftermath)) violate('there is no report');
    const end = { drop, summary: noSummary, status: stuck, reportedId: '', codes: '', documents: '' };
    return drop.rows.map((row, index) => ({ ...row, ...end, index }));
  }
  if (isDamaged(drop, aftermath)) violate('a report was published whose rows are not those of the file');
  const summary = JSON.parse(summaryText) as Summary;
  const table = parse(bucket.text(`${drop.prefix}${reportFiles.report}`) ?? '', { columns: true }) as Record<
    string,
    string
  >[];
  const counted = Object.values(summary.statuses).reduce((sum, count) => sum + count, 0);
  if (counted !== summary.rows || table.length !== summary.rows) violate('the totals do not add up');
  if (summary.fileError?.code === 'importer_failed') {
    const end = { drop, summary, status: abandoned, reportedId: '', codes: '', documents: '' };
    return drop.rows.map((row, index) => ({ ...row, ...end, index }));
  }
  if (drop.kind === 'unreadable') {
    if (summary.fileError?.code !== 'unclosed_quote') violate('an open quote was not refused');
    return [];
  }
  if (summary.fileError !== null && drop.kind === 'import')
    violate(`a good file is refused as ${summary.fileError.code}`);
  const expected = drop.rows.length + (drop.kind === 'refused' ? 1 : 0);
  if (table.length !== expected) violate(`${table.length} rows are reported, ${expected} were dropped`);
  return drop.rows.flatMap((row, index): ReportedRow[] => {
    const line = table[index];
    if (line?.['Accounting Software'] !== row.want.key || Number(line['lead__Line']) !== index + 2) {
      violate(`row ${index} is not reported in its place`);
      return [];
    }
    return [
      {
        ...row,
        drop,
        index,
        summary,
        status: line['lead__Status'] ?? '',
        reportedId: line['lead__Id'] ?? '',
        codes: line['lead__ErrorCode'] ?? '',
        documents: line['lead__Documents'] ?? '',
      },
    ];
  });
};

/** When somebody first said of an unconfirmed row what is at lumi: from then on it may be sent again by another import. */
export const answeredAt = ({ want, drop }: ReportedRow, { people }: Aftermath): EpochMs => {
  const isAnswer = ({ answers, droppedAt, rows }: Drop): boolean =>
    answers && droppedAt > drop.droppedAt && rows.some((row) => row.want.key === want.key);
  return Math.min(...people.drops.filter(isAnswer).map(({ droppedAt }) => droppedAt));
};

export const isCreated = ({ status, leadId }: ReportedRow): boolean => status.startsWith('created') && leadId === '';

/** Whether it was time to give up, or a batch had failed too often. */
export const gaveUp = ({ drop, summary }: ReportedRow, { world }: Aftermath): boolean =>
  Date.parse(summary.finishedAt) >= drop.giveUpAt - 10_000 || world.chronicle.marks.has('dead letter of batches');
