import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction, OutputFormat, SourceMapMode } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  deadLetterConsumerOf,
  deadLetterRetentionSeconds,
  type FunctionName,
  functions,
  type QueueName,
  queues,
  visibilitySeconds,
} from './topology.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** ESM bundles of the SDK still ask for `require` in places; without this they fail when they are loaded. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

interface ImporterFunctionProps {
  readonly name: FunctionName;
  readonly environment: Readonly<Record<string, string>>;
}

/** One of the importer's functions, bundled from its source: size and time-out come from the topology. */
export class ImporterFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, { name, environment }: ImporterFunctionProps) {
    const { entry, timeoutSeconds, memoryMib, description } = functions[name];
    super(scope, id, {
      description,
      entry: `${root}${entry}`,
      depsLockFilePath: `${root}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(timeoutSeconds),
      memorySize: memoryMib,
      environment: { ...environment, NODE_OPTIONS: '--enable-source-maps' },
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(scope, `${id}Logs`, {
        retention: RetentionDays.THREE_MONTHS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        mainFields: ['module', 'main'],
        banner: requireBanner,
        minify: true,
        sourceMap: true,
        sourceMapMode: SourceMapMode.EXTERNAL,
        sourcesContent: false,
        // The SDK that was tested is the one that runs, not the one that the runtime happens to bring.
        externalModules: [],
      },
    });
  }
}

export interface QueueFedLambdaProps {
  readonly queue: QueueName;
  /** Of the consumer, and of the consumer of dead letters where there is one. */
  readonly environments: Readonly<Record<FunctionName, Readonly<Record<string, string>>>>;
  /** Invocations at once, at least 2: the queue's maximum concurrency, never reserved concurrency, which burns receives. */
  readonly maxConcurrency: number;
  readonly alarmTopic: ITopic;
  /** What a person must do when messages end as dead letters that no function settles. */
  readonly deadLetterAdvice: string;
  /** After how long a message that nobody finished is remarkable. */
  readonly oldestMessage: Duration;
}

/** A queue made for one consumer, encrypted and TLS only. */
const makeQueue = (
  scope: Construct,
  id: string,
  queueName: string,
  retentionSeconds: number,
  visibility: number,
  deadLetters?: { queue: Queue; maxReceiveCount: number },
): Queue =>
  new Queue(scope, id, {
    queueName,
    retentionPeriod: Duration.seconds(retentionSeconds),
    visibilityTimeout: Duration.seconds(visibility),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    ...(deadLetters !== undefined && { deadLetterQueue: deadLetters }),
  });

/** The queues of a `QueueFedLambda`, made first since the functions' environments name all of them. */
export class QueuePair extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, name: QueueName, stage: string) {
    super(scope, `${name}Queues`);
    const { maxReceives, retentionSeconds } = queues[name];
    const queueName = `lumi-lead-importer-${stage}-${name}`;
    this.deadLetters = makeQueue(
      this,
      'DeadLetters',
      `${queueName}-dead-letters`,
      deadLetterRetentionSeconds,
      visibilitySeconds(name),
    );
    const deadLetters = { queue: this.deadLetters, maxReceiveCount: maxReceives };
    this.queue = makeQueue(this, 'Queue', queueName, retentionSeconds, visibilitySeconds(name), deadLetters);
  }
}

/** A queue, its dead-letter queue, the function that it feeds, the one that settles its dead letters, and their alarms. */
export class QueueFedLambda extends Construct {
  readonly consumer: ImporterFunction;
  readonly deadLetterConsumer: ImporterFunction | undefined;

  constructor(scope: Construct, id: string, pair: QueuePair, props: QueueFedLambdaProps) {
    super(scope, id);
    const { consumer, batchSize, batchingWindowSeconds } = queues[props.queue];
    this.consumer = new ImporterFunction(this, 'Function', {
      name: consumer,
      environment: props.environments[consumer],
    });
    this.consumer.addEventSource(
      new SqsEventSource(pair.queue, {
        batchSize,
        maxBatchingWindow: Duration.seconds(batchingWindowSeconds),
        maxConcurrency: props.maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    this.deadLetterConsumer = this.#settleDeadLetters(pair, props);
    this.#alarms(pair, props);
  }

  #settleDeadLetters(
    { deadLetters }: QueuePair,
    { queue, environments }: QueueFedLambdaProps,
  ): ImporterFunction | undefined {
    const name = deadLetterConsumerOf(queue);
    if (name === undefined) return undefined;
    const settler = new ImporterFunction(this, 'DeadLetterFunction', { name, environment: environments[name] });
    settler.addEventSource(
      new SqsEventSource(deadLetters, { batchSize: 1, maxConcurrency: 2, reportBatchItemFailures: true }),
    );
    return settler;
  }

  #alarms(
    { queue, deadLetters }: QueuePair,
    { queue: name, alarmTopic, deadLetterAdvice, oldestMessage }: QueueFedLambdaProps,
  ): void {
    const common = {
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    };
    const alarms = [
      new Alarm(this, 'DeadLettersAlarm', {
        ...common,
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({
          period: Duration.minutes(5),
          statistic: 'Maximum',
        }),
        threshold: 0,
        evaluationPeriods: 3,
        alarmDescription: deadLetterAdvice,
      }),
      new Alarm(this, 'OldestMessageAlarm', {
        ...common,
        metric: queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5), statistic: 'Maximum' }),
        threshold: oldestMessage.toSeconds(),
        alarmDescription: `A message of the ${name} queue has waited for more than ${oldestMessage.toHumanString()}. Look at the logs of the ${queues[name].consumer} function, and whether the Leads API works.`,
      }),
    ];
    for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(alarmTopic));
  }
}
