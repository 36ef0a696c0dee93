import { grown } from '../grown.ts';

/** A hash as its 32-bit words: they are compared and copied without a call for each. */
export type Hash = Uint32Array;

const wordBytes = Uint32Array.BYTES_PER_ELEMENT;
/** Enough for the files of a day's work. */
const firstCapacity = 512;

/** Reads hashes of one length into the same words, each in place of the one before: millions of them leave no garbage. */
export class HashReader {
  readonly #bytes: Buffer;
  readonly #words: Hash;

  constructor(sizeBytes: number) {
    this.#words = new Uint32Array(sizeBytes / wordBytes);
    this.#bytes = Buffer.from(this.#words.buffer);
  }

  /** @param hash hexadecimal, or its bytes; only good until the next one is read */
  of(hash: string | Buffer): Hash {
    if (typeof hash === 'string') this.#bytes.write(hash, 'hex');
    else for (let at = 0; at < this.#bytes.length; at += 1) this.#bytes[at] = hash[at] ?? 0;
    return this.#words;
  }
}

/**
 * Hashes of one length, numbered from 0 on as they come, in flat arrays; of each the first that is equal is found, by open
 * addressing over their first words. At least half of the slots stay empty, so that probing stays short.
 */
export class HashColumn {
  readonly #size: number;
  #words: Uint32Array;
  /** For each slot the number of a hash, plus one; 0 where it is free. A power of two. */
  #slots = new Uint32Array(2 * firstCapacity);
  #count = 0;

  constructor(sizeBytes: number) {
    this.#size = sizeBytes / wordBytes;
    this.#words = new Uint32Array(firstCapacity * this.#size);
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** The number of the first hash that is equal; undefined where none is. */
  find(hash: Hash): number | undefined {
    const entry = this.#slots[this.#slotOf(hash)] ?? 0;
    return entry === 0 ? undefined : entry - 1;
  }

  /** Adds a hash. @returns the number of the first that is equal: its own, where none was */
  add(hash: Hash): number {
    if (this.#count * 2 >= this.#slots.length) this.#grow();
    const number = this.#count;
    const at = number * this.#size;
    for (let word = 0; word < this.#size; word += 1) this.#words[at + word] = hash[word] ?? 0;
    this.#count += 1;
    return this.#enter(hash, number);
  }

  /** A hash by its number. */
  bytesAt(number: number): Buffer {
    const { buffer } = this.#words;
    return Buffer.from(buffer, number * this.#size * wordBytes, this.#size * wordBytes);
  }

  #enter(hash: Hash, number: number): number {
    const slot = this.#slotOf(hash);
    const entry = this.#slots[slot] ?? 0;
    if (entry !== 0) return entry - 1;
    this.#slots[slot] = number + 1;
    return number;
  }

  #grow(): void {
    this.#words = grown(this.#words, this.#words.length + 1);
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let number = 0; number < this.#count; number += 1)
      this.#enter(this.#words.subarray(number * this.#size, (number + 1) * this.#size), number);
  }

  /** The slot of a hash: where it stands, or the free one that is for it. */
  #slotOf(hash: Hash): number {
    const mask = this.#slots.length - 1;
    let slot = (hash[0] ?? 0) & mask;
    for (;;) {
      const entry = this.#slots[slot] ?? 0;
      if (entry === 0 || this.#isAt(entry - 1, hash)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #isAt(number: number, hash: Hash): boolean {
    const at = number * this.#size;
    for (let word = 0; word < this.#size; word += 1) if (this.#words[at + word] !== hash[word]) return false;
    return true;
  }
}
