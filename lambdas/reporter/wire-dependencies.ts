import type * as z from 'zod/mini';
import type { reporterSchema } from '../../shared/config.ts';
import { limits } from '../../shared/limits.ts';
import type { Platform } from '../../shared/platform.ts';
import { Completeness } from './completeness.ts';
import type { ReporterDependencies } from './dependencies.ts';
import { LookPace } from './look-pace.ts';
import { SendingProgress } from './sending-progress.ts';
import { sharedLooks } from './shared-look.ts';

/** What one instance of the reporter keeps from one notification to the next. */
export const dependenciesOf = (
  config: z.output<typeof reporterSchema>,
  parts: Platform & Pick<ReporterDependencies, 'store' | 'sendBatches' | 'notify'>,
): ReporterDependencies => ({
  ...parts,
  completeness: new Completeness(parts.store),
  progress: new SendingProgress(config.PROGRESS_EVERY_MS),
  looks: new LookPace(Math.min(limits.lookEveryMs, config.PROGRESS_EVERY_MS)),
  sharedLook: sharedLooks(),
  woken: new Set(),
  proofs: config.PROOFS,
  timeZone: config.TIME_ZONE,
  bucketUrl: config.BUCKET_URL,
});
