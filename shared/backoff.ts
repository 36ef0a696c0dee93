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
