import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { Upload } from '@aws-sdk/lib-storage';
import type { SQSHandler } from 'aws-lambda';
import { createHandler as createParserHandler } from '../../lambdas/parser/handler.ts';
import { createHandler as createReporterHandler } from '../../lambdas/reporter/handler.ts';
import { createHandler as createSubmitterHandler } from '../../lambdas/submitter/handler.ts';
import { createHandler as createSweeperHandler } from '../../lambdas/sweeper/handler.ts';
import { s3Client, sqsClient } from '../../shared/aws/clients.ts';
import type { ObjectStore } from '../../shared/aws/object-store.ts';
import { s3Store } from '../../shared/aws/s3-store.ts';
import { systemChance, systemClock } from '../../shared/clock.ts';
import { importIdOf } from '../../shared/import-id.ts';
import { manifestKey, prefixes, reportFiles, reportPrefix } from '../../shared/keys.ts';
import { limits } from '../../shared/limits.ts';
import { errorFields, type Log } from '../../shared/log.ts';
import type { Platform } from '../../shared/platform.ts';
import { apiTiming, environments, functions, type QueueName, queueNames, queues } from '../topology.ts';
import { type EmbeddedAws, startEmbeddedAws } from './embedded-aws.ts';
import { startEventSource } from './event-source.ts';
import { expireLease } from './expire-lease.ts';

/** How the importer runs on this machine. */
export interface LocalImporterOptions {
  readonly apiUrl: string;
  readonly username: string;
  readonly password: string;
  /** Leads in flight. */
  readonly concurrency: number;
  readonly log: Log;
  /** Keeps bucket and queues there; absent: in memory. */
  readonly directory?: string | undefined;
  readonly duplicateWindowDays?: number;
  readonly listingSettleMs?: number;
  readonly backoffBaseMs?: number;
  readonly backoffCapMs?: number;
  /** How long an answer of the API is waited for. */
  readonly answerTimeoutMs?: number;
}

/** The whole importer in this process: the deployed handlers on an embedded S3 and SQS. */
export interface LocalImporter {
  readonly aws: EmbeddedAws;
  readonly store: ObjectStore;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  /** Uploads a file or bytes with the real SDK; resolves once S3 has it. */
  upload(key: string, body: string | Uint8Array | Readable, metadata?: Readonly<Record<string, string>>): Promise<void>;
  /** The import that an upload became. */
  importIdOf(key: string): string;
  /** The prefix of the import's report once it is complete. */
  reportOf(key: string): Promise<string | undefined>;
  /** Uploads whose report was not fetched yet, by their keys. */
  undelivered(): Promise<readonly string[]>;
  /** Lets an upload go on that an earlier process left unfinished. */
  resume(key: string): Promise<void>;
  /** Notes that the report of an upload was taken. */
  markDelivered(key: string): Promise<void>;
  stop(): Promise<void>;
}

/** Back-off is shorter than in the cloud, since a person waits; what the API needs is the same. */
const localTiming = { listingSettleMs: apiTiming.listingSettleMs, backoffBaseMs: 1_000, backoffCapMs: 30_000 };

interface Handlers extends Readonly<Record<(typeof queues)[QueueName]['consumer'], SQSHandler>> {
  readonly sweeper: (event: unknown) => Promise<void>;
}

const wireHandlers = (aws: EmbeddedAws, options: LocalImporterOptions): Handlers => {
  const environment = environments({
    bucketName: aws.bucket,
    queueUrls: aws.queueUrls,
    deadLetterQueueUrls: aws.deadLetterQueueUrls,
    lumiApiUrl: options.apiUrl,
    duplicateWindowDays: options.duplicateWindowDays ?? 90,
    giveUpAfter: '24h',
    leadsInFlight: options.concurrency,
    requestsPerSecond: undefined,
    listingSettleMs: options.listingSettleMs ?? localTiming.listingSettleMs,
    backoffBaseMs: options.backoffBaseMs ?? localTiming.backoffBaseMs,
    backoffCapMs: options.backoffCapMs ?? localTiming.backoffCapMs,
  });
  const place = { AWS_REGION: aws.region, AWS_ENDPOINT_URL: aws.endpoint };
  const credentials = {
    LUMI_USERNAME: options.username,
    LUMI_PASSWORD: options.password,
    ...(options.answerTimeoutMs !== undefined && { ANSWER_TIMEOUT_MS: String(options.answerTimeoutMs) }),
  };
  const platform: Platform = { clock: systemClock, chance: systemChance, log: options.log };
  return {
    parser: createParserHandler({ ...environment.parser, ...place }, platform),
    submitter: createSubmitterHandler({ ...environment.submitter, ...place, ...credentials }, platform),
    reporter: createReporterHandler({ ...environment.reporter, ...place }, platform),
    sweeper: createSweeperHandler({ ...environment.sweeper, ...place }, platform),
  };
};

/** Invocations at once: enough batches under way that the places for leads in flight never wait for one. */
const invocationsOf = (queue: QueueName, concurrency: number): number =>
  queue === 'batches' ? Math.ceil(concurrency / limits.rowsPerBatch) + 1 : 2;

const startSources = (
  aws: EmbeddedAws,
  sqs: SQSClient,
  handlers: Handlers,
  { log, concurrency }: LocalImporterOptions,
) => {
  const onError = (error: unknown): void => log('poll_failed', errorFields(error));
  return queueNames.map((queue) => {
    const { consumer, batchSize } = queues[queue];
    return startEventSource({
      client: sqs,
      queueUrl: aws.queueUrls[queue],
      handler: handlers[consumer],
      batchSize,
      concurrency: invocationsOf(queue, concurrency),
      timeoutSeconds: functions[consumer].timeoutSeconds,
      onError,
    });
  });
};

/** A person waits: here the sweeper looks more often than in the cloud. */
const sweepEveryMs = 5_000;

/** Runs the sweeper again and again; stopping waits for the sweep that is under way. */
const startSweeps = ({ sweeper }: Handlers): { stop(): Promise<void> } => {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    // An error was logged, and the next sweep does it again.
    while (await paused(sweepEveryMs, stopping.signal)) await sweeper({}).catch(() => undefined);
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};

/** Resolves with true after so long, and with false as soon as it is stopped. */
const paused = (durationMs: number, signal: AbortSignal): Promise<boolean> =>
  sleep(durationMs, true, { signal }).catch(() => false);

/** Where it is noted that a report left the bucket; only on a laptop does anybody have to know. */
const deliveredKey = (importId: string): string => `${prefixes.state}delivered/${importId}`;

const undeliveredUploads = async (
  store: ObjectStore,
  importOf: (key: string) => string,
): Promise<readonly string[]> => {
  const undelivered: string[] = [];
  for (const prefix of [prefixes.incoming, prefixes.validate]) {
    for await (const { key } of store.list(prefix)) {
      if ((await store.head(deliveredKey(importOf(key)))) === undefined) undelivered.push(key);
    }
  }
  return undelivered;
};

/**
 * Queues are not kept: what they held follows from the bucket. Announcing an unfinished upload again makes the parser
 * release whatever has no outcomes; announcing its manifest again makes the reporter look whether it is complete.
 */
const resume = async (
  aws: EmbeddedAws,
  store: ObjectStore,
  key: string,
  importOf: (key: string) => string,
): Promise<void> => {
  await aws.announce(key);
  const manifest = manifestKey(importOf(key));
  if ((await store.head(manifest)) !== undefined) await aws.announce(manifest);
};

/** Starts the importer. What a kept bucket shows to be unfinished waits until it is resumed. */
export const startLocalImporter = async (options: LocalImporterOptions): Promise<LocalImporter> => {
  const aws = await startEmbeddedAws(options.directory, (object) => expireLease(object, Date.now()));
  const place = { AWS_REGION: aws.region, AWS_ENDPOINT_URL: aws.endpoint };
  const s3 = s3Client(place);
  const sqs = sqsClient(place);
  const store = s3Store(s3, aws.bucket);
  const importOf = (key: string): string =>
    importIdOf({ bucket: aws.bucket, key, eventTime: aws.writtenAt(key) ?? new Date(0).toISOString() });
  const undelivered = (): Promise<readonly string[]> => undeliveredUploads(store, importOf);

  const handlers = wireHandlers(aws, options);
  const sources = [...startSources(aws, sqs, handlers, options), startSweeps(handlers)];
  return {
    aws,
    store,
    s3,
    sqs,
    upload: async (key, body, metadata = {}) => {
      await new Upload({
        client: s3,
        params: { Bucket: aws.bucket, Key: key, Body: body, Metadata: { ...metadata } },
      }).done();
    },
    importIdOf: importOf,
    reportOf: async (key) => {
      const prefix = reportPrefix(key, importOf(key));
      return (await store.head(`${prefix}${reportFiles.summary}`)) === undefined ? undefined : prefix;
    },
    undelivered,
    resume: (key) => resume(aws, store, key, importOf),
    markDelivered: async (key) => void (await store.put(deliveredKey(importOf(key)), 'delivered')),
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop()));
      s3.destroy();
      sqs.destroy();
      await aws.stop();
    },
  };
};
