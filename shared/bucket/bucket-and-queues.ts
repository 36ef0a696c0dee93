import type { EpochMs } from '../clock.ts';
import type { ObjectStore } from './object-store.ts';

/**
 * Puts messages into a queue; resolves once SQS has accepted every one of them.
 * @param group SQS serves the groups of a queue fairly: a small import does not wait behind a large one; absent: none
 */
export type SendMessages = (bodies: readonly string[], group?: string) => Promise<void>;

/** Keeps a message from being delivered again for so long; then it is. */
export type DelayRedelivery = (receiptHandle: string, durationMs: number) => Promise<void>;

/** A message on its way to another queue. */
export interface MovedMessage {
  readonly body: string;
  /** See `SendMessages`. */
  readonly group?: string | undefined;
}

/** What becomes of a message: it is sent on, it stays where it is, or nobody needs it any more. */
export type Move = MovedMessage | 'stays' | 'done';

/** Moves the messages of one queue to another; resolves with how many were taken from it and how many were left. */
export type MoveMessages = (
  decide: (body: string) => Move,
) => Promise<{ readonly taken: number; readonly left: number }>;

/** One version of an object in a bucket that keeps versions. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  /** When S3 stored it, to the second. */
  readonly storedAt: EpochMs;
}

/** Lists all versions of the objects below a prefix, less the objects that somebody has deleted. */
export type ListVersions = (prefix: string) => AsyncIterable<ObjectVersion>;

/** The bucket and the queues, by the verbs that the functions need. Queues are named by their URLs. */
export interface BucketAndQueues {
  readonly store: ObjectStore;
  readonly versions: ListVersions;
  sendTo(queueUrl: string): SendMessages;
  delayRedeliveryIn(queueUrl: string): DelayRedelivery;
  moveBetween(from: string, to: string): MoveMessages;
}

/** Where AWS is: a region, and an endpoint of our own where it is emulated. */
export interface AwsConnection {
  readonly AWS_REGION: string;
  readonly AWS_ENDPOINT_URL?: string | undefined;
  /** For an emulator only; absent where the platform's own credentials are the right ones. */
  readonly AWS_ACCESS_KEY_ID?: string | undefined;
  readonly AWS_SECRET_ACCESS_KEY?: string | undefined;
  readonly AWS_SESSION_TOKEN?: string | undefined;
}

/** Connects a function to its bucket and queues: in AWS, or on this machine. */
export type Connect = (config: AwsConnection & { readonly BUCKET_NAME: string }) => BucketAndQueues;
