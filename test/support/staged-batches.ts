import { pageKey } from '../../shared/bucket/keys.ts';
import { type Batch, batchSchema } from '../../shared/state/batch.ts';
import { batchPlaces } from '../../shared/state/batch-pages.ts';
import type { Manifest } from '../../shared/state/manifest.ts';

/** A batch of an import as its page holds it. */
export const stagedBatch = (
  { importId, run, pages }: Pick<Manifest, 'importId' | 'run' | 'pages'>,
  number: number,
  bytesOf: (key: string) => Buffer | undefined,
): Batch => {
  const place = batchPlaces(pages)[number];
  if (place === undefined) throw new Error(`the import has no batch ${number}`);
  const page = bytesOf(pageKey(importId, run, place.page));
  const text = page?.toString('utf8', place.from, place.from + place.bytes) ?? '';
  return batchSchema.parse(JSON.parse(text));
};
