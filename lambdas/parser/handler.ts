import type { SQSHandler } from 'aws-lambda';
import { s3Client, sqsClient } from '../../shared/aws/clients.ts';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import { onFirstCall } from '../../shared/aws/on-first-call.ts';
import { delayRedelivery, sendMessages } from '../../shared/aws/queue.ts';
import { s3Store } from '../../shared/aws/s3-store.ts';
import { type Environment, parserSchema, readConfig } from '../../shared/config.ts';
import { lambdaPlatform, type Platform } from '../../shared/platform.ts';
import { answerUploads } from './answer-uploads.ts';
import type { ParserDependencies } from './dependencies.ts';

const dayMs = 86_400_000;

/** Wires the parser: every upload that a message of the uploads queue announces is imported. */
export const createHandler = (environment: Environment, platform: Platform = lambdaPlatform('parser')): SQSHandler => {
  const config = readConfig(parserSchema, environment);
  const sqs = sqsClient(config);
  const dependencies: ParserDependencies = {
    ...platform,
    store: s3Store(s3Client(config), config.BUCKET_NAME),
    send: sendMessages(sqs, config.BATCHES_QUEUE_URL),
    defaults: { mode: 'import', enforceMandatories: true, reference: 'none', giveUpAfterMs: config.GIVE_UP_AFTER },
    duplicateWindowMs: config.DUPLICATE_WINDOW_DAYS * dayMs,
  };
  return messageLoop(({ body }) => answerUploads(body, dependencies), {
    ...platform,
    delayRedelivery: delayRedelivery(sqs, config.UPLOADS_QUEUE_URL),
  });
};

export const handler = onFirstCall(createHandler);
