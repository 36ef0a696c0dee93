import * as z from 'zod/mini';
import { batchOfKey, importIdSchema, journalsPrefix, outcomesKey, outcomesPrefix } from '../bucket/keys.ts';
import type { ObjectStore } from '../bucket/object-store.ts';
import { readState, stateVersionSchema } from '../bucket/stored-json.ts';
import { endedSchema } from './row-state.ts';

/** `state/outcomes/<import>/<n>.json`: how the rows ended that the parser left to the submitter. */
export const outcomesSchema = z.object({
  version: stateVersionSchema,
  importId: importIdSchema,
  batch: z.int().check(z.nonnegative()),
  /** When the last row of the batch ended. */
  finishedAt: z.iso.datetime(),
  /** Requests a second that the API let the instance send when the last row ended; absent where it set no bound. */
  perSecond: z.optional(z.number()),
  /** One for each row that the parser left open, in order. */
  states: z.array(endedSchema),
});

export type Outcomes = z.output<typeof outcomesSchema>;

/** How the open rows of a batch ended; undefined while some are open. */
export const readOutcomes = async (
  store: ObjectStore,
  importId: string,
  batch: number,
): Promise<Outcomes | undefined> => (await readState(store, outcomesKey(importId, batch), outcomesSchema))?.value;

/** Writes a batch's outcomes once. Where some are there, those count: both writers held the lease in their time. */
export const writeOutcomesOnce = async (store: ObjectStore, outcomes: Outcomes): Promise<'written' | 'exists'> => {
  const key = outcomesKey(outcomes.importId, outcomes.batch);
  const result = await store.put(key, JSON.stringify(outcomes), { ifAbsent: true });
  return result.kind === 'written' ? 'written' : 'exists';
};

const batchesBelow = async (store: ObjectStore, prefix: string): Promise<ReadonlySet<number>> => {
  const batches = new Set<number>();
  for await (const { key } of store.list(prefix)) batches.add(batchOfKey(key));
  return batches;
};

/** The batches of an import that have outcomes: completeness is one LIST. */
export const batchesWithOutcomes = (store: ObjectStore, importId: string): Promise<ReadonlySet<number>> =>
  batchesBelow(store, outcomesPrefix(importId));

/**
 * The batches of an import that an attempt has begun and none has finished. What is not among them and has no outcomes
 * was never begun: of a cancelled import it never will be.
 */
export const batchesUnderWay = async (store: ObjectStore, importId: string): Promise<readonly number[]> => {
  const begun = await batchesBelow(store, journalsPrefix(importId));
  const finished = await batchesWithOutcomes(store, importId);
  return [...begun].filter((batch) => !finished.has(batch));
};
