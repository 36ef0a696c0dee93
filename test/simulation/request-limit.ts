import type { EpochMs } from '../../shared/clock.ts';

/** Says of each request whether an API takes it: what it refuses does not count. */
export type RequestLimit = (now: EpochMs) => boolean;

const secondMs = 1_000;

/** So many in each second of the clock. */
const bySecond = (perSecond: number): RequestLimit => {
  let [second, taken] = [-1, 0];
  return (now) => {
    const current = Math.floor(now / secondMs);
    if (current !== second) [second, taken] = [current, 0];
    taken += 1;
    return taken <= perSecond;
  };
};

/** So many in any second. */
const bySlidingSecond = (perSecond: number): RequestLimit => {
  let taken: EpochMs[] = [];
  return (now) => {
    taken = taken.filter((at) => at > now - secondMs);
    if (taken.length >= perSecond) return false;
    taken.push(now);
    return true;
  };
};

/** A bucket that fills with so many a second, and holds those of a second. */
const byBucket = (perSecond: number): RequestLimit => {
  let [tokens, filledAt] = [perSecond, 0];
  return (now) => {
    tokens = Math.min(perSecond, tokens + ((now - filledAt) / secondMs) * perSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};

/** How APIs limit what they are asked. */
export const requestLimits = { bySecond, bySlidingSecond, byBucket };
