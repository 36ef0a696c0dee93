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
