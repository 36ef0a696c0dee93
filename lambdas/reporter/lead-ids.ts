import { hash } from 'node:crypto';
import { HashReader, HashTable } from '../../shared/memory/hash-table.ts';

/** Bytes that are kept of an id's hash: among a million ids two meet by chance once in 37 million imports. */
const idBytes = 8;

/** The ids of the leads that an import has created, each with the line of its row, in flat arrays. */
export class LeadIds {
  readonly #reader = new HashReader(idBytes);
  readonly #lines: Uint32Array;
  readonly #ids: HashTable;
  #left: number;

  /** @param rows of the file: at least half of the table stays empty, so that probing stays short */
  constructor(rows: number) {
    this.#left = rows;
    this.#lines = new Uint32Array(2 ** Math.ceil(Math.log2(2 * rows + 2)));
    this.#ids = new HashTable(this.#lines, idBytes);
  }

  /** Notes the id of a row's lead; the line of the row that has it already, where one has. */
  add(id: string, line: number): number | undefined {
    const hashed = this.#reader.of(hash('sha256', id, 'hex'));
    const slot = this.#ids.slotOf(hashed);
    const earlier = this.#lines[slot] ?? 0;
    if (earlier !== 0) return earlier;
    // More leads than rows: the totals do not add up, and nothing of this is published.
    if (this.#left === 0) return undefined;
    this.#left -= 1;
    this.#lines[slot] = line;
    this.#ids.put(slot, hashed);
    return undefined;
  }
}
