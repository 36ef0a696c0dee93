import type { EpochMs } from '../../shared/clock.ts';

interface Timer {
  readonly at: EpochMs;
  readonly run: () => void;
  /** Whether it goes on and on, so that nobody waits for it. */
  readonly background: boolean;
}

/** One turn of the event loop: every promise that could go on has gone on. */
const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that nobody waits for: it jumps to the next timer once everything that runs is waiting for one. */
export class VirtualTime {
  now: EpochMs = Date.parse('2026-11-23T03:25:00Z');
  /** Ascending; of timers for one moment, the one set first is first. */
  readonly #timers: Timer[] = [];
  #foreground = 0;

  after(durationMs: number, run: () => void, background = false): void {
    const at = this.now + Math.max(0, durationMs);
    let place = this.#timers.length;
    while (place > 0 && (this.#timers[place - 1]?.at ?? 0) > at) place -= 1;
    this.#timers.splice(place, 0, { at, run, background });
    if (!background) this.#foreground += 1;
  }

  /**
   * Runs until no timer in the foreground is left and `mayRest`, or until `limit`; answers whether everything came to
   * rest.
   */
  async runToRest(limit: EpochMs, mayRest: () => boolean = () => true): Promise<boolean> {
    await quiet();
    while (this.#foreground > 0 || !mayRest()) {
      const timer = this.#timers.shift();
      if (timer === undefined) return true;
      if (timer.at > limit) return false;
      if (!timer.background) this.#foreground -= 1;
      this.now = timer.at;
      timer.run();
      await quiet();
    }
    return true;
  }
}
