import { createHash } from 'node:crypto';
import type { VirtualTime } from './virtual-time.ts';

/** What a run did: its trace and the hash of it, what it reached, and what it did that must never be. */
export class Chronicle {
  readonly #time: VirtualTime;
  readonly #hash = createHash('sha256');
  readonly #listener: ((line: string) => void) | undefined;
  readonly marks = new Map<string, number>();
  readonly violations: string[] = [];

  /** @param listener hears every line of the trace */
  constructor(time: VirtualTime, listener?: (line: string) => void) {
    this.#time = time;
    this.#listener = listener;
  }

  tell(line: string): void {
    this.#hash.update(`${this.#time.now} ${line}\n`);
    this.#listener?.(`${new Date(this.#time.now).toISOString()} ${line}`);
  }

  /** Counts that a fault came or a branch was taken. */
  mark(name: string): void {
    this.marks.set(name, (this.marks.get(name) ?? 0) + 1);
  }

  violate(invariant: string): void {
    if (this.violations.includes(invariant)) return;
    this.violations.push(invariant);
    this.tell(`VIOLATION ${invariant}`);
  }

  hash(): string {
    return this.#hash.digest('hex');
  }
}
