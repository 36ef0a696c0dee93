import type { EpochMs } from '../../shared/clock.ts';

interface Timer {
  readonly at: EpochMs;
  readonly run: () => void;
}

/** One turn of the event loop: every promise that could go on has gone on. */
const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that nobody waits for: it jumps to the next timer once everything that runs is waiting for one. */
export class VirtualTime {
  now: EpochMs = Date.parse('2026-11-23T03:25:00Z');
  /** Ascending; of timers for one moment, the one set first is first. */
  readonly #timers: Timer[] = [];

  after(durationMs: number, run: () => void): void {
    const at = this.now + Math.max(0, durationMs);
    let place = this.#timers.length;
    while (place > 0 && (this.#timers[place - 1]?.at ?? 0) > at) place -= 1;
    this.#timers.splice(place, 0, { at, run });
  }

  /** Runs until no timer is left, or until `limit`; answers whether everything came to rest. */
  async runToRest(limit: EpochMs): Promise<boolean> {
    await quiet();
    for (let timer = this.#timers.shift(); timer !== undefined; timer = this.#timers.shift()) {
      if (timer.at > limit) return false;
      this.now = timer.at;
      timer.run();
      await quiet();
    }
    return true;
  }
}
