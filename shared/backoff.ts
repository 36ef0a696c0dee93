import type { EpochMs } from './clock.ts';

/** How waiting grows from attempt to attempt, milliseconds. */
export interface BackoffPolicy {
  readonly baseMs: number;
  readonly capMs: number;
}

/** For messages that met infrastructure trouble: soon again, then every few minutes. */
export const messageBackoff: BackoffPolicy = { baseMs: 10_000, capMs: 900_000 };

/**
 * Doubles from attempt to attempt up to the cap; chance spreads it over the upper half, so that a thousand batches do
 * not come back in one second.
 * @param attempt the first is 1
 * @param fraction chance, in [0, 1)
 */
export const backoffMs = (attempt: number, fraction: number, { baseMs, capMs }: BackoffPolicy): number => {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full / 2 + (full / 2) * fraction);
};

/** What asks for a longer wait may mean milliseconds, or be a mistake: after so long it is asked whether that still holds. */
const maxRetryAfterMs = 15 * 60_000;

/** `Retry-After` in seconds or as a date, as RFC 9110 has it; undefined where it is neither. Bounded. */
export const retryAfterMs = (header: string | undefined, now: EpochMs): number | undefined => {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), maxRetryAfterMs);
};
