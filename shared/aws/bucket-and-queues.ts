import type { AwsConnection } from './clients.ts';
import type { MoveMessages } from './move-messages.ts';
import type { ObjectStore } from './object-store.ts';
import type { ListVersions } from './object-versions.ts';
import type { DelayRedelivery, SendMessages } from './queue.ts';

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
