import { hash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Chance } from '../../shared/clock.ts';

/** All the chance of a run, from one seed: the same seed rolls the same numbers in the same order. */
export class Dice implements Chance {
  readonly #rolls;
  #tokens = 0;

  /** @param stream names rolls of their own, which leave all others as they are */
  constructor(seed: number, stream = '') {
    // Neighbouring seeds would begin with the same rolls; their hashes do not.
    this.#rolls = xoroshiro128plus(hash('sha256', `${seed}${stream}`, 'buffer').readInt32LE(0));
  }

  /** In [0, 1). */
  fraction(): number {
    return uniformFloat64(this.#rolls);
  }

  chance(probability: number): boolean {
    return probability > 0 && this.fraction() < probability;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return uniformInt(this.#rolls, least, most);
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.between(0, items.length - 1)] as Item;
  }

  token(): string {
    this.#tokens += 1;
    return `token${this.#tokens}`;
  }
}
