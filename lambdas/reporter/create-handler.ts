import type { SQSHandler } from 'aws-lambda';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import type { Connect } from '../../shared/bucket/bucket-and-queues.ts';
import { type Environment, readConfig, reporterSchema } from '../../shared/config.ts';
import { limits } from '../../shared/limits.ts';
import type { Platform } from '../../shared/platform.ts';
import { answerResults } from './answer-results.ts';
import { Completeness } from './completeness.ts';
import type { ReporterDependencies } from './dependencies.ts';
import { LookPace } from './look-pace.ts';
import type { Notifier } from './notify.ts';
import { SendingNotes } from './sending-notes.ts';
import { sharedLooks } from './shared-look.ts';

/** Wires the reporter: every import that a message of the results queue tells about may have become complete. */
export const createHandler = (
  environment: Environment,
  platform: Platform,
  connect: Connect,
  notifier: Notifier,
): SQSHandler => {
  const config = readConfig(reporterSchema, environment);
  const { store, sendTo, delayRedeliveryIn } = connect(config);
  const dependencies: ReporterDependencies = {
    ...platform,
    store,
    sendBatches: sendTo(config.BATCHES_QUEUE_URL),
    completeness: new Completeness(store),
    progress: new SendingNotes(config.PROGRESS_EVERY_MS),
    notify: notifier(config),
    proofs: config.PROOFS,
    timeZone: config.TIME_ZONE,
    bucketUrl: config.BUCKET_URL,
    woken: new Set(),
    looks: new LookPace(Math.min(limits.lookEveryMs, config.PROGRESS_EVERY_MS)),
    sharedLook: sharedLooks(),
  };
  return messageLoop(({ body }) => answerResults(body, dependencies), {
    ...platform,
    delayRedelivery: delayRedeliveryIn(config.RESULTS_QUEUE_URL),
  });
};
