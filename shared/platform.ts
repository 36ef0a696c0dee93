import type { Chance, Clock } from './clock.ts';
import type { Log } from './log.ts';

/** What a handler takes from the machine that runs it, beside its environment. */
export interface Platform {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}
