import { batchKey } from '../../shared/keys.ts';
import { type Batch, openRows } from '../../shared/ledger/batch.ts';
import { limits } from '../../shared/limits.ts';
import { mapConcurrently } from '../../shared/map-concurrently.ts';
import type { ParserDependencies } from './dependencies.ts';
import type { SpooledRow } from './spool.ts';
import { type StagingPlan, stageRow } from './stage-row.ts';

async function* inGroups(
  rows: AsyncIterable<SpooledRow>,
): AsyncGenerator<{ number: number; group: readonly SpooledRow[] }> {
  let group: SpooledRow[] = [];
  let number = 0;
  for await (const row of rows) {
    group.push(row);
    if (group.length < limits.rowsPerBatch) continue;
    yield { number, group };
    number += 1;
    group = [];
  }
  if (group.length > 0) yield { number, group };
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
  const stage = async ({ number, group }: { number: number; group: readonly SpooledRow[] }): Promise<boolean> => {
    const staged = await Promise.all(group.map((row) => stageRow(row, plan, store)));
    const batch: Batch = { ...head, batch: number, rows: staged };
    await store.put(batchKey(head.importId, run, number), JSON.stringify(batch));
    return openRows(staged).length > 0;
  };
  return mapConcurrently(inGroups(rows), limits.stagingConcurrency, stage);
};
