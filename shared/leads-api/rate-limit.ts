import type { Clock } from '../clock.ts';

/** Waits until the next request may start. */
export type RateLimit = () => Promise<void>;

/** Spaces requests evenly, so that no second sees more than the agreed number; without a number there is no wait. */
export const rateLimit = (clock: Clock, requestsPerSecond: number | undefined): RateLimit => {
  if (requestsPerSecond === undefined) return async () => {};
  const intervalMs = 1000 / requestsPerSecond;
  let next = 0;
  return async () => {
    const now = clock.now();
    const start = Math.max(now, next);
    next = start + intervalMs;
    if (start > now) await clock.sleep(start - now);
  };
};
