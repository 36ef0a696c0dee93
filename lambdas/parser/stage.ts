import type { FileFault } from '../../shared/csv/file-fault.ts';
import type { CsvRecord } from '../../shared/csv/records.ts';
import { batchKey } from '../../shared/keys.ts';
import { type Batch, hasWork } from '../../shared/ledger/batch.ts';
import { limits } from '../../shared/limits.ts';
import { mapConcurrently } from '../../shared/map-concurrently.ts';
import type { ParserDependencies } from './dependencies.ts';
import { type Settlement, settleRow } from './settle-row.ts';

/** A file whose survey reached its end and whose second reading does not: it was changed under our hands. */
class SourceChanged extends Error {
  override readonly name = 'SourceChanged';
}

async function* recordGroups(
  records: AsyncIterable<CsvRecord | FileFault>,
): AsyncGenerator<{ batch: number; group: readonly CsvRecord[] }> {
  let group: CsvRecord[] = [];
  let batch = 0;
  for await (const record of records) {
    if (record.kind === 'fault') throw new SourceChanged(`the second reading ended with ${record.code}`);
    group.push(record);
    if (group.length < limits.rowsPerBatch) continue;
    yield { batch, group };
    batch += 1;
    group = [];
  }
  if (group.length > 0) yield { batch, group };
}

/** What every batch of an import has in common. */
export type BatchHead = Omit<Batch, 'batch' | 'rows'>;

/**
 * Reads the file a second time and writes its rows, in order, as numbered batches of this run. Answers for each batch
 * whether it has something to send.
 */
export const stageBatches = async (
  records: AsyncIterable<CsvRecord | FileFault>,
  head: BatchHead,
  run: string,
  settlement: Settlement,
  { store }: ParserDependencies,
): Promise<readonly boolean[]> => {
  const stage = async ({ batch, group }: { batch: number; group: readonly CsvRecord[] }): Promise<boolean> => {
    const rows = await Promise.all(group.map((record) => settleRow(record, settlement, store)));
    const body: Batch = { ...head, batch, rows };
    await store.put(batchKey(head.importId, run, batch), JSON.stringify(body));
    return hasWork(rows);
  };
  return mapConcurrently(recordGroups(records), limits.stagingConcurrency, stage);
};
