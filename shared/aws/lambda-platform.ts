import { systemChance, systemClock } from '../clock.ts';
import type { Platform } from '../platform.ts';
import { cloudLog } from './cloud-log.ts';

/** A deployed function. */
export const lambdaPlatform = (service: string): Platform => ({
  clock: systemClock,
  chance: systemChance,
  log: cloudLog(service),
});
