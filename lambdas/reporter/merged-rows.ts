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

const bothOf = async <One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> => {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
};

/**
 * All rows of an import with their ends, in the file's order, a few batches in memory at a time. However the iteration
 * ends, what was being read ahead is waited for.
 */
export async function* mergedBatches(store: ObjectStore, manifest: Manifest): AsyncGenerator<MergedBatch> {
  const released = new Set(releasedBatches(manifest));
  const underWay = new Set<Promise<MergedBatch>>();
  const merge = async (batch: number): Promise<MergedBatch> => {
    const outcomesOf = released.has(batch) ? readOutcomes(store, manifest.importId, batch) : Promise.resolve(undefined);
    const [{ rows }, outcomes] = await bothOf(readBatch(store, manifest, batch), outcomesOf);
    return {
      rows: rows.map((row, index) => ({ row, report: reportRow(row, outcomes?.outcomes[index]) })),
      settledAt: outcomes?.settledAt,
    };
  };
  const tracked = (batch: number): Promise<MergedBatch> => {
    const merged = merge(batch);
    underWay.add(merged);
    return merged.finally(() => underWay.delete(merged));
  };
  const numbers = Array.from({ length: manifest.batches }, (_, batch) => batch);
  const options = { concurrency: limits.reportReadAhead, backpressure: limits.reportReadAhead };
  try {
    yield* pMapIterable(numbers, tracked, options);
  } finally {
    await Promise.allSettled(underWay);
  }
}
