import { type BackoffPolicy, backoffMs } from '../../shared/backoff.ts';
import type { Chance, EpochMs } from '../../shared/clock.ts';
import { retryAfterMs } from '../../shared/leads-api/retry-after.ts';

/** Statuses by which an API says that it takes no more for now. */
export const tooManyRequests: ReadonlySet<number> = new Set([425, 429]);

/** Where nobody says how long, the first wait is so long. */
const firstWaitMs = 1_000;
/** So often in a row `Retry-After` is taken at its word; then the waits grow beyond it. */
const takenAtItsWord = 8;

/** How long an API asks to be left alone; undefined where it does not say. "At once", from one that has just refused, is no word to be taken. */
export const askedMs = (retryAfter: string | undefined, now: EpochMs): number | undefined => {
  const said = retryAfterMs(retryAfter, now);
  return said !== undefined && said >= firstWaitMs ? said : undefined;
};

interface Refusals {
  /** What `askedMs` says. */
  readonly asked: number | undefined;
  /** Refusals since the API last answered well, those of one pause being one. */
  readonly inARow: number;
  readonly chance: Chance;
  readonly backoff: BackoffPolicy;
}

/** How long nothing is sent after a 429, milliseconds. */
export const waitAfter429 = ({ asked, inARow, chance, backoff }: Refusals): number => {
  const unheeded = inARow - (asked === undefined ? 0 : takenAtItsWord);
  if (asked !== undefined && unheeded <= 0) return asked;
  return Math.max(asked ?? 0, backoffMs(unheeded, chance.fraction(), { ...backoff, baseMs: firstWaitMs }));
};
