import { hash } from 'node:crypto';
import type { WriteCondition } from '../../shared/bucket/object-store.ts';
import type { EpochMs } from '../../shared/clock.ts';
import type { Invocation } from './invocation.ts';

/** One version of an object. */
export interface StoredVersion {
  readonly versionId: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly writtenAt: EpochMs;
}

export type PutAnswer = { readonly status: 200; readonly version: StoredVersion } | { readonly status: 412 | 404 };

/** A versioned bucket with S3's promises: strongly consistent, conditional writes with one winner. */
export class SimulatedBucket {
  readonly #now: () => EpochMs;
  readonly #onCreated: (key: string, version: StoredVersion) => void;
  readonly #objects = new Map<string, StoredVersion[]>();
  /** Who took the lease of a journal last. */
  readonly holders = new Map<string, { readonly owner: string; readonly invocation: Invocation }>();
  /** Batches that somebody damaged. */
  readonly damaged = new Set<string>();
  #versions = 0;

  /** Versions written so far. */
  get writes(): number {
    return this.#versions;
  }

  constructor(now: () => EpochMs, onCreated: (key: string, version: StoredVersion) => void) {
    this.#now = now;
    this.#onCreated = onCreated;
  }

  get(key: string, versionId?: string): StoredVersion | undefined {
    const versions = this.#objects.get(key);
    return versionId === undefined ? versions?.at(-1) : versions?.find((version) => version.versionId === versionId);
  }

  put(
    key: string,
    body: string | Uint8Array,
    condition?: WriteCondition,
    metadata: Readonly<Record<string, string>> = {},
  ): PutAnswer {
    const current = this.get(key);
    if (condition !== undefined && 'ifAbsent' in condition && current !== undefined) return { status: 412 };
    if (condition !== undefined && 'ifMatch' in condition && current === undefined) return { status: 404 };
    if (condition !== undefined && 'ifMatch' in condition && current?.etag !== condition.ifMatch)
      return { status: 412 };
    this.#versions += 1;
    const bytes = Buffer.from(body);
    const version: StoredVersion = {
      versionId: `version${this.#versions}`,
      body: bytes,
      // As S3 does it: the same bytes have the same ETag.
      etag: `"${hash('md5', bytes)}"`,
      metadata,
      writtenAt: this.#now(),
    };
    this.#objects.set(key, [...(this.#objects.get(key) ?? []), version]);
    this.#onCreated(key, version);
    return { status: 200, version };
  }

  /** Keys below a prefix behind `after`, ascending, so many at most. */
  keys(prefix: string, after = '', most = Number.POSITIVE_INFINITY): string[] {
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix) && key > after);
    return keys.toSorted().slice(0, most);
  }

  /** All versions of an object, the first one first. */
  versions(key: string): readonly StoredVersion[] {
    return this.#objects.get(key) ?? [];
  }

  text(key: string): string | undefined {
    return this.get(key)?.body.toString('utf8');
  }
}
