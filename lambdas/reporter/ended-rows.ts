import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { limits } from '../../shared/limits.ts';
import { mapAhead } from '../../shared/map-concurrently.ts';
import { wasCancelled } from '../../shared/report/tally.ts';
import { openRows, type Row, withStates } from '../../shared/state/batch.ts';
import { batchPlaces, pageReader } from '../../shared/state/batch-pages.ts';
import { cancelled, endingOf } from '../../shared/state/endings.ts';
import { type Manifest, releasedBatches } from '../../shared/state/manifest.ts';
import { readOutcomes } from '../../shared/state/outcomes.ts';
import type { Ended } from '../../shared/state/row-state.ts';

/** A row with the state that it will keep. */
export interface EndedRow extends Row {
  readonly state: Ended;
}

/** A batch with all of its rows ended. */
export interface EndedBatch {
  readonly rows: readonly EndedRow[];
  /** When the submitter finished it, ISO 8601; undefined where it had nothing to do, or the import was cancelled before it began. */
  readonly finishedAt: string | undefined;
  /** Whether the API set a bound to how fast it was sent. */
  readonly isPaced: boolean;
}

const isEndedRow = (row: Row): row is EndedRow => row.state.state === 'ended';

const allEnded = (rows: readonly Row[]): readonly EndedRow[] => {
  if (rows.every(isEndedRow)) return rows;
  throw new Error(`the row on line ${rows.find((row) => !isEndedRow(row))?.line} has not ended`);
};

/** How the rows of a batch ended that has no outcomes: nobody has begun it, and the import was cancelled. */
const cancelledStates = (rows: readonly Row[]): Ended[] => openRows(rows).map((row) => endingOf(row, cancelled));

/**
 * All rows of an import as they ended, in the file's order, a few batches in memory at a time.
 * @param isCancelled whether batches without outcomes are those that nobody has begun
 */
export const endedBatches = (
  store: ObjectStore,
  manifest: Manifest,
  isCancelled: boolean,
): AsyncGenerator<EndedBatch> => {
  const released = new Set(releasedBatches(manifest));
  const { importId, run } = manifest;
  const readBatch = pageReader(store);
  return mapAhead(batchPlaces(manifest.pages), limits.reportReadAhead, async (place, number) => {
    const stored = await readBatch({ importId, run, batch: number, place });
    if (stored === undefined) throw new Error(`batch ${number} is not in the bucket`);
    const { rows } = stored;
    if (!released.has(number)) return { rows: allEnded(rows), finishedAt: undefined, isPaced: false };
    const outcomes = await readOutcomes(store, importId, number);
    if (outcomes === undefined && !isCancelled)
      throw new Error(`the outcomes of batch ${number} are not in the bucket`);
    const states = outcomes?.states ?? cancelledStates(rows);
    // The submitter may have ended the batch just so in the meantime: the report is the same.
    const finishedAt = states.every(wasCancelled) ? undefined : outcomes?.finishedAt;
    return { rows: allEnded(withStates(rows, states)), finishedAt, isPaced: outcomes?.perSecond !== undefined };
  });
};
