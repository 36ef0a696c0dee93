import * as z from 'zod/mini';
import type { Connect } from '../../shared/bucket/bucket-and-queues.ts';
import { type Environment, readConfig, sweeperSchema } from '../../shared/config.ts';
import { limits } from '../../shared/limits.ts';
import type { Platform } from '../../shared/platform.ts';
import type { SweeperDependencies } from './dependencies.ts';
import { sweep } from './sweep.ts';

/** Whoever invokes it by hand may look for younger uploads; the schedule's own event says nothing about it. */
const eventSchema = z.object({ lostAfterMs: z._default(z.number().check(z.nonnegative()), limits.lostAfterMs) });

/** Wires the sweeper, which a schedule invokes. */
export const createHandler = (environment: Environment, platform: Platform, connect: Connect) => {
  const config = readConfig(sweeperSchema, environment);
  const { store, versions, sendTo, moveBetween } = connect(config);
  const dependencies: SweeperDependencies = {
    ...platform,
    store,
    bucket: config.BUCKET_NAME,
    versions,
    announceUpload: sendTo(config.UPLOADS_QUEUE_URL),
    announceResult: sendTo(config.RESULTS_QUEUE_URL),
    mergedAtOnce: limits.mergedAtOnce,
    deadUploads: moveBetween(config.DEAD_UPLOADS_QUEUE_URL, config.UPLOADS_QUEUE_URL),
    deadBatches: moveBetween(config.DEAD_BATCHES_QUEUE_URL, config.BATCHES_QUEUE_URL),
    deadResults: moveBetween(config.DEAD_RESULTS_QUEUE_URL, config.RESULTS_QUEUE_URL),
  };
  return (event: unknown): Promise<void> => sweep(eventSchema.parse(event).lostAfterMs, dependencies);
};
