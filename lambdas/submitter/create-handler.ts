import type { SQSHandler } from 'aws-lambda';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import type { Connect } from '../../shared/bucket/bucket-and-queues.ts';
import { type Environment, readConfig, submitterSchema } from '../../shared/config.ts';
import type { CredentialsOf } from '../../shared/leads-api/credentials.ts';
import type { Platform } from '../../shared/platform.ts';
import { answerWork } from './answer-work.ts';
import { dependenciesOf } from './wire-dependencies.ts';

/** Wires the submitter: an attempt at every batch, and at every proof, that a message of the batches queue names. */
export const createHandler = (
  environment: Environment,
  platform: Platform,
  connect: Connect,
  credentialsOf: CredentialsOf,
): SQSHandler => {
  const config = readConfig(submitterSchema, environment);
  const { store, sendTo, delayRedeliveryIn } = connect(config);
  const dependencies = dependenciesOf(
    config,
    { store, sendResult: sendTo(config.RESULTS_QUEUE_URL) },
    { ...platform, credentials: credentialsOf(config) },
  );
  return messageLoop((delivery) => answerWork(delivery, dependencies), {
    ...platform,
    delayRedelivery: delayRedeliveryIn(config.BATCHES_QUEUE_URL),
  });
};
