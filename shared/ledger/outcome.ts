import { z } from 'zod';
import type { ObjectStore } from '../aws/object-store.ts';
import { batchOfOutcomesKey, importIdSchema, outcomesKey, outcomesPrefix } from '../keys.ts';
import { problemSchema } from './batch.ts';
import { formatVersion } from './stored-json.ts';

const documentOutcomeSchema = z.union([
  z.object({ name: z.string(), id: z.string() }),
  z.object({ name: z.string(), code: z.string() }),
]);

/** How one row of a released batch ended. */
export const outcomeSchema = z.object({
  status: z.enum(['created', 'created_documents_incomplete', 'duplicate', 'rejected', 'failed', 'unconfirmed']),
  leadId: z.string().optional(),
  problems: z.array(problemSchema),
  documents: z.array(documentOutcomeSchema),
});

export type Outcome = z.output<typeof outcomeSchema>;

/** `state/outcomes/<import>/<n>.json`: one outcome per row of the batch, in order; null where the parser had settled the row. */
export const outcomesSchema = z.object({
  version: z.literal(formatVersion),
  importId: importIdSchema,
  batch: z.int().nonnegative(),
  settledAt: z.iso.datetime(),
  outcomes: z.array(outcomeSchema.nullable()),
});

export type Outcomes = z.output<typeof outcomesSchema>;

/** Writes a batch's outcomes once. Where some are there, those count: both writers held the lease in their time. */
export const settleOutcomes = async (store: ObjectStore, outcomes: Outcomes): Promise<'written' | 'exists'> => {
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
