import { closeSync, createReadStream, ftruncateSync, writeSync } from 'node:fs';
import { openNameless } from '../../shared/nameless-file.ts';
import { decodeRow, encodeRow, type SpooledRow } from './spooled-row.ts';

/** Small files stay in memory; this much text of any other does. */
const memoryLength = 2 * 1024 * 1024;

/** Of the file, at once. */
const chunkBytes = 256 * 1024;
/** Of those in memory, at once. */
const groupRows = 200;

/**
 * Keeps the rows of a file between the reading that understands them and the one that stages them, in order: in memory
 * while there are few, then in a nameless file.
 */
export class Spool {
  #lines: string[] = [];
  #length = 0;
  #file: number | undefined;
  #written = 0;

  add(row: SpooledRow): void {
    const line = encodeRow(row);
    this.#lines.push(line);
    this.#length += line.length + 1;
    if (this.#length > memoryLength) this.#write();
  }

  #write(): void {
    this.#file ??= openNameless();
    this.#written += writeSync(this.#file, `${this.#lines.join('\n')}\n`, this.#written);
    this.#lines = [];
    this.#length = 0;
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
    for (let at = 0; at < this.#lines.length; at += groupRows)
      yield this.#lines.slice(at, at + groupRows).map(decodeRow);
  }

  /** Forgets all rows, for another reading. */
  clear(): void {
    if (this.#file !== undefined) ftruncateSync(this.#file);
    this.#written = 0;
    this.#lines = [];
    this.#length = 0;
  }

  /** Lets go of all rows for good. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#lines = [];
  }
}
