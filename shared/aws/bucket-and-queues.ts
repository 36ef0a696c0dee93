import { type AwsConnection, s3Client, sqsClient } from './clients.ts';
import { type MoveMessages, moveMessages } from './move-messages.ts';
import type { ObjectStore } from './object-store.ts';
import { type ListVersions, listVersions } from './object-versions.ts';
import { type DelayRedelivery, delayRedelivery, type SendMessages, sendMessages } from './queue.ts';
import { s3Store } from './s3-store.ts';

/** The bucket and the queues, by the verbs that the functions need. Queues are named by their URLs. */
export interface BucketAndQueues {
  readonly store: ObjectStore;
  readonly versions: ListVersions;
  sendTo(queueUrl: string): SendMessages;
  delayRedeliveryIn(queueUrl: string): DelayRedelivery;
  moveBetween(from: string, to: string): MoveMessages;
}

/** Connects a function to its bucket and queues: in AWS, or on this machine. */
export type Connect = (config: AwsConnection & { readonly BUCKET_NAME: string }) => BucketAndQueues;

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
