import { BoundedMap } from '../../shared/bounded-map.ts';
import type { EpochMs } from '../../shared/clock.ts';

/** How many running imports, and outcomes that wait, are remembered; what was forgotten is looked at once more. */
const maxImports = 1_000;
const maxWaiting = 10_000;

/** Outcomes of the first batches are looked at as they come: a small import does not wait for its report. */
const lookedAtOnce = 20;

/**
 * Says when an import is looked at for outcomes that have come. A look costs some requests, so those of a large import
 * wait for the next one, which sees them all.
 */
export class LookPace {
  readonly #everyMs: number;
  /** When the last look began that came to its end, by import. */
  readonly #lookedAt = new BoundedMap<string, EpochMs>(maxImports);
  /** Since when outcomes wait, by key. */
  readonly #waiting = new BoundedMap<string, EpochMs>(maxWaiting);

  /** @param everyMs an import is not looked at more often, but for its first batches */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** How long outcomes wait for a look, milliseconds; `seen` where one that began since has seen them. */
  waitFor(key: string, { importId, batch }: { readonly importId: string; readonly batch: number }, now: EpochMs) {
    const since = this.#waiting.get(key);
    const lookedAt = this.#lookedAt.get(importId);
    if (since !== undefined && lookedAt !== undefined && lookedAt >= since) {
      this.#waiting.delete(key);
      return 'seen';
    }
    const waitMs = batch < lookedAtOnce ? 0 : Math.max(0, (lookedAt ?? 0) + this.#everyMs - now);
    if (waitMs > 0) this.#waiting.set(key, since ?? now);
    else this.#waiting.delete(key);
    return waitMs;
  }

  /** Notes a look that came to its end. @param beganAt nothing that was written later has been seen */
  looked(importId: string, beganAt: EpochMs): void {
    this.#lookedAt.set(importId, beganAt);
  }
}
