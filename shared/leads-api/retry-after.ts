import type { EpochMs } from '../clock.ts';

/** What asks for a longer wait may mean milliseconds, or be a mistake: after so long it is asked whether that still holds. */
const maxRetryAfterMs = 15 * 60_000;

/** `Retry-After` in seconds or as a date, as RFC 9110 has it; undefined where it is neither. Bounded. */
export const retryAfterMs = (header: string | undefined, now: EpochMs): number | undefined => {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), maxRetryAfterMs);
};
