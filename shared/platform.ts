import type { Chance, Clock } from './clock.ts';
import type { Log } from './log.ts';

/** What a handler takes from the machine that runs it, beside its environment. */
export interface Platform {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  /** Aborted where the machine is about to stop: nothing more is sent. Absent where nobody knows it before. */
  readonly stopping?: AbortSignal;
}
