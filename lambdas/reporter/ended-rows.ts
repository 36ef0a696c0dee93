import type { ObjectStore } from '../../shared/aws/object-store.ts';
import { batchKey, outcomesKey } from '../../shared/keys.ts';
import { type Batch, batchSchema, type Row, withStates } from '../../shared/ledger/batch.ts';
import { type Manifest, releasedBatches } from '../../shared/ledger/manifest.ts';
import { type Outcomes, outcomesSchema } from '../../shared/ledger/outcomes.ts';
import type { Ended } from '../../shared/ledger/row-state.ts';
import { readState } from '../../shared/ledger/stored-json.ts';
import { limits } from '../../shared/limits.ts';
import { mapAhead } from '../../shared/map-concurrently.ts';

/** A row with the state that it will keep. */
export interface EndedRow extends Row {
  readonly state: Ended;
}

/** A batch with all of its rows ended. */
export interface EndedBatch {
  readonly rows: readonly EndedRow[];
  /** When the submitter finished it, ISO 8601; undefined where the parser left nothing open. */
  readonly finishedAt: string | undefined;
}

const readBatch = async (store: ObjectStore, { importId, run }: Manifest, batch: number): Promise<Batch> => {
  const stored = await readState(store, batchKey(importId, run, batch), batchSchema);
  if (stored === undefined) throw new Error(`batch ${batch} is not in the bucket`);
  return stored.value;
};

const readOutcomes = async (store: ObjectStore, importId: string, batch: number): Promise<Outcomes> => {
  const stored = await readState(store, outcomesKey(importId, batch), outcomesSchema);
  if (stored === undefined) throw new Error(`the outcomes of batch ${batch} are not in the bucket`);
  return stored.value;
};

const endedRow = (row: Row): EndedRow => {
  const { state } = row;
  if (state.state !== 'ended') throw new Error(`the row on line ${row.line} has not ended`);
  return { ...row, state };
};

/** All rows of an import as they ended, in the file's order, a few batches in memory at a time. */
export const endedBatches = (store: ObjectStore, manifest: Manifest): AsyncGenerator<EndedBatch> => {
  const released = new Set(releasedBatches(manifest));
  const numbers = Array.from({ length: manifest.batches }, (_, number) => number);
  return mapAhead(numbers, limits.reportReadAhead, async (number) => {
    const { rows } = await readBatch(store, manifest, number);
    const outcomes = released.has(number) ? await readOutcomes(store, manifest.importId, number) : undefined;
    return { rows: withStates(rows, outcomes?.states ?? []).map(endedRow), finishedAt: outcomes?.finishedAt };
  });
};
