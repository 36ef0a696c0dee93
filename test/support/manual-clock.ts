import type { Chance, Clock, EpochMs } from '../../shared/clock.ts';

/** A clock that stands still until it is moved; sleeping moves it. */
export class ManualClock implements Clock {
  time: EpochMs = Date.parse('2026-11-23T03:25:00Z');

  now(): EpochMs {
    return this.time;
  }

  async sleep(durationMs: number): Promise<void> {
    this.time += durationMs;
  }
}

/** Chance without surprises: fractions in the middle, tokens that count. */
export const countingChance = (): Chance => {
  let tokens = 0;
  return {
    fraction: () => 0.5,
    token: () => {
      tokens += 1;
      return `token-${tokens}`;
    },
  };
};
