import { hash } from 'node:crypto';
import { HashColumn, HashReader } from '../../shared/memory/hash-column.ts';

/** Bytes that are kept of an id's hash: among a million ids two meet by chance once in 37 million imports. */
const idBytes = 8;

/** The ids of the leads that an import has created, each with the line of its row, in flat arrays. */
export class LeadIds {
  readonly #reader = new HashReader(idBytes);
  readonly #ids = new HashColumn(idBytes);
  readonly #lines: Uint32Array;

  /** @param rows of the file */
  constructor(rows: number) {
    this.#lines = new Uint32Array(rows);
  }

  /** Notes the id of a row's lead; the line of the row that has it already, where one has. */
  add(id: string, line: number): number | undefined {
    const hashed = this.#reader.of(hash('sha256', id, 'hex'));
    const earlier = this.#ids.find(hashed);
    if (earlier !== undefined) return this.#lines[earlier];
    // More leads than rows: the totals do not add up, and nothing of this is published.
    if (this.#ids.count === this.#lines.length) return undefined;
    this.#lines[this.#ids.add(hashed)] = line;
    return undefined;
  }
}
