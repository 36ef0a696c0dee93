import * as z from 'zod/mini';
import { importIdSchema } from '../bucket/keys.ts';
import { stateVersion, stateVersionSchema } from '../bucket/stored-json.ts';
import { batchPlaceSchema, batchPlaces } from './batch-pages.ts';
import type { Manifest } from './manifest.ts';

/** The message that releases a batch: pointers only, never personal data. */
export const batchMessageSchema = z.object({
  version: stateVersionSchema,
  importId: importIdSchema,
  run: z.string(),
  batch: z.int().check(z.nonnegative()),
  place: batchPlaceSchema,
  /** Whether the batch ends with the next attempt, whatever is still open: it was a dead letter. */
  last: z.boolean(),
});

export type BatchMessage = z.output<typeof batchMessageSchema>;

/** Messages for batches of an import, by their numbers. */
export const batchMessages = (
  { importId, run, pages }: Pick<Manifest, 'importId' | 'run' | 'pages'>,
  batches: readonly number[],
): string[] => {
  const places = batchPlaces(pages);
  return batches.map((batch) => {
    const place = places[batch];
    if (place === undefined) throw new Error(`the import has no batch ${batch}`);
    const message: BatchMessage = { version: stateVersion, importId, run, batch, place, last: false };
    return JSON.stringify(message);
  });
};
