import pMap from 'p-map';
import type { FileFault } from '../../shared/csv/file-fault.ts';
import type { CsvRecord } from '../../shared/csv/records.ts';
import { batchKey } from '../../shared/keys.ts';
import { type Batch, type BatchRow, hasWork } from '../../shared/ledger/batch.ts';
import { limits } from '../../shared/limits.ts';
import type { ParserDependencies } from './dependencies.ts';
import { type Settlement, settleRow } from './settle-row.ts';

/** A file whose survey reached its end and whose second reading does not: it was changed under our hands. */
class SourceChanged extends Error {
  override readonly name = 'SourceChanged';
}

async function* rowGroups(
  records: AsyncIterable<CsvRecord | FileFault>,
  settlement: Settlement,
  store: ParserDependencies['store'],
): AsyncGenerator<{ batch: number; rows: BatchRow[] }> {
  let rows: BatchRow[] = [];
  let batch = 0;
  for await (const record of records) {
    if (record.kind === 'fault') throw new SourceChanged(`the second reading ended with ${record.code}`);
    rows.push(await settleRow(record, settlement, store));
    if (rows.length < limits.rowsPerBatch) continue;
    yield { batch, rows };
    batch += 1;
    rows = [];
  }
  if (rows.length > 0) yield { batch, rows };
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
  const groups = rowGroups(records, settlement, store);
  const stage = async ({ batch, rows }: { batch: number; rows: BatchRow[] }): Promise<boolean> => {
    const body: Batch = { ...head, batch, rows };
    await store.put(batchKey(head.importId, run, batch), JSON.stringify(body));
    return hasWork(rows);
  };
  return pMap(groups, stage, { concurrency: limits.stagingConcurrency });
};
