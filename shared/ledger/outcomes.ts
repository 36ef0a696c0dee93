import { z } from 'zod';
import type { ObjectStore } from '../aws/object-store.ts';
import { batchOfOutcomesKey, importIdSchema, outcomesKey, outcomesPrefix } from '../keys.ts';
import { endedSchema } from './row-state.ts';
import { outcomesOfVersion1 } from './version-1.ts';

const currentOutcomesSchema = z.object({
  version: z.literal(2),
  importId: importIdSchema,
  batch: z.int().nonnegative(),
  /** When the last row of the batch ended. */
  finishedAt: z.iso.datetime(),
  /** One for each row that the parser left open, in order. */
  states: z.array(endedSchema),
});

export type Outcomes = z.output<typeof currentOutcomesSchema>;

/** `state/outcomes/<import>/<n>.json`: how the rows ended that the parser left to the submitter. */
export const outcomesSchema = z.union([currentOutcomesSchema, outcomesOfVersion1]);

/** Writes a batch's outcomes once. Where some are there, those count: both writers held the lease in their time. */
export const writeOutcomesOnce = async (store: ObjectStore, outcomes: Outcomes): Promise<'written' | 'exists'> => {
  const key = outcomesKey(outcomes.importId, outcomes.batch);
  const result = await store.put(key, JSON.stringify(outcomes), { ifAbsent: true });
  return result.kind === 'written' ? 'written' : 'exists';
};

/** The batches of an import that have outcomes: completeness is one LIST. */
export const batchesWithOutcomes = async (store: ObjectStore, importId: string): Promise<ReadonlySet<number>> => {
  const batches = new Set<number>();
  for await (const { key } of store.list(outcomesPrefix(importId))) batches.add(batchOfOutcomesKey(key));
  return batches;
};
