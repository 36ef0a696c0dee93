/** A hash as its 32-bit words: they are compared and copied without a call for each. */
export type Hash = Uint32Array;

const wordBytes = Uint32Array.BYTES_PER_ELEMENT;

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

/** Hashes in a flat array, by open addressing over their first words; which slots are taken is the caller's to know. */
export class HashTable {
  readonly #taken: Uint8Array | Uint32Array;
  readonly #size: number;
  readonly #words: Uint32Array;

  /** @param taken a number for each slot, 0 where it is free; as many as a power of two */
  constructor(taken: Uint8Array | Uint32Array, sizeBytes: number) {
    this.#taken = taken;
    this.#size = sizeBytes / wordBytes;
    this.#words = new Uint32Array(taken.length * this.#size);
  }

  /** The slot of a hash: where it stands, or the free one that is for it. */
  slotOf(hash: Hash): number {
    const mask = this.#taken.length - 1;
    let slot = (hash[0] ?? 0) & mask;
    while (this.#taken[slot] !== 0 && !this.#isAt(slot, hash)) slot = (slot + 1) & mask;
    return slot;
  }

  #isAt(slot: number, hash: Hash): boolean {
    const at = slot * this.#size;
    for (let word = 0; word < this.#size; word += 1) if (this.#words[at + word] !== hash[word]) return false;
    return true;
  }

  put(slot: number, hash: Hash): void {
    const at = slot * this.#size;
    for (let word = 0; word < this.#size; word += 1) this.#words[at + word] = hash[word] ?? 0;
  }

  at(slot: number): Hash {
    return this.#words.subarray(slot * this.#size, (slot + 1) * this.#size);
  }

  bytesAt(slot: number): Buffer {
    const { buffer, byteOffset, byteLength } = this.at(slot);
    return Buffer.from(buffer, byteOffset, byteLength);
  }
}
