import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSHandler } from 'aws-lambda';
import { createHandler as createParserHandler } from '../../lambdas/parser/create-handler.ts';
import { createHandler as createReporterHandler } from '../../lambdas/reporter/create-handler.ts';
import { createHandler as createSubmitterHandler } from '../../lambdas/submitter/create-handler.ts';
import { createHandler as createSweeperHandler } from '../../lambdas/sweeper/create-handler.ts';
import type { ObjectStore } from '../../shared/aws/object-store.ts';
import { systemChance, systemClock } from '../../shared/clock.ts';
import { importIdOf } from '../../shared/import-id.ts';
import { manifestKey, prefixes, reportFiles, reportPrefix } from '../../shared/keys.ts';
import { credentialsInEnvironment } from '../../shared/leads-api/credentials.ts';
import { limits } from '../../shared/limits.ts';
import { errorFields, type Log } from '../../shared/log.ts';
import type { Platform } from '../../shared/platform.ts';
import { isTimeZone } from '../../shared/report/spoken-time.ts';
import { apiTiming, environments, functions, type QueueName, queueNames, queues } from '../topology.ts';
import { startEventSource } from './event-source.ts';
import { type LocalCloud, openLocalCloud } from './local-cloud.ts';

/** How the importer runs on this machine. */
export interface LocalImporterOptions {
  readonly apiUrl: string;
  readonly username: string;
  readonly password: string;
  /** Leads in flight. */
  readonly concurrency: number;
  readonly log: Log;
  /** Keeps the bucket there; absent: nothing is kept. */
  readonly directory?: string | undefined;
  /** What it runs on, where that is not a bucket in a file and queues in memory. */
  readonly cloud?: LocalCloud;
  readonly duplicateWindowDays?: number;
  readonly listingSettleMs?: number;
  readonly backoffBaseMs?: number;
  readonly backoffCapMs?: number;
  /** How long an answer of the API is waited for. */
  readonly answerTimeoutMs?: number;
  /** How long after its sending a request of a killed process may take effect. */
  readonly lateCommitMs?: number;
}

/** The whole importer in this process: the deployed handlers on a bucket and queues of this machine. */
export interface LocalImporter {
  readonly cloud: LocalCloud;
  readonly store: ObjectStore;
  /** Uploads a file or bytes; resolves once the bucket has it. */
  upload(key: string, body: string | Uint8Array | Readable, metadata?: Readonly<Record<string, string>>): Promise<void>;
  remove(key: string): Promise<void>;
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

/** Of this machine; not every setting of it has a name. */
const ownTimeZone = (): string => {
  const { timeZone = '' } = Intl.DateTimeFormat().resolvedOptions();
  return isTimeZone(timeZone) ? timeZone : 'UTC';
};

const wireHandlers = (cloud: LocalCloud, options: LocalImporterOptions): Handlers => {
  const environment = environments({
    bucketName: cloud.bucket,
    queueUrls: cloud.queueUrls,
    deadLetterQueueUrls: cloud.deadLetterQueueUrls,
    // Nobody is told on a laptop: who waits sees it.
    reportTopicArn: 'none',
    timeZone: ownTimeZone(),
    lumiApiUrl: options.apiUrl,
    duplicateWindowDays: options.duplicateWindowDays ?? 90,
    giveUpAfter: '24h',
    leadsInFlight: options.concurrency,
    requestsPerSecond: undefined,
    listingSettleMs: options.listingSettleMs ?? localTiming.listingSettleMs,
    backoffBaseMs: options.backoffBaseMs ?? localTiming.backoffBaseMs,
    backoffCapMs: options.backoffCapMs ?? localTiming.backoffCapMs,
  });
  const { environment: place, connect } = cloud;
  const credentials = {
    LUMI_USERNAME: options.username,
    LUMI_PASSWORD: options.password,
    ...(options.answerTimeoutMs !== undefined && { ANSWER_TIMEOUT_MS: String(options.answerTimeoutMs) }),
  };
  const platform: Platform = { clock: systemClock, chance: systemChance, log: options.log };
  return {
    parser: createParserHandler({ ...environment.parser, ...place }, platform, connect),
    submitter: createSubmitterHandler(
      { ...environment.submitter, ...place, ...credentials },
      platform,
      connect,
      credentialsInEnvironment,
    ),
    reporter: createReporterHandler(
      { ...environment.reporter, ...place },
      platform,
      connect,
      () => async () => undefined,
    ),
    sweeper: createSweeperHandler({ ...environment.sweeper, ...place }, platform, connect),
  };
};

/** Invocations at once: enough batches under way that the places for leads in flight never wait for one. */
const invocationsOf = (queue: QueueName, concurrency: number): number =>
  queue === 'batches' ? Math.ceil(concurrency / limits.rowsPerBatch) + 1 : 2;

const startSources = (cloud: LocalCloud, handlers: Handlers, { log, concurrency }: LocalImporterOptions) => {
  const onError = (error: unknown): void => log('poll_failed', errorFields(error));
  return queueNames.map((queue) => {
    const { consumer, batchSize } = queues[queue];
    return startEventSource({
      queue: cloud.queues[queue],
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
  { store, announce }: LocalCloud,
  key: string,
  importOf: (key: string) => string,
): Promise<void> => {
  await announce(key);
  const manifest = manifestKey(importOf(key));
  if ((await store.head(manifest)) !== undefined) await announce(manifest);
};

/** Starts the importer. What a kept bucket shows to be unfinished waits until it is resumed. */
export const startLocalImporter = async (options: LocalImporterOptions): Promise<LocalImporter> => {
  const cloud = options.cloud ?? (await openLocalCloud(options.directory, options.lateCommitMs));
  const { store } = cloud;
  const importOf = (key: string): string =>
    importIdOf({ bucket: cloud.bucket, key, eventTime: cloud.writtenAt(key) ?? new Date(0).toISOString() });
  const undelivered = (): Promise<readonly string[]> => undeliveredUploads(store, importOf);

  const handlers = wireHandlers(cloud, options);
  const sources = [...startSources(cloud, handlers, options), startSweeps(handlers)];
  return {
    cloud,
    store,
    upload: (key, body, metadata = {}) => cloud.upload(key, body, metadata),
    remove: (key) => cloud.remove(key),
    importIdOf: importOf,
    reportOf: async (key) => {
      const prefix = reportPrefix(key, importOf(key));
      return (await store.head(`${prefix}${reportFiles.summary}`)) === undefined ? undefined : prefix;
    },
    undelivered,
    resume: (key) => resume(cloud, key, importOf),
    markDelivered: async (key) => void (await store.put(deliveredKey(importOf(key)), 'delivered')),
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop()));
      await cloud.stop();
    },
  };
};
