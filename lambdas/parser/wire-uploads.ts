import type { SQSHandler } from 'aws-lambda';
import { s3Client, sqsClient } from '../../shared/aws/clients.ts';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import { delayRedelivery, sendMessages } from '../../shared/aws/queue.ts';
import { s3Store } from '../../shared/aws/s3-store.ts';
import { type Environment, parserSchema, readConfig } from '../../shared/config.ts';
import type { Platform } from '../../shared/platform.ts';
import { answerUploads, type UploadStory } from './answer-uploads.ts';
import type { ParserDependencies } from './dependencies.ts';

const dayMs = 86_400_000;

/** A handler of S3 notifications that tells one story about every upload in them. */
export const uploadHandler = (story: UploadStory, environment: Environment, platform: Platform): SQSHandler => {
  const config = readConfig(parserSchema, environment);
  const sqs = sqsClient(config);
  const dependencies: ParserDependencies = {
    ...platform,
    store: s3Store(s3Client(config), config.BUCKET_NAME),
    send: sendMessages(sqs, config.BATCHES_QUEUE_URL),
    defaults: { mode: 'import', enforceMandatories: true, reference: 'none', giveUpAfterMs: config.GIVE_UP_AFTER },
    duplicateWindowMs: config.DUPLICATE_WINDOW_DAYS * dayMs,
  };
  return messageLoop(({ body }) => answerUploads(body, story, dependencies), {
    ...platform,
    delayRedelivery: delayRedelivery(sqs, config.UPLOADS_QUEUE_URL),
  });
};
