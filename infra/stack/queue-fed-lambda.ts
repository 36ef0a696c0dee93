import { join } from 'node:path';
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import manifest from '../../package.json' with { type: 'json' };
import {
  deadLetterRetentionSeconds,
  type FunctionName,
  type FunctionSize,
  functions,
  heap,
  type QueueName,
  queues,
  visibilitySeconds,
} from '../topology.ts';
import { raiseAlarm } from './raise-alarm.ts';

interface ImporterFunctionProps {
  readonly name: FunctionName;
  readonly environment: Readonly<Record<string, string>>;
  /** Directory of the bundles, one folder a function. */
  readonly bundles: string;
  /** One of those that CloudWatch offers. */
  readonly logRetentionDays: RetentionDays;
}

/**
 * One of the importer's functions: size and time-out come from the topology, code from its bundle. Its role may write its
 * own log and its own traces; whatever else it may do is granted where the stack is put together.
 */
export class ImporterFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, { name, environment, bundles, logRetentionDays }: ImporterFunctionProps) {
    const { timeoutSeconds, memoryMib, description, storageMib }: FunctionSize = functions[name];
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      // `doctor` reads the version.
      description: `${description} (version ${manifest.version})`,
      code: Code.fromAsset(join(bundles, name)),
      handler: 'index.handler',
      role,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(timeoutSeconds),
      memorySize: memoryMib,
      ...(storageMib !== undefined && { ephemeralStorageSize: Size.mebibytes(storageMib) }),
      environment: { ...environment, NODE_OPTIONS: `--enable-source-maps ${heap.startOption}` },
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
    });
  }
}

export interface QueueFedLambdaProps {
  readonly queue: QueueName;
  readonly environments: Readonly<Record<FunctionName, Readonly<Record<string, string>>>>;
  /** Directory of the functions' bundles. */
  readonly bundles: string;
  readonly logRetentionDays: RetentionDays;
  /** Messages of one invocation; absent: as the topology has it. */
  readonly batchSize?: number;
  /** Invocations at once, at least 2: the queue's maximum concurrency, never reserved concurrency, which burns receives. */
  readonly maxConcurrency: number;
  readonly alarmTopic: ITopic;
  /** The age of an unfinished message that raises the alarm; SQS counts no message that was received three times or more. */
  readonly oldestMessage?: Duration;
}

/** A queue made for one consumer, encrypted and TLS only. */
const makeQueue = (scope: Construct, id: string, props: QueueProps): Queue =>
  new Queue(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props });

/** The queues of a `QueueFedLambda`, made first since the functions' environments name all of them. */
export class QueuePair extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, name: QueueName, stage: string) {
    super(scope, `${name}Queues`);
    const { maxReceives, retentionSeconds } = queues[name];
    const queueName = `lumi-lead-importer-${stage}-${name}`;
    const visibilityTimeout = Duration.seconds(visibilitySeconds(name));
    this.deadLetters = makeQueue(this, 'DeadLetters', {
      queueName: `${queueName}-dead-letters`,
      retentionPeriod: Duration.seconds(deadLetterRetentionSeconds),
      visibilityTimeout,
    });
    this.queue = makeQueue(this, 'Queue', {
      queueName,
      retentionPeriod: Duration.seconds(retentionSeconds),
      visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceives },
    });
  }
}

/** A queue, its dead-letter queue, the function that it feeds, and their alarms. */
export class QueueFedLambda extends Construct {
  readonly consumer: ImporterFunction;

  constructor(scope: Construct, id: string, pair: QueuePair, props: QueueFedLambdaProps) {
    super(scope, id);
    const { consumer, batchSize } = queues[props.queue];
    this.consumer = new ImporterFunction(this, 'Function', {
      name: consumer,
      environment: props.environments[consumer],
      bundles: props.bundles,
      logRetentionDays: props.logRetentionDays,
    });
    this.consumer.addEventSource(
      new SqsEventSource(pair.queue, {
        batchSize: props.batchSize ?? batchSize,
        maxBatchingWindow: Duration.seconds(0),
        maxConcurrency: props.maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
    this.#alarms(pair, props);
  }

  #alarms({ queue, deadLetters }: QueuePair, { queue: name, alarmTopic, oldestMessage }: QueueFedLambdaProps): void {
    const { consumer } = queues[name];
    const asMaximum = { period: Duration.minutes(5), statistic: 'Maximum' };
    raiseAlarm(this, 'DeadLettersAlarm', alarmTopic, {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible(asMaximum),
      // Longer than the sweeper leaves any message there that it can read.
      evaluationPeriods: 6,
      alarmDescription: `Messages about ${name} could not be read, and the sweeper left them. Find message_failed in the logs of the ${consumer} function, fix the cause, then redrive the dead-letter queue.`,
    });
    if (oldestMessage === undefined) return;
    raiseAlarm(this, 'OldestMessageAlarm', alarmTopic, {
      metric: queue.metricApproximateAgeOfOldestMessage(asMaximum),
      threshold: oldestMessage.toSeconds(),
      alarmDescription: `A message of the ${name} queue is older than ${oldestMessage.toHumanString()}. Find message_failed in the logs of the ${consumer} function, and fix the cause.`,
    });
  }
}
