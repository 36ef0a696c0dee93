import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';

/** A file being written to the bucket: nothing of it is visible before `finish`. */
export interface Draft {
  write(bytes: Uint8Array): Promise<void>;
  /** Publishes what was written. */
  finish(): Promise<void>;
  /** Throws it away. */
  discard(): Promise<void>;
}

/** A draft that there is only where something is written. */
export class OptionalDraft implements Pick<Draft, 'write' | 'discard'> {
  readonly #open: () => Draft;
  readonly #head: Uint8Array;
  #draft: Draft | undefined;

  /** @param head what it begins with */
  constructor(open: () => Draft, head: Uint8Array) {
    this.#open = open;
    this.#head = head;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    if (this.#draft === undefined) {
      this.#draft = this.#open();
      await this.#draft.write(this.#head);
    }
    await this.#draft.write(bytes);
  }

  /** @returns whether there is one now */
  async finish(): Promise<boolean> {
    await this.#draft?.finish();
    return this.#draft !== undefined;
  }

  async discard(): Promise<void> {
    await this.#draft?.discard();
  }
}

/** Opens a draft that goes to the bucket in parts while it grows. */
export const openDraft = (store: ObjectStore, key: string, contentType: string): Draft => {
  const stream = new PassThrough({ highWaterMark: 256 * 1024 });
  const uploaded = store.upload(key, stream, contentType);
  // `finish` and `discard` handle the error; until then a failing upload must not end the process.
  uploaded.catch((error: unknown) => stream.destroy(error instanceof Error ? error : new Error('the upload failed')));
  return {
    write: async (bytes) => {
      if (bytes.length === 0 || stream.write(bytes)) return;
      await Promise.race([once(stream, 'drain'), uploaded]);
    },
    finish: async () => {
      stream.end();
      await uploaded;
    },
    discard: async () => {
      stream.destroy(new Error('the draft was discarded'));
      await uploaded.catch(() => undefined);
    },
  };
};
