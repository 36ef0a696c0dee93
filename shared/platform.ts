import { type Chance, type Clock, systemChance, systemClock } from './clock.ts';
import { cloudLog, type Log } from './log.ts';

/** What a handler takes from the machine that runs it, beside its environment. */
export interface Platform {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/** A deployed function. */
export const lambdaPlatform = (service: string): Platform => ({
  clock: systemClock,
  chance: systemChance,
  log: cloudLog(service),
});
