import type { EpochMs } from '../clock.ts';

/** What a conditional write came to: each refusal has a name, and only infrastructure throws. */
export type WriteResult =
  | { readonly kind: 'written'; readonly etag: string }
  /** `If-None-Match: *`, and an object is there. It may be this writer's own, by a repeated request. */
  | { readonly kind: 'exists' }
  /** `If-Match`, and the object is another one by now, or gone. */
  | { readonly kind: 'changed' };

/** Under which condition an object is written; absent: whatever is there is overwritten. */
export type WriteCondition = { readonly ifAbsent: true } | { readonly ifMatch: string };

export interface StoredObject {
  readonly body: AsyncIterable<Uint8Array>;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Which version of it; absent where the bucket keeps none. */
  readonly versionId?: string | undefined;
}

export interface ObjectFacts {
  readonly key: string;
  readonly sizeBytes: number;
  /** By the bucket's clock, to the second. */
  readonly storedAt: EpochMs;
}

/** A part of an object's bytes. */
export interface ByteRange {
  readonly from: number;
  readonly bytes: number;
}

/** Which version of an object is read, and which part of it; whatever is not said: the latest, whole. */
export interface Which {
  readonly versionId?: string;
  readonly ifMatch?: string;
  readonly range?: ByteRange;
}

/** The one database of the importer: a bucket, by the few verbs that the stories need. */
export interface ObjectStore {
  /** The object, its body to be read or abandoned by the caller; undefined where there is none. */
  get(key: string, which?: Which): Promise<StoredObject | undefined>;
  /** Size and ETag of an object; undefined where there is none. */
  head(key: string): Promise<{ readonly sizeBytes: number; readonly etag: string } | undefined>;
  /** Whether an object was there that somebody has removed; absent where the bucket does not keep that. */
  wasRemoved?(key: string): Promise<boolean>;
  put(key: string, body: string | Uint8Array, condition?: WriteCondition): Promise<WriteResult>;
  /** Writes a stream of unknown length; nothing is visible before its end, and nothing at all if it throws. */
  upload(key: string, body: AsyncIterable<Uint8Array>, contentType: string): Promise<void>;
  /** Every object below a prefix, in the order of the keys, behind the key `after` where one is given. */
  list(prefix: string, after?: string): AsyncIterable<ObjectFacts>;
}

/** Reads an object's bytes, or a part of them. */
export const getBytes = async (
  store: ObjectStore,
  key: string,
  range?: ByteRange,
): Promise<{ readonly bytes: Buffer; readonly etag: string } | undefined> => {
  const object = await store.get(key, range === undefined ? undefined : { range });
  if (object === undefined) return undefined;
  // `text()` of the platform would take a byte-order mark away, and its `buffer()` goes through a Blob, which is slow.
  return { bytes: Buffer.concat(await Array.fromAsync(object.body)), etag: object.etag };
};

/** Reads an object whole as text. */
export const getText = async (
  store: ObjectStore,
  key: string,
): Promise<{ readonly text: string; readonly etag: string } | undefined> => {
  const stored = await getBytes(store, key);
  return stored === undefined ? undefined : { text: stored.bytes.toString('utf8'), etag: stored.etag };
};

/**
 * Lets go of a body that is not read to its end, so that its connection is free again: a body that is never read
 * keeps one of the client's sockets, and after fifty of them the bucket seems to hang.
 */
export const abandonBody = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
  const iterator = body[Symbol.asyncIterator]();
  // An iteration that never began has nothing to end: ending it would leave the stream open.
  await iterator.next().catch(() => undefined);
  await iterator.return?.();
};
