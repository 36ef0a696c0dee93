import { Readable } from 'node:stream';
import type { Connect } from '../../shared/bucket/bucket-and-queues.ts';
import { localBucketName } from '../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { notificationOf } from '../../shared/bucket/s3-event.ts';
import { steadyClock } from '../../shared/clock.ts';
import { limits } from '../../shared/limits.ts';
import { byQueue, type QueueName, queueNames, queues, visibilitySeconds } from '../topology.ts';
import { lockDirectory } from './directory-lock.ts';
import type { MessageSource } from './event-source.ts';
import { expireLeases } from './expire-leases.ts';
import { LocalBucket } from './local-bucket.ts';
import { LocalQueue } from './local-queue.ts';

/** The bucket and the queues of `topology.ts` on this machine. */
export interface LocalCloud {
  readonly bucket: string;
  readonly store: ObjectStore;
  readonly queueUrls: Readonly<Record<QueueName, string>>;
  readonly deadLetterQueueUrls: Readonly<Record<QueueName, string>>;
  readonly queues: Readonly<Record<QueueName, MessageSource>>;
  readonly connect: Connect;
  /** What the environment of a function says of where it runs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Uploads a file or bytes; resolves once the bucket has it. */
  upload(key: string, body: string | Uint8Array | Readable, metadata?: Readonly<Record<string, string>>): Promise<void>;
  /** Takes the documents of the bucket from a directory from now on, where they stay. */
  mountDocuments(directory: string): void;
  /** Sends the notification of an object, as S3 would: once more, or for the first time after a crash. */
  announce(key: string): Promise<void>;
  /** When an object was written, ISO 8601: the time in its notifications. */
  writtenAt(key: string): string | undefined;
  stop(): Promise<void>;
}

const urlOf = (name: string): string => `local://queues/${name}`;
const lettersUrlOf = (queue: QueueName): string => urlOf(`${queue}-dead-letters`);

/** The queues that are told of an object. */
export const notifiedOf = (key: string): readonly QueueName[] =>
  queueNames.filter((queue) => queues[queue].notifiedBy.some((prefix) => key.startsWith(prefix)));

/** A directory whose bucket is refused is free again. */
const openBucket = (directory: string | undefined, lock: { close(): void } | undefined): LocalBucket => {
  try {
    return new LocalBucket(directory);
  } catch (error) {
    lock?.close();
    throw error;
  }
};

/**
 * Opens the bucket and the queues in this process; no other program can connect to them. Queues are not kept: what they
 * held follows from the bucket.
 * @param directory keeps the bucket there; absent: nothing is kept
 * @param lateCommitMs how long after its sending a request of a killed process may take effect
 * @throws StateDirectoryInUse where another process has the directory
 */
export const openLocalCloud = async (
  directory?: string,
  lateCommitMs = 2 * limits.headersTimeoutMs,
): Promise<LocalCloud> => {
  const lock = directory === undefined ? undefined : lockDirectory(directory);
  const bucket = openBucket(directory, lock);
  const letters = byQueue((queue) => new LocalQueue({ visibilityMs: visibilitySeconds(queue) * 1000 }));
  const live = byQueue((queue) => {
    const dead = { afterReceives: queues[queue].maxReceives, letters: letters[queue] };
    return new LocalQueue({ visibilityMs: visibilitySeconds(queue) * 1000, dead });
  });
  const byUrl = new Map(
    queueNames.flatMap((queue) => [
      [urlOf(queue), live[queue]],
      [lettersUrlOf(queue), letters[queue]],
    ]),
  );
  const at = (url: string): LocalQueue => {
    const queue = byUrl.get(url);
    if (queue === undefined) throw new Error(`there is no queue ${url}`);
    return queue;
  };
  const announce = async (key: string): Promise<void> => {
    const eventTime = bucket.writtenAt(key) ?? new Date().toISOString();
    for (const queue of notifiedOf(key))
      await live[queue].send([notificationOf({ bucket: localBucketName, key, eventTime })]);
  };
  bucket.removeOrphans();
  if (directory !== undefined) await expireLeases(bucket, steadyClock.now(), lateCommitMs);
  bucket.onWritten = (key) => void announce(key);
  return {
    bucket: localBucketName,
    store: bucket,
    queueUrls: byQueue(urlOf),
    deadLetterQueueUrls: byQueue(lettersUrlOf),
    queues: live,
    environment: { AWS_REGION: 'local' },
    connect: () => ({
      store: bucket,
      versions: async function* () {},
      sendTo: (url) => at(url).send,
      delayRedeliveryIn: (url) => at(url).delayRedelivery,
      moveBetween: (from, to) => at(from).moveTo(at(to)),
    }),
    upload: (key, body, metadata) =>
      bucket.upload(key, body instanceof Readable ? body : [Buffer.from(body)], undefined, metadata),
    mountDocuments: (directory) => bucket.mountDocuments(directory),
    announce,
    writtenAt: (key) => bucket.writtenAt(key),
    stop: async () => {
      for (const queue of byUrl.values()) queue.close();
      bucket.close();
      lock?.close();
    },
  };
};
