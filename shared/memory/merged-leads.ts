import * as z from 'zod/mini';
import { importIdSchema } from '../bucket/keys.ts';
import { DamagedState, parseState, stateVersion, stateVersionSchema } from '../bucket/stored-json.ts';

/** An ended import, as a merged file names it. */
const mergedImportSchema = z.object({
  importId: importIdSchema,
  source: z.string(),
  registeredAt: z.iso.datetime(),
});

export type MergedImport = z.output<typeof mergedImportSchema>;

/** One import of a merged file: a head, then a fingerprint file as the import has left it. */
export interface MergedSection {
  readonly head: MergedImport;
  /** Of the fingerprints. */
  readonly sizeBytes: number;
  readonly fingerprints: AsyncIterable<Uint8Array>;
}

const headSchema = z.extend(mergedImportSchema, {
  version: stateVersionSchema,
  sizeBytes: z.int().check(z.nonnegative()),
});
const lengthBytes = 4;

/** A section as bytes: the length of the head (unsigned 32 bits, big endian), the head as JSON, the fingerprints. */
export async function* encodeSection({ head, sizeBytes, fingerprints }: MergedSection): AsyncGenerator<Uint8Array> {
  const text = Buffer.from(JSON.stringify({ version: stateVersion, ...head, sizeBytes }), 'utf8');
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(text.length);
  yield Buffer.concat([length, text]);
  yield* fingerprints;
}

/** Takes so many bytes of a stream at a time. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = Buffer.alloc(0);

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#chunks = bytes[Symbol.asyncIterator]();
  }

  /** So many bytes in the pieces in which they come; throws where the stream ends before. */
  async *pieces(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0; ) {
      if (!(await this.hasMore())) throw new DamagedState('a merged file ends inside a section');
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async take(count: number): Promise<Buffer> {
    return Buffer.concat(await Array.fromAsync(this.pieces(count)));
  }

  async hasMore(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }
}

/** The sections of a merged file, one after the other; fingerprints that are not read are skipped. */
export async function* sectionsOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<MergedSection> {
  const reader = new ByteReader(bytes);
  try {
    while (await reader.hasMore()) {
      const length = (await reader.take(lengthBytes)).readUInt32BE();
      const text = (await reader.take(length)).toString('utf8');
      const { version: _, sizeBytes, ...head } = parseState(headSchema, text, 'a file of merged imports');
      const fingerprints = reader.pieces(sizeBytes);
      yield { head, sizeBytes, fingerprints };
      for await (const _ of fingerprints);
    }
  } finally {
    await reader.close();
  }
}
