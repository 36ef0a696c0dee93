import type { CsvRecord } from '../../shared/csv/records.ts';
import type { FileFault } from '../../shared/file-fault.ts';
import { batchKey } from '../../shared/keys.ts';
import { type Batch, openRows } from '../../shared/ledger/batch.ts';
import { limits } from '../../shared/limits.ts';
import { mapConcurrently } from '../../shared/map-concurrently.ts';
import type { ParserDependencies } from './dependencies.ts';
import { type StagingPlan, stageRow } from './stage-row.ts';

/** A file whose survey reached its end and whose second reading does not: it was changed in between. */
class SourceChanged extends Error {
  override readonly name = 'SourceChanged';
}

async function* recordGroups(
  records: AsyncIterable<CsvRecord | FileFault>,
): AsyncGenerator<{ number: number; group: readonly CsvRecord[] }> {
  let group: CsvRecord[] = [];
  let number = 0;
  for await (const record of records) {
    if (record.kind === 'fault') throw new SourceChanged(`the second reading ended with ${record.code}`);
    group.push(record);
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
 * Reads the file a second time and writes its rows, in order, as numbered batches of this run. Answers for each batch
 * whether it has something to send.
 */
export const stageBatches = async (
  records: AsyncIterable<CsvRecord | FileFault>,
  { run, ...head }: BatchHead,
  plan: StagingPlan,
  { store }: ParserDependencies,
): Promise<readonly boolean[]> => {
  const stage = async ({ number, group }: { number: number; group: readonly CsvRecord[] }): Promise<boolean> => {
    const rows = await Promise.all(group.map((record) => stageRow(record, plan, store)));
    const batch: Batch = { ...head, batch: number, rows };
    await store.put(batchKey(head.importId, run, number), JSON.stringify(batch));
    return openRows(rows).length > 0;
  };
  return mapConcurrently(recordGroups(records), limits.stagingConcurrency, stage);
};
