import { pMapIterable } from 'p-map';
import type { ObjectStore } from '../../shared/aws/object-store.ts';
import { batchKey, outcomesKey } from '../../shared/keys.ts';
import { type Batch, type BatchRow, batchSchema } from '../../shared/ledger/batch.ts';
import { type Manifest, releasedBatches } from '../../shared/ledger/manifest.ts';
import { type Outcomes, outcomesSchema } from '../../shared/ledger/outcome.ts';
import { readState } from '../../shared/ledger/stored-json.ts';
import { limits } from '../../shared/limits.ts';
import { type ReportRow, reportRow } from '../../shared/report/report-row.ts';

/** A row with its end, and what is known of it beside the report. */
export interface MergedRow {
  readonly row: BatchRow;
  readonly report: ReportRow;
}

/** One batch, merged with its outcomes where it had any. */
export interface MergedBatch {
  readonly rows: readonly MergedRow[];
  /** When the submitter settled it, ISO 8601; undefined where the parser did. */
  readonly settledAt: string | undefined;
}

const readBatch = async (store: ObjectStore, manifest: Manifest, batch: number): Promise<Batch> => {
  const stored = await readState(store, batchKey(manifest.importId, manifest.run, batch), batchSchema);
  if (stored === undefined) throw new Error(`batch ${batch} is not in the bucket`);
  return stored.value;
};

const readOutcomes = async (store: ObjectStore, importId: string, batch: number): Promise<Outcomes> => {
  const stored = await readState(store, outcomesKey(importId, batch), outcomesSchema);
  if (stored === undefined) throw new Error(`the outcomes of batch ${batch} are not in the bucket`);
  return stored.value;
};

/** All rows of an import with their ends, in the file's order, a few batches in memory at a time. */
export const mergedBatches = (store: ObjectStore, manifest: Manifest): AsyncIterable<MergedBatch> => {
  const released = new Set(releasedBatches(manifest));
  const merge = async (batch: number): Promise<MergedBatch> => {
    const [{ rows }, outcomes] = await Promise.all([
      readBatch(store, manifest, batch),
      released.has(batch) ? readOutcomes(store, manifest.importId, batch) : undefined,
    ]);
    return {
      rows: rows.map((row, index) => ({ row, report: reportRow(row, outcomes?.outcomes[index]) })),
      settledAt: outcomes?.settledAt,
    };
  };
  const numbers = Array.from({ length: manifest.batches }, (_, batch) => batch);
  return pMapIterable(numbers, merge, { concurrency: limits.reportReadAhead, backpressure: limits.reportReadAhead });
};
