import type { Connect } from '../bucket/bucket-and-queues.ts';
import { s3Client, sqsClient } from './clients.ts';
import { moveMessages } from './move-messages.ts';
import { listVersions } from './object-versions.ts';
import { delayRedelivery, sendMessages } from './queue.ts';
import { s3Store } from './s3-store.ts';

/** S3 and SQS, by the SDK. */
export const connectAws: Connect = (config) => {
  const [s3, sqs] = [s3Client(config), sqsClient(config)];
  return {
    store: s3Store(s3, config.BUCKET_NAME),
    versions: listVersions(s3, config.BUCKET_NAME),
    sendTo: (queueUrl) => sendMessages(sqs, queueUrl),
    delayRedeliveryIn: (queueUrl) => delayRedelivery(sqs, queueUrl),
    moveBetween: (from, to) => moveMessages(sqs, from, to),
  };
};
