import { prefixes } from '../shared/bucket/keys.ts';
import { limits } from '../shared/limits.ts';

const minute = 60;
const day = 24 * 60 * minute;

/** A function, and what it has. */
export interface FunctionSize {
  readonly entry: string;
  readonly timeoutSeconds: number;
  readonly memoryMib: number;
  /** Of its own disk; absent: Lambda's 512 MiB. */
  readonly storageMib?: number;
  readonly description: string;
}

/** What runs: one entry a function, all sizes with their reasons. Seconds and MiB. */
export const functions = {
  parser: {
    entry: 'lambdas/parser/handler.ts',
    /** The longest that Lambda offers: the most rows are read, once more where a reading asks for it, and staged in less than half of it. */
    timeoutSeconds: 15 * minute,
    /** The fingerprints of the largest file and of its earlier leads, the SDK, and a share of CPU that grows with memory. */
    memoryMib: 1024,
    /** The rows of a file between the reading that understands them and the one that stages them: at most 512 MiB of text. */
    storageMib: 4096,
    description: 'Reads an uploaded CSV to its end, stages its rows and releases them',
  },
  submitter: {
    entry: 'lambdas/submitter/handler.ts',
    /** Two batches, five leads at a time; an attempt stops itself before its time is over, and goes on in the next. */
    timeoutSeconds: 6 * minute,
    memoryMib: 512,
    description: 'Sends the leads of a batch to the Leads API, each once',
  },
  reporter: {
    entry: 'lambdas/reporter/handler.ts',
    /** The batches of the largest file and their outcomes, `limits.reportReadAhead` at a time. */
    timeoutSeconds: 15 * minute,
    memoryMib: 1024,
    description: 'Writes the report of an import once all of its rows have ended',
  },
  sweeper: {
    entry: 'lambdas/sweeper/handler.ts',
    /** Merges the memory of thousands of imports, should they all end at once. */
    timeoutSeconds: 15 * minute,
    memoryMib: 512,
    description: 'Finds what was lost on its way: uploads, reports, dead letters',
  },
} as const satisfies Record<string, FunctionSize>;

/**
 * V8 lets a heap grow with what the machine seems to have, and a function is killed where its memory ends: with these the
 * parser takes a third less. Node takes the first when it starts, the second at any time.
 */
export const heap = { startOption: '--max-semi-space-size=16', flag: '--heap-growing-percent=50' } as const;

/** How often the sweeper looks. */
export const sweepEveryMinutes = 15;

export type FunctionName = keyof typeof functions;

/** What messages drive; the sweeper runs by the clock. */
type ConsumerName = Exclude<FunctionName, 'sweeper'>;

interface QueueTopology {
  readonly consumer: ConsumerName;
  /** Messages handed to one invocation. */
  readonly batchSize: number;
  /** Deliveries before a message is a dead letter. */
  readonly maxReceives: number;
  readonly retentionSeconds: number;
  /** Whose creation in the bucket makes a message; none: the parser sends them. */
  readonly notifiedBy: readonly string[];
}

/** What flows between the functions. */
export const queues = {
  uploads: {
    consumer: 'parser',
    batchSize: 1,
    /**
     * Trouble of S3 or SQS is waited out for about an hour, by the message loop's back-off; a file that kills the parser
     * costs a visibility time-out of 90 minutes each time, and the partner hears of it within the day.
     */
    maxReceives: 12,
    retentionSeconds: 4 * day,
    notifiedBy: [prefixes.incoming, prefixes.validate],
  },
  batches: {
    consumer: 'submitter',
    /** At least: see `batchesPerInvocation`. */
    batchSize: 2,
    /** An attempt every 15 minutes for ten days, the longest give-up time, comes to 960: SQS allows 1,000. */
    maxReceives: 1000,
    /** Longer than the longest give-up time. */
    retentionSeconds: 12 * day,
    notifiedBy: [],
  },
  results: {
    consumer: 'reporter',
    batchSize: 10,
    /**
     * Outcomes of a large import may wait twice for a look that sees many of them. Trouble of S3 is waited out for some
     * minutes; after that the sweeper announces the import again, as often as it must.
     */
    maxReceives: 8,
    retentionSeconds: 4 * day,
    notifiedBy: [prefixes.manifests, prefixes.outcomes, prefixes.control],
  },
} as const satisfies Record<string, QueueTopology>;

export type QueueName = keyof typeof queues;

export const queueNames = Object.keys(queues) as QueueName[];

/** One thing for each queue. */
export const byQueue = <Value>(make: (queue: QueueName) => Value): Record<QueueName, Value> =>
  Object.fromEntries(queueNames.map((queue) => [queue, make(queue)])) as Record<QueueName, Value>;

/** A dead letter outlives its source: SQS counts its age from the first queue on. */
export const deadLetterRetentionSeconds = 14 * day;

/** Six times the consumer's time-out, as Lambda asks for. */
export const visibilitySeconds = (queue: QueueName): number => functions[queues[queue].consumer].timeoutSeconds * 6;

/** How the importer behaves towards the API in the cloud. */
export const apiTiming = {
  /** After a lead may have been sent, so long the listing is not believed to lack it. */
  listingSettleMs: 60_000,
  backoffBaseMs: 5_000,
  backoffCapMs: 15 * minute * 1000,
} as const;

/**
 * Functions of each kind that run at once. All of them together fit into the ten executions of a new account: a message
 * that Lambda turns away for want of one comes back only after its visibility time-out.
 */
export const concurrency = {
  parser: 2,
  reporter: 2,
  sweeper: 1,
  /** Two at least, as Lambda has it, and more of them only where each is busy. */
  submitter: { least: 2, most: 4 },
} as const;

/** Leads in flight of one invocation: a batch then takes about ten rounds. */
const leadsPerInvocation = 5;

/** Splits the leads in flight among invocations, so that their product never exceeds the whole. */
export const submitterConcurrency = (
  leadsInFlight: number,
): { readonly invocations: number; readonly leadsEach: number } => {
  const { least, most } = concurrency.submitter;
  const invocations = Math.min(most, Math.max(least, Math.floor(leadsInFlight / leadsPerInvocation)));
  return { invocations, leadsEach: Math.floor(leadsInFlight / invocations) };
};

/** SQS gives at most ten messages to an invocation that does not wait for more. */
const mostBatches = 10;

/** Rounds of leads in flight in one invocation: so many that its beginning and its end hardly count. */
const rounds = 40;

/**
 * Batches of one invocation: they share its places for leads in flight, so that the tail of one is filled by the next,
 * and one that only looks into the listing holds up nobody.
 */
export const batchesPerInvocation = (leadsEach: number): number =>
  Math.min(mostBatches, Math.max(queues.batches.batchSize, Math.ceil((leadsEach * rounds) / limits.rowsPerBatch)));

/** What the environment of the functions is made of. */
export interface FunctionInputs {
  readonly bucketName: string;
  /** By name of the queue. */
  readonly queueUrls: Readonly<Record<QueueName, string>>;
  readonly deadLetterQueueUrls: Readonly<Record<QueueName, string>>;
  /** Told of every import that has ended. */
  readonly reportTopicArn: string;
  /** In which reports tell moments. */
  readonly timeZone: string;
  /** By which the metrics of a stack are told from those of others. */
  readonly stage: string;
  /** The S3 console's address of the bucket, with its region; a laptop has none. */
  readonly bucketUrl?: string;
  readonly lumiApiUrl: string;
  readonly duplicateWindowDays: number;
  /** As an option of an import is written: `24h`. */
  readonly giveUpAfter: string;
  readonly leadsInFlight: number;
  readonly requestsPerSecond: number | undefined;
  readonly listingSettleMs: number;
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  /** Whether every import is proven by itself, or only where somebody asks for it. */
  readonly proofs: 'all' | 'asked_for';
}

/** The environment of every function: the one list that the stack and the laptop share. Credentials come on top. */
export const environments = (
  inputs: FunctionInputs,
): Readonly<Record<FunctionName, Readonly<Record<string, string>>>> => {
  const { queueUrls, deadLetterQueueUrls } = inputs;
  const { stage, bucketUrl } = inputs;
  const common = { BUCKET_NAME: inputs.bucketName, STAGE: stage };
  const parser = {
    ...common,
    UPLOADS_QUEUE_URL: queueUrls.uploads,
    BATCHES_QUEUE_URL: queueUrls.batches,
    DUPLICATE_WINDOW_DAYS: String(inputs.duplicateWindowDays),
    GIVE_UP_AFTER: inputs.giveUpAfter,
  };
  const submitter = {
    ...common,
    BATCHES_QUEUE_URL: queueUrls.batches,
    RESULTS_QUEUE_URL: queueUrls.results,
    LUMI_API_URL: inputs.lumiApiUrl,
    LEADS_IN_FLIGHT: String(inputs.leadsInFlight),
    LISTING_SETTLE_MS: String(inputs.listingSettleMs),
    BACKOFF_BASE_MS: String(inputs.backoffBaseMs),
    BACKOFF_CAP_MS: String(inputs.backoffCapMs),
    ...(inputs.requestsPerSecond !== undefined && { REQUESTS_PER_SECOND: String(inputs.requestsPerSecond) }),
  };
  return {
    parser,
    submitter,
    reporter: {
      ...common,
      RESULTS_QUEUE_URL: queueUrls.results,
      BATCHES_QUEUE_URL: queueUrls.batches,
      REPORT_TOPIC_ARN: inputs.reportTopicArn,
      PROOFS: inputs.proofs,
      TIME_ZONE: inputs.timeZone,
      ...(bucketUrl !== undefined && { BUCKET_URL: bucketUrl }),
    },
    sweeper: {
      ...common,
      UPLOADS_QUEUE_URL: queueUrls.uploads,
      BATCHES_QUEUE_URL: queueUrls.batches,
      RESULTS_QUEUE_URL: queueUrls.results,
      DEAD_UPLOADS_QUEUE_URL: deadLetterQueueUrls.uploads,
      DEAD_BATCHES_QUEUE_URL: deadLetterQueueUrls.batches,
      DEAD_RESULTS_QUEUE_URL: deadLetterQueueUrls.results,
    },
  };
};
