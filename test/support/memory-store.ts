import { hash } from 'node:crypto';
import type {
  ObjectStore,
  StoredObject,
  Which,
  WriteCondition,
  WriteResult,
} from '../../shared/bucket/object-store.ts';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const collect = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** A bucket in memory that keeps S3's promises: strongly consistent, conditional writes with one winner. */
export class MemoryStore implements ObjectStore {
  readonly objects = new Map<string, Buffer>();
  writes = 0;

  readonly #etags = new WeakMap<Buffer, string>();

  #etag(key: string): string | undefined {
    const body = this.objects.get(key);
    if (body === undefined) return undefined;
    const etag = this.#etags.get(body) ?? `"${hash('md5', body)}"`;
    this.#etags.set(body, etag);
    return etag;
  }

  async get(key: string, which?: Which): Promise<StoredObject | undefined> {
    const body = this.objects.get(key);
    const etag = this.#etag(key);
    if (body === undefined || etag === undefined) return undefined;
    if (which?.ifMatch !== undefined && which.ifMatch !== etag) throw new Error('412');
    const { from, bytes } = which?.range ?? { from: 0, bytes: body.length };
    return { body: once(body.subarray(from, from + bytes)), etag, sizeBytes: body.length, metadata: {} };
  }

  async head(key: string) {
    const etag = this.#etag(key);
    return etag === undefined ? undefined : { sizeBytes: this.objects.get(key)?.length ?? 0, etag };
  }

  /** Objects that somebody has removed. */
  readonly removed = new Set<string>();

  async wasRemoved(key: string): Promise<boolean> {
    return this.removed.has(key);
  }

  async put(key: string, body: string | Uint8Array, condition?: WriteCondition): Promise<WriteResult> {
    const current = this.#etag(key);
    if (condition !== undefined && 'ifAbsent' in condition && current !== undefined) return { kind: 'exists' };
    if (condition !== undefined && 'ifMatch' in condition && current !== condition.ifMatch) return { kind: 'changed' };
    this.objects.set(key, Buffer.from(body));
    this.writes += 1;
    return { kind: 'written', etag: this.#etag(key) ?? '' };
  }

  async upload(key: string, body: AsyncIterable<Uint8Array>): Promise<void> {
    this.objects.set(key, await collect(body));
    this.writes += 1;
  }

  /** What was written first has the earliest time. */
  async *list(prefix: string, after = '') {
    const times = new Map([...this.objects.keys()].map((key, at) => [key, at]));
    for (const key of [...this.objects.keys()].toSorted()) {
      if (key.startsWith(prefix) && key > after)
        yield { key, sizeBytes: this.objects.get(key)?.length ?? 0, storedAt: times.get(key) ?? 0 };
    }
  }

  text(key: string): string | undefined {
    return this.objects.get(key)?.toString('utf8');
  }
}
