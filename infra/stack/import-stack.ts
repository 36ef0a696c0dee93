import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import {
  apiTiming,
  batchesPerInvocation,
  concurrency,
  environments,
  type QueueName,
  queues,
  submitterConcurrency,
} from '../topology.ts';
import { Operations } from './alarms.ts';
import { LandingBucket } from './landing-bucket.ts';
import { Notices } from './notices.ts';
import { grantBucket, userPolicy } from './permissions.ts';
import { QueueFedLambda, QueuePair } from './queue-fed-lambda.ts';
import type { StackContext } from './settings.ts';
import { Sweeper } from './sweeper.ts';

/** What a person must do about messages that no function could finish. */
const deadLetterAdvice: Readonly<Record<QueueName, string>> = {
  uploads:
    'Messages about uploads could not be read, and the sweeper left them. Find message_failed in the logs of the parser function, fix the cause, then redrive the dead-letter queue.',
  batches:
    'Messages about batches could not be read, and the sweeper left them. Find message_failed in the logs of the submitter function, fix the cause, then redrive the dead-letter queue.',
  results:
    'Messages about results could not be read, and the sweeper left them. Find message_failed in the logs of the reporter function, fix the cause, then redrive the dead-letter queue.',
};

type QueuePairs = Readonly<Record<QueueName, QueuePair>>;

/** The environment of every function: the topology's list, and for those that call the API the ARN of the secret. */
const environmentsOf = (
  context: StackContext,
  pairs: QueuePairs,
  { bucketName, secretArn, reportTopicArn }: Readonly<Record<'bucketName' | 'secretArn' | 'reportTopicArn', string>>,
) => {
  const { invocations, leadsEach } = submitterConcurrency(context.apiConcurrency);
  const { uploads, batches, results } = pairs;
  const common = environments({
    bucketName,
    reportTopicArn,
    queueUrls: {
      uploads: uploads.queue.queueUrl,
      batches: batches.queue.queueUrl,
      results: results.queue.queueUrl,
    },
    deadLetterQueueUrls: {
      uploads: uploads.deadLetters.queueUrl,
      batches: batches.deadLetters.queueUrl,
      results: results.deadLetters.queueUrl,
    },
    proofs: 'all',
    lumiApiUrl: context.lumiApiUrl,
    timeZone: context.timeZone,
    duplicateWindowDays: context.duplicateWindowDays,
    giveUpAfter: `${context.giveUpAfterHours}h`,
    leadsInFlight: leadsEach,
    requestsPerSecond: context.requestsPerSecond === undefined ? undefined : context.requestsPerSecond / invocations,
    ...apiTiming,
  });
  return { ...common, submitter: { ...common.submitter, CREDENTIALS_SECRET_ARN: secretArn } };
};

interface GrantedParts {
  readonly bucket: Bucket;
  readonly pairs: QueuePairs;
  readonly credentials: Secret;
  readonly reportTopic: Topic;
}

export interface ImportStackProps extends StackProps {
  readonly context: StackContext;
  /** Directory of the functions' bundles, one folder a function. */
  readonly bundles: string;
}

/** The importer in an AWS account, in the order in which data flows through it. */
export class ImportStack extends Stack {
  /** Where people and the importer meet. */
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { context, bundles, ...props }: ImportStackProps) {
    super(scope, id, { description: "Imports CSV files of leads into lumi's Leads API", ...props });
    const { stage } = context;

    const { alarmTopic, reportTopic } = new Notices(this, 'Notices', context.notificationEmail);
    const pairs = {
      uploads: new QueuePair(this, 'uploads', stage),
      batches: new QueuePair(this, 'batches', stage),
      results: new QueuePair(this, 'results', stage),
    };
    const { retentionDays, logRetentionDays } = context;
    const { bucket } = new LandingBucket(this, 'Landing', { stage, retentionDays, pairs });
    this.bucket = bucket;
    const credentials = new Secret(this, 'Credentials', {
      description:
        'The partner\'s credentials for the Leads API: {"username","password"}. Imports wait until they are filled in.',
      secretObjectValue: {},
      removalPolicy: RemovalPolicy.RETAIN,
    });

    const { invocations, leadsEach } = submitterConcurrency(context.apiConcurrency);
    const shared = {
      alarmTopic,
      bundles,
      logRetentionDays,
      environments: environmentsOf(context, pairs, {
        bucketName: bucket.bucketName,
        secretArn: credentials.secretArn,
        reportTopicArn: reportTopic.topicArn,
      }),
    };

    const parser = new QueueFedLambda(this, 'Parser', pairs.uploads, {
      ...shared,
      queue: 'uploads',
      batchSize: queues.uploads.batchSize,
      maxConcurrency: concurrency.parser,
      oldestMessage: Duration.hours(4),
      deadLetterAdvice: deadLetterAdvice.uploads,
    });
    const submitter = new QueueFedLambda(this, 'Submitter', pairs.batches, {
      ...shared,
      queue: 'batches',
      batchSize: batchesPerInvocation(leadsEach),
      maxConcurrency: invocations,
      oldestMessage: Duration.hours(context.giveUpAfterHours),
      deadLetterAdvice: deadLetterAdvice.batches,
    });
    const reporter = new QueueFedLambda(this, 'Reporter', pairs.results, {
      ...shared,
      queue: 'results',
      batchSize: queues.results.batchSize,
      maxConcurrency: concurrency.reporter,
      oldestMessage: Duration.hours(2),
      deadLetterAdvice: deadLetterAdvice.results,
    });

    this.#grant({ bucket, pairs, credentials, reportTopic }, { parser, submitter, reporter });
    const sweeper = new Sweeper(this, 'Sweeper', { ...shared, pairs, environment: shared.environments.sweeper });
    grantBucket(bucket, sweeper.function, 'sweeper');

    const operations = new Operations(this, 'Operations', {
      stage,
      alarmTopic,
      pairs,
      parser: parser.consumer,
      sweeper: sweeper.function,
      functions: [parser.consumer, submitter.consumer, reporter.consumer, sweeper.function],
    });

    const outputs = {
      BucketName: bucket.bucketName,
      CredentialsSecretArn: credentials.secretArn,
      UserPolicyArn: userPolicy(this, bucket).managedPolicyArn,
      AlarmTopicArn: alarmTopic.topicArn,
      ReportTopicArn: reportTopic.topicArn,
      DashboardUrl: operations.dashboardUrl,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** What each function may do. */
  #grant(
    { bucket, pairs, credentials, reportTopic }: GrantedParts,
    { parser, submitter, reporter }: Readonly<Record<'parser' | 'submitter' | 'reporter', QueueFedLambda>>,
  ): void {
    grantBucket(bucket, parser.consumer, 'parser');
    pairs.batches.queue.grantSendMessages(parser.consumer);
    grantBucket(bucket, submitter.consumer, 'submitter');
    pairs.results.queue.grantSendMessages(submitter.consumer);
    credentials.grantRead(submitter.consumer);
    grantBucket(bucket, reporter.consumer, 'reporter');
    pairs.batches.queue.grantSendMessages(reporter.consumer);
    reportTopic.grantPublish(reporter.consumer);
    EventBus.fromEventBusName(this, 'Events', 'default').grantPutEventsTo(reporter.consumer);
  }
}
