import type { SQSHandler } from 'aws-lambda';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import type { Connect } from '../../shared/bucket/bucket-and-queues.ts';
import { type Environment, readConfig, reporterSchema } from '../../shared/config.ts';
import type { Platform } from '../../shared/platform.ts';
import { answerResults } from './answer-results.ts';
import type { Notifier } from './notify.ts';
import { dependenciesOf } from './wire-dependencies.ts';

/** Wires the reporter: every import that a message of the results queue tells about may have become complete. */
export const createHandler = (
  environment: Environment,
  platform: Platform,
  connect: Connect,
  notifier: Notifier,
): SQSHandler => {
  const config = readConfig(reporterSchema, environment);
  const { store, sendTo, delayRedeliveryIn } = connect(config);
  const parts = { ...platform, store, sendBatches: sendTo(config.BATCHES_QUEUE_URL), notify: notifier(config) };
  const dependencies = dependenciesOf(config, parts);
  return messageLoop(({ body }) => answerResults(body, dependencies), {
    ...platform,
    delayRedelivery: delayRedeliveryIn(config.RESULTS_QUEUE_URL),
  });
};
