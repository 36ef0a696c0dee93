import { z } from 'zod';
import { s3Client, sqsClient } from '../../shared/aws/clients.ts';
import { moveMessages } from '../../shared/aws/move-messages.ts';
import { listVersions } from '../../shared/aws/object-versions.ts';
import { onFirstCall } from '../../shared/aws/on-first-call.ts';
import { sendMessages } from '../../shared/aws/queue.ts';
import { s3Store } from '../../shared/aws/s3-store.ts';
import { type Environment, readConfig, sweeperSchema } from '../../shared/config.ts';
import { limits } from '../../shared/limits.ts';
import { lambdaPlatform, type Platform } from '../../shared/platform.ts';
import type { SweeperDependencies } from './dependencies.ts';
import { sweep } from './sweep.ts';

/** Whoever invokes it by hand may look for younger uploads; the schedule's own event says nothing about it. */
const eventSchema = z.object({ lostAfterMs: z.number().nonnegative().default(limits.lostAfterMs) });

/** Wires the sweeper, which a schedule invokes. */
export const createHandler = (environment: Environment, platform: Platform = lambdaPlatform('sweeper')) => {
  const config = readConfig(sweeperSchema, environment);
  const s3 = s3Client(config);
  const sqs = sqsClient(config);
  const dependencies: SweeperDependencies = {
    ...platform,
    store: s3Store(s3, config.BUCKET_NAME),
    bucket: config.BUCKET_NAME,
    versions: listVersions(s3, config.BUCKET_NAME),
    announceUpload: sendMessages(sqs, config.UPLOADS_QUEUE_URL),
    announceResult: sendMessages(sqs, config.RESULTS_QUEUE_URL),
    mergedAtOnce: limits.mergedAtOnce,
    deadUploads: moveMessages(sqs, config.DEAD_UPLOADS_QUEUE_URL, config.UPLOADS_QUEUE_URL),
    deadBatches: moveMessages(sqs, config.DEAD_BATCHES_QUEUE_URL, config.BATCHES_QUEUE_URL),
    deadResults: moveMessages(sqs, config.DEAD_RESULTS_QUEUE_URL, config.RESULTS_QUEUE_URL),
  };
  return (event: unknown): Promise<void> => sweep(eventSchema.parse(event).lostAfterMs, dependencies);
};

export const handler = onFirstCall(createHandler);
