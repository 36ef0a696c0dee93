import { batchKey } from '../../shared/keys.ts';
import { type Batch, openRows } from '../../shared/ledger/batch.ts';
import { limits } from '../../shared/limits.ts';
import { mapConcurrently } from '../../shared/map-concurrently.ts';
import type { ParserDependencies } from './dependencies.ts';
import type { SpooledRow } from './spool.ts';
import { rowStager, type Staged, type StagingPlan, storedRow } from './stage-row.ts';

interface Group {
  readonly number: number;
  readonly rows: readonly { readonly row: SpooledRow; readonly staged: Staged }[];
}

/** The rows of each batch, each decided about in its turn. */
async function* inGroups(all: AsyncIterable<SpooledRow>, plan: StagingPlan): AsyncGenerator<Group> {
  const stage = rowStager(plan);
  let rows: Group['rows'][number][] = [];
  let number = 0;
  for await (const row of all) {
    rows.push({ row, staged: stage(row) });
    if (rows.length < limits.rowsPerBatch) continue;
    yield { number, rows };
    number += 1;
    rows = [];
  }
  if (rows.length > 0) yield { number, rows };
}

/** What every batch of an import has in common, and the parser run that stages it. */
export interface BatchHead extends Omit<Batch, 'batch' | 'rows'> {
  readonly run: string;
}

/**
 * Writes the rows of a file, in order, as numbered batches of this run. Answers for each batch whether it has something to
 * send.
 */
export const stageBatches = async (
  rows: AsyncIterable<SpooledRow>,
  { run, ...head }: BatchHead,
  plan: StagingPlan,
  { store }: ParserDependencies,
): Promise<readonly boolean[]> => {
  const write = async ({ number, rows: group }: Group): Promise<boolean> => {
    const stored = await Promise.all(group.map(({ row, staged }) => storedRow(row, staged, plan, store)));
    const batch: Batch = { ...head, batch: number, rows: stored };
    await store.put(batchKey(head.importId, run, number), JSON.stringify(batch));
    return openRows(stored).length > 0;
  };
  return mapConcurrently(inGroups(rows, plan), limits.stagingConcurrency, write);
};
