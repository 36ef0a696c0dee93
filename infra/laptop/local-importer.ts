import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSHandler } from 'aws-lambda';
import { createHandler as createParserHandler } from '../../lambdas/parser/create-handler.ts';
import { createHandler as createReporterHandler } from '../../lambdas/reporter/create-handler.ts';
import { createHandler as createSubmitterHandler } from '../../lambdas/submitter/create-handler.ts';
import { createHandler as createSweeperHandler } from '../../lambdas/sweeper/create-handler.ts';
import { importIdOf as makeImportId } from '../../shared/bucket/import-id.ts';
import { manifestKey, reportFiles, reportPrefix } from '../../shared/bucket/keys.ts';
import { type EpochMs, steadyClock, systemChance } from '../../shared/clock.ts';
import { credentialsInEnvironment } from '../../shared/leads-api/credentials.ts';
import { limits } from '../../shared/limits.ts';
import { errorFields, type Log } from '../../shared/log.ts';
import { localTimeZone } from '../../shared/words/spoken-time.ts';
import {
  apiTiming,
  environments,
  type FunctionInputs,
  functions,
  type QueueName,
  queueNames,
  queues,
} from '../topology.ts';
import { startEventSource } from './event-source.ts';
import { type LocalCloud, openLocalCloud } from './local-cloud.ts';

/** Back-off is shorter than in the cloud, since a person waits; what the API needs is the same. */
const defaults = {
  duplicateWindowDays: 90,
  listingSettleMs: apiTiming.listingSettleMs,
  backoffBaseMs: 1_000,
  backoffCapMs: 30_000,
  proofs: 'asked_for',
} satisfies Partial<FunctionInputs>;

/** Who waits at a laptop sees each batch that ends. */
const progressEveryMs = 200;

/** How the importer runs on this machine. */
export interface LocalImporterOptions extends Partial<Pick<FunctionInputs, keyof typeof defaults>> {
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
  /** How long an answer of the API is waited for. */
  readonly answerTimeoutMs?: number;
  /** How long after its sending a request of a killed process may take effect. */
  readonly lateCommitMs?: number;
  /** What time it is by the API; undefined where it does not say. Absent: nobody but this machine knows. */
  readonly toldTime?: () => Promise<EpochMs | undefined>;
}

/** The whole importer in this process: the deployed handlers on a bucket and queues of this machine. */
export interface LocalImporter extends LocalCloud {
  /** The import that an upload became. */
  importIdOf(key: string): string;
  /** The prefix of the import's report once it is complete. */
  reportOf(key: string): Promise<string | undefined>;
  /** Lets an upload go on that an earlier process left unfinished. */
  resume(key: string): Promise<void>;
  /** Sends nothing more, and waits until it is noted what became of what was sent. */
  stopSending(): Promise<void>;
}

interface Handlers extends Readonly<Record<(typeof queues)[QueueName]['consumer'], SQSHandler>> {
  readonly sweeper: (event: unknown) => Promise<void>;
}

/** Who waits at a laptop sees that an import has ended. */
const tellNobody = () => async () => undefined;

const wireHandlers = (cloud: LocalCloud, options: LocalImporterOptions, stopping: AbortSignal): Handlers => {
  const environment = environments({
    bucketName: cloud.bucket,
    queueUrls: cloud.queueUrls,
    deadLetterQueueUrls: cloud.deadLetterQueueUrls,
    reportTopicArn: 'none',
    timeZone: localTimeZone(),
    stage: 'local',
    lumiApiUrl: options.apiUrl,
    ...defaults,
    ...options,
    giveUpAfter: '24h',
    leadsInFlight: options.concurrency,
    requestsPerSecond: undefined,
  });
  const { connect } = cloud;
  const place = { ...cloud.environment, PROGRESS_EVERY_MS: String(progressEveryMs) };
  const credentials = {
    LUMI_USERNAME: options.username,
    LUMI_PASSWORD: options.password,
    ...(options.answerTimeoutMs !== undefined && { ANSWER_TIMEOUT_MS: String(options.answerTimeoutMs) }),
  };
  const platform = { clock: steadyClock, chance: systemChance, log: options.log };
  return {
    parser: createParserHandler({ ...environment.parser, ...place }, platform, connect, options.toldTime),
    submitter: createSubmitterHandler(
      { ...environment.submitter, ...place, ...credentials },
      { ...platform, stopping },
      connect,
      credentialsInEnvironment,
    ),
    reporter: createReporterHandler({ ...environment.reporter, ...place }, platform, connect, tellNobody),
    sweeper: createSweeperHandler({ ...environment.sweeper, ...place }, platform, connect),
  };
};

/** Invocations at once: enough batches under way that the places for leads in flight never wait for one. */
const invocationsOf = (queue: QueueName, leadsInFlight: number): number =>
  queue === 'batches' ? Math.ceil(leadsInFlight / limits.rowsPerBatch) + 1 : 2;

const startSource = (queue: QueueName, cloud: LocalCloud, handlers: Handlers, options: LocalImporterOptions) => {
  const { consumer, batchSize } = queues[queue];
  return startEventSource({
    queue: cloud.queues[queue],
    handler: handlers[consumer],
    batchSize,
    concurrency: invocationsOf(queue, options.concurrency),
    timeoutSeconds: functions[consumer].timeoutSeconds,
    onError: (error) => options.log('poll_failed', errorFields(error)),
  });
};

/** A person waits: here the sweeper looks more often than in the cloud. */
const sweepEveryMs = 5_000;

/** Runs the sweeper again and again; stopping waits for the sweep that is under way. */
const startSweeps = ({ sweeper }: Handlers): { stop(): Promise<void> } => {
  const stopping = new AbortController();
  const isTime = (): Promise<boolean> => sleep(sweepEveryMs, true, { signal: stopping.signal }).catch(() => false);
  const running = (async () => {
    // An error was logged, and the next sweep does it again.
    while (await isTime()) await sweeper({}).catch(() => undefined);
  })();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};

/** Starts the importer. What a kept bucket shows to be unfinished waits until it is resumed. */
export const startLocalImporter = async (options: LocalImporterOptions): Promise<LocalImporter> => {
  const cloud = options.cloud ?? (await openLocalCloud(options.directory, options.lateCommitMs));
  const { bucket, store, announce } = cloud;
  const importIdOf = (key: string): string =>
    makeImportId({ bucket, key, eventTime: cloud.writtenAt(key) ?? new Date(0).toISOString() });

  const stopping = new AbortController();
  const handlers = wireHandlers(cloud, options, stopping.signal);
  const start = (queue: QueueName) => startSource(queue, cloud, handlers, options);
  const sending = start('batches');
  const others = queueNames.filter((queue) => queue !== 'batches').map(start);
  const sources = [sending, ...others, startSweeps(handlers)];
  return {
    ...cloud,
    importIdOf,
    reportOf: async (key) => {
      const prefix = reportPrefix(key, importIdOf(key));
      return (await store.head(`${prefix}${reportFiles.summary}`)) === undefined ? undefined : prefix;
    },
    // Queues are not kept: what they held follows from the bucket. An upload that is announced again lets the parser
    // release whatever has no outcomes, and its manifest lets the reporter look whether the import is complete.
    resume: async (key) => {
      await announce(key);
      const manifest = manifestKey(importIdOf(key));
      if ((await store.head(manifest)) !== undefined) await announce(manifest);
    },
    stopSending: () => {
      stopping.abort();
      return sending.stop();
    },
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop()));
      await cloud.stop();
    },
  };
};
