import type { SQSHandler } from 'aws-lambda';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import type { Connect } from '../../shared/bucket/bucket-and-queues.ts';
import { parseState } from '../../shared/bucket/stored-json.ts';
import { type Environment, readConfig, submitterSchema } from '../../shared/config.ts';
import type { CredentialsOf } from '../../shared/leads-api/credentials.ts';
import type { Platform } from '../../shared/platform.ts';
import { batchMessageSchema } from '../../shared/state/batch-message.ts';
import { submitBatch } from './submit-batch.ts';
import { dependenciesOf } from './wire-dependencies.ts';

/** Wires the submitter: an attempt at every batch that a message of the batches queue names. */
export const createHandler = (
  environment: Environment,
  platform: Platform,
  connect: Connect,
  credentialsOf: CredentialsOf,
): SQSHandler => {
  const config = readConfig(submitterSchema, environment);
  const { store, delayRedeliveryIn } = connect(config);
  const dependencies = dependenciesOf(config, store, { ...platform, credentials: credentialsOf(config) });
  return messageLoop(
    ({ body, ...delivery }) => {
      const message = parseState(batchMessageSchema, body, 'a batch message');
      return submitBatch({ ...delivery, message }, dependencies);
    },
    { ...platform, delayRedelivery: delayRedeliveryIn(config.BATCHES_QUEUE_URL) },
  );
};
