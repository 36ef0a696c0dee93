import type { SQSHandler } from 'aws-lambda';
import pLimit from 'p-limit';
import {
  concurrency,
  functions,
  type QueueName,
  queueNames,
  queues,
  submitterConcurrency,
  visibilitySeconds,
} from '../../infra/topology.ts';
import { answerUploads } from '../../lambdas/parser/answer-uploads.ts';
import { answerResults } from '../../lambdas/reporter/answer-results.ts';
import { Completeness } from '../../lambdas/reporter/completeness.ts';
import { LookPace } from '../../lambdas/reporter/look-pace.ts';
import { SendingProgress } from '../../lambdas/reporter/sending-progress.ts';
import { sharedLooks } from '../../lambdas/reporter/shared-look.ts';
import { answerWork } from '../../lambdas/submitter/answer-work.ts';
import { Pace } from '../../lambdas/submitter/pace.ts';
import type { SweeperDependencies } from '../../lambdas/sweeper/dependencies.ts';
import { sweep } from '../../lambdas/sweeper/sweep.ts';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import { moveMessages } from '../../shared/aws/move-messages.ts';
import { listVersions } from '../../shared/aws/object-versions.ts';
import { delayRedelivery, sendMessages } from '../../shared/aws/queue.ts';
import { s3Store } from '../../shared/aws/s3-store.ts';
import type { ImportOptions } from '../../shared/import-options.ts';
import { leadsApi } from '../../shared/leads-api/client.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/log.ts';
import { deployedTiming, paceTiming, submitterDependencies } from '../support/submitter-dependencies.ts';
import { bucketClient } from './bucket-client.ts';
import type { Instance, World } from './invocation.ts';
import { queueClient } from './queue-client.ts';
import type { SimulatedApi } from './simulated-api.ts';
import type { SimulatedBucket } from './simulated-bucket.ts';
import { SimulatedFunction } from './simulated-function.ts';
import { SimulatedQueue } from './simulated-queue.ts';
import { SimulatedSchedule } from './simulated-schedule.ts';

export const bucketName = 'simulated-bucket';
/** Leads in flight, as the stack has it by default. */
const leadsInFlight = 10;
const dayMs = 86_400_000;
const noGiveUpOption: ImportOptions = {
  mode: 'import',
  enforceMandatories: true,
  reference: 'none',
  giveUpAfterMs: dayMs,
};

type Queues = Readonly<Record<QueueName, { readonly queue: SimulatedQueue; readonly deadLetters: SimulatedQueue }>>;

interface Parts {
  readonly world: World;
  readonly bucket: SimulatedBucket;
  readonly api: SimulatedApi;
  readonly queues: Queues;
  /** Hears what each instance says. */
  readonly onLog: (instance: Instance) => Log;
}

/** The queues of the topology. Some runs give up sooner than AWS would, so that dead letters are met. */
export const simulatedQueues = (world: World): Queues => {
  const { dice } = world;
  const maxReceives = {
    uploads: dice.pick([queues.uploads.maxReceives, queues.uploads.maxReceives, 3]),
    batches: dice.pick([queues.batches.maxReceives, queues.batches.maxReceives, queues.batches.maxReceives, 4]),
    results: queues.results.maxReceives,
  };
  const make = (name: QueueName) => {
    const visibilityMs = visibilitySeconds(name) * 1000;
    const deadLetters = new SimulatedQueue(world, `${name}-dead-letters`, visibilityMs);
    const redrive = { to: deadLetters, maxReceives: maxReceives[name] };
    return [name, { queue: new SimulatedQueue(world, name, visibilityMs, redrive), deadLetters }] as const;
  };
  return Object.fromEntries(queueNames.map(make)) as Queues;
};

const platformOf = ({ world, onLog }: Parts, instance: Instance) => ({
  clock: {
    now: () => world.time.now + instance.skewMs,
    sleep: (durationMs: number) =>
      instance.invocation.call('sleep', () => undefined, { thereMs: durationMs, backMs: 0 }),
  },
  chance: world.dice,
  log: onLog(instance),
});

/** As the parser's `handler.ts` has it, with clients of the simulated world. */
const wireUploads =
  (parts: Parts, { uploads, batches }: Queues) =>
  (instance: Instance): SQSHandler => {
    const { world, bucket } = parts;
    const platform = platformOf(parts, instance);
    const sqs = queueClient([uploads.queue, batches.queue], world, instance);
    const dependencies = {
      ...platform,
      store: s3Store(bucketClient(bucket, world, instance), bucketName),
      send: sendMessages(sqs, batches.queue.name),
      defaults: noGiveUpOption,
      duplicateWindowMs: 90 * dayMs,
    };
    return messageLoop(({ body }) => answerUploads(body, dependencies), {
      ...platform,
      delayRedelivery: delayRedelivery(sqs, uploads.queue.name),
    });
  };

/** As the submitter's `handler.ts` has it. */
const wireBatches =
  (parts: Parts, { batches: { queue }, results }: Queues) =>
  (instance: Instance): SQSHandler => {
    const { world, bucket, api } = parts;
    const platform = platformOf(parts, instance);
    const sqs = queueClient([queue, results.queue], world, instance);
    const pace = new Pace({ ...platform, ...paceTiming, requestsPerSecond: undefined });
    const leads = leadsApi({
      ...platform,
      http: api.http(instance),
      credentials: {
        read: async () =>
          world.faults.during('no_credentials') ? undefined : { username: 'partner', password: 'secret' },
      },
      paced: pace.around,
      documentEncoding: 'binary',
    });
    const dependencies = submitterDependencies({
      ...platform,
      ...deployedTiming,
      store: s3Store(bucketClient(bucket, world, instance), bucketName),
      bucket: bucketName,
      sendResult: sendMessages(sqs, results.queue.name),
      api: leads,
      pace,
      inFlight: pLimit(submitterConcurrency(leadsInFlight).leadsEach),
    });
    return messageLoop((delivery) => answerWork(delivery, dependencies), {
      ...platform,
      delayRedelivery: delayRedelivery(sqs, queue.name),
    });
  };

/** As the reporter's `handler.ts` has it. */
const wireResults =
  (parts: Parts, { results: { queue }, batches }: Queues) =>
  (instance: Instance): SQSHandler => {
    const { world, bucket } = parts;
    const platform = platformOf(parts, instance);
    const store = s3Store(bucketClient(bucket, world, instance), bucketName);
    const sqs = queueClient([queue, batches.queue], world, instance);
    const dependencies = {
      ...platform,
      store,
      sendBatches: sendMessages(sqs, batches.queue.name),
      completeness: new Completeness(store),
      progress: new SendingProgress(limits.progressEveryMs),
      notify: async () => undefined,
      proofs: 'all' as const,
      timeZone: 'Australia/Sydney',
      woken: new Set<string>(),
      looks: new LookPace(limits.lookEveryMs),
      sharedLook: sharedLooks(),
    };
    return messageLoop(({ body }) => answerResults(body, dependencies), {
      ...platform,
      delayRedelivery: delayRedelivery(sqs, queue.name),
    });
  };

/** As the sweeper's `handler.ts` has it; files of the memory are smaller, so that few imports fill them. */
const wireSweeps =
  (parts: Parts, { uploads, batches, results }: Queues) =>
  (instance: Instance) => {
    const { world, bucket } = parts;
    const s3 = bucketClient(bucket, world, instance);
    const pairs = [uploads, batches, results];
    const sqs = queueClient(
      pairs.flatMap(({ queue, deadLetters }) => [queue, deadLetters]),
      world,
      instance,
    );
    const taken = ({ queue, deadLetters }: Queues[QueueName]) => moveMessages(sqs, deadLetters.name, queue.name);
    const dependencies: SweeperDependencies = {
      ...platformOf(parts, instance),
      store: s3Store(s3, bucketName),
      bucket: bucketName,
      versions: listVersions(s3, bucketName),
      announceUpload: sendMessages(sqs, uploads.queue.name),
      announceResult: sendMessages(sqs, results.queue.name),
      deadUploads: taken(uploads),
      deadBatches: taken(batches),
      deadResults: taken(results),
      mergedAtOnce: 2,
    };
    return () => sweep(limits.lostAfterMs, dependencies);
  };

/** Starts every function of the topology on its queue, and the sweeper. */
export const startSimulatedImporter = (parts: Parts, sweepEveryMs: number): SimulatedSchedule => {
  const { world, bucket, queues: simulated } = parts;
  const wires = {
    parser: wireUploads(parts, simulated),
    submitter: wireBatches(parts, simulated),
    reporter: wireResults(parts, simulated),
  };
  for (const name of queueNames) {
    const { batchSize, consumer } = queues[name];
    new SimulatedFunction(world, {
      name: consumer,
      queue: simulated[name].queue,
      timeoutMs: functions[consumer].timeoutSeconds * 1000,
      batchSize,
      concurrency: name === 'batches' ? submitterConcurrency(leadsInFlight).invocations : concurrency.parser,
      wire: wires[consumer],
    });
  }
  const sends = (): number =>
    Object.values(simulated).reduce(
      // A dead letter that is received again had not been deleted: there is something left to do.
      (sum, { queue, deadLetters }) => sum + queue.sends + deadLetters.sends + deadLetters.deliveries,
      0,
    );
  return new SimulatedSchedule(world, {
    name: 'sweeper',
    everyMs: sweepEveryMs,
    timeoutMs: functions.sweeper.timeoutSeconds * 1000,
    wire: wireSweeps(parts, simulated),
    happenings: () => bucket.writes + sends(),
  });
};
