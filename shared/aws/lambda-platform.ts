import { systemChance, systemClock } from '../clock.ts';
import type { Environment } from '../config.ts';
import type { Platform } from '../platform.ts';
import { cloudLog } from './cloud-log.ts';

/** A deployed function. Whether its environment is complete is seen by who wires it. */
export const lambdaPlatform = (service: string, environment: Environment): Platform => ({
  clock: systemClock,
  chance: systemChance,
  log: cloudLog(service, environment['STAGE'] ?? ''),
});
