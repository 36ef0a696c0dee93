import * as z from 'zod/mini';
import { BoundedMap } from '../bounded-map.ts';
import { pageKey } from '../bucket/keys.ts';
import { getBytes, type ObjectStore } from '../bucket/object-store.ts';
import { DamagedState, parseState } from '../bucket/stored-json.ts';
import { limits } from '../limits.ts';
import { type Batch, batchSchema } from './batch.ts';

/** Where a batch lies: which page of its run, and which bytes of it. */
export const batchPlaceSchema = z.object({
  page: z.int().check(z.nonnegative()),
  from: z.int().check(z.nonnegative()),
  bytes: z.int().check(z.positive()),
});

export type BatchPlace = z.output<typeof batchPlaceSchema>;

/** For each page of an import, in order, where each of its batches ends, bytes from the page's beginning. */
export const batchPagesSchema = z.array(z.array(z.int().check(z.positive())));

type BatchPages = readonly (readonly number[])[];

/** The places of all batches, by their numbers. */
export const batchPlaces = (pages: BatchPages): BatchPlace[] =>
  pages.flatMap((ends, page) =>
    ends.map((end, at) => {
      const from = ends[at - 1] ?? 0;
      return { page, from, bytes: end - from };
    }),
  );

/** A batch of a parser run. */
export interface StagedBatch {
  readonly importId: string;
  readonly run: string;
  readonly batch: number;
  readonly place: BatchPlace;
}

/** The batch that a place is said to hold. Throws where it holds another one. */
const parseBatch = ({ importId, run, batch, place }: StagedBatch, bytes: Buffer): Batch => {
  const key = pageKey(importId, run, place.page);
  const parsed = parseState(batchSchema, bytes.toString('utf8'), `${key} from byte ${place.from} on`);
  if (parsed.importId === importId && parsed.batch === batch) return parsed;
  throw new DamagedState(`${key} does not hold batch ${batch} where it was written to`);
};

/** Writes batches, given as their JSON, as a page. @returns where each of them ends */
export const writePage = async (
  store: ObjectStore,
  { importId, run, page }: Pick<StagedBatch, 'importId' | 'run'> & { readonly page: number },
  batches: readonly string[],
): Promise<number[]> => {
  const lines = batches.map((text) => Buffer.from(`${text}\n`));
  await store.put(pageKey(importId, run, page), Buffer.concat(lines));
  let end = 0;
  return lines.map(({ length }) => {
    end += length;
    return end;
  });
};

/** One batch alone; undefined where its page is not there. */
export const readBatch = async (store: ObjectStore, staged: StagedBatch): Promise<Batch | undefined> => {
  const { importId, run, place } = staged;
  const stored = await getBytes(store, pageKey(importId, run, place.page), place);
  return stored === undefined ? undefined : parseBatch(staged, stored.bytes);
};

/** Reads batches in about their order, each page of them once. */
export const pageReader = (store: ObjectStore): ((staged: StagedBatch) => Promise<Batch | undefined>) => {
  const pages = new BoundedMap<string, ReturnType<typeof getBytes>>(limits.keptPages);
  const page = (key: string): ReturnType<typeof getBytes> => {
    const known = pages.get(key);
    if (known !== undefined) return known;
    const read = getBytes(store, key);
    pages.set(key, read);
    return read;
  };
  return async (staged) => {
    const { importId, run, place } = staged;
    const stored = await page(pageKey(importId, run, place.page));
    if (stored === undefined) return undefined;
    return parseBatch(staged, stored.bytes.subarray(place.from, place.from + place.bytes));
  };
};
