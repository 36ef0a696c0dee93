import { closeSync, createReadStream, ftruncateSync, writeSync } from 'node:fs';
import { openNameless } from '../../shared/nameless-file.ts';
import { decodeRow, encodeRow, type SpooledRow } from './spooled-row.ts';

/** Small files stay in memory; so much of any other waits to be written. */
const memoryBytes = 2 * 1024 * 1024;
/** A character of UTF-16 has at most so many bytes of UTF-8. */
const bytesEach = 3;

/** Of the file, at once. */
const chunkBytes = 256 * 1024;
/** Of those in memory, at once. */
const groupRows = 200;

/**
 * Keeps the rows of a file between the reading that understands them and the one that stages them, in order: in memory
 * while there are few, then in a nameless file. What waits is bytes and not texts, which would outlive collection after
 * collection.
 */
export class Spool {
  #memory = Buffer.alloc(0);
  #used = 0;
  #file: number | undefined;
  #written = 0;

  add(row: SpooledRow): void {
    const line = `${encodeRow(row)}\n`;
    const most = line.length * bytesEach;
    if (most > this.#memory.length - this.#used) this.#makeRoom(most);
    this.#used += this.#memory.write(line, this.#used);
  }

  #makeRoom(sizeBytes: number): void {
    if (this.#used > 0) this.#write();
    if (sizeBytes > this.#memory.length) this.#memory = Buffer.allocUnsafe(Math.max(memoryBytes, sizeBytes));
  }

  #write(): void {
    this.#file ??= openNameless();
    for (let from = 0; from < this.#used; ) {
      const bytes = writeSync(this.#file, this.#memory, from, this.#used - from, this.#written);
      from += bytes;
      this.#written += bytes;
    }
    this.#used = 0;
  }

  /** All rows, in order and in groups; to be read once, when all are in. */
  async *groups(): AsyncGenerator<readonly SpooledRow[]> {
    if (this.#file !== undefined) {
      const options = {
        fd: this.#file,
        start: 0,
        autoClose: false,
        highWaterMark: chunkBytes,
        encoding: 'utf8',
      } as const;
      let begun = '';
      for await (const chunk of createReadStream('', options) as AsyncIterable<string>) {
        const lines = `${begun}${chunk}`.split('\n');
        begun = lines.pop() ?? '';
        yield lines.map(decodeRow);
      }
    }
    const lines = this.#memory.toString('utf8', 0, this.#used).split('\n');
    for (let at = 0; at + 1 < lines.length; at += groupRows)
      yield lines.slice(at, Math.min(at + groupRows, lines.length - 1)).map(decodeRow);
  }

  /** Forgets all rows, for another reading. */
  clear(): void {
    if (this.#file !== undefined) ftruncateSync(this.#file);
    this.#written = 0;
    this.#used = 0;
  }

  /** Lets go of all rows for good. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#memory = Buffer.alloc(0);
    this.#used = 0;
  }
}
