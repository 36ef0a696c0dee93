import { batchKey } from '../../shared/bucket/keys.ts';
import { limits } from '../../shared/limits.ts';
import { mapConcurrently } from '../../shared/map-concurrently.ts';
import { type Batch, batchText } from '../../shared/state/batch.ts';
import type { Status } from '../../shared/state/row-state.ts';
import type { ParserDependencies } from './dependencies.ts';
import type { SpooledRow } from './spooled-row.ts';
import {
  type Decision,
  rowStager,
  type StagingPlan,
  type StoredRow,
  storedAsUnderstood,
  storedRow,
} from './stage-row.ts';

interface Group {
  readonly number: number;
  readonly rows: readonly Decision[];
}

/** The rows of each batch, each decided about in its turn. */
async function* inGroups(all: AsyncIterable<readonly SpooledRow[]>, plan: StagingPlan): AsyncGenerator<Group> {
  const stage = rowStager(plan);
  let rows: Decision[] = [];
  let number = 0;
  for await (const group of all) {
    for (const row of group) {
      const decision = stage(row);
      rows.push(decision instanceof Promise ? await decision : decision);
      if (rows.length < limits.rowsPerBatch) continue;
      yield { number, rows };
      number += 1;
      rows = [];
    }
  }
  if (rows.length > 0) yield { number, rows };
}

/** What every batch of an import has in common, and the parser run that stages it. */
export interface BatchHead extends Omit<Batch, 'batch' | 'rows'> {
  readonly run: string;
}

/** What staging has come to. */
export interface StagedBatches {
  /** For each batch, whether it has something to send. */
  readonly released: readonly boolean[];
  /** Rows that have ended already, by status. */
  readonly ended: Readonly<Partial<Record<Status, number>>>;
}

/** The rows of a batch, where none of them waits for anything: nearly every batch. */
const allAsUnderstood = (rows: readonly Decision[]): StoredRow[] | undefined => {
  const stored = rows.map(storedAsUnderstood).filter((row) => row !== undefined);
  return stored.length === rows.length ? stored : undefined;
};

/** Writes the rows of a file, in order, as numbered batches of this run. */
export const stageBatches = async (
  rows: AsyncIterable<readonly SpooledRow[]>,
  { run, ...head }: BatchHead,
  plan: StagingPlan,
  { store }: ParserDependencies,
): Promise<StagedBatches> => {
  const ended: Partial<Record<Status, number>> = {};
  const write = async ({ number, rows: group }: Group): Promise<boolean> => {
    const stored =
      allAsUnderstood(group) ??
      (await mapConcurrently(group, limits.stagingConcurrency, (decision) => storedRow(decision, plan, store)));
    const texts = stored.map(({ text }) => text);
    await store.put(batchKey(head.importId, run, number), batchText({ ...head, batch: number }, texts));
    for (const { ended: status } of stored) if (status !== undefined) ended[status] = (ended[status] ?? 0) + 1;
    return stored.some(({ ended: status }) => status === undefined);
  };
  const released = await mapConcurrently(inGroups(rows, plan), limits.stagingConcurrency, write);
  return { released, ended };
};
