import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { prefixes } from '../../shared/bucket/keys.ts';
import { folderLink } from '../../shared/report/console-link.ts';
import {
  apiTiming,
  batchesPerInvocation,
  byQueue,
  concurrency,
  environments,
  type QueueName,
  submitterConcurrency,
} from '../topology.ts';
import { Operations } from './alarms.ts';
import { Console } from './console.ts';
import { grantBucket } from './function-rights.ts';
import { LandingBucket } from './landing-bucket.ts';
import { Notices } from './notices.ts';
import { QueueFedLambda, QueuePair } from './queue-fed-lambda.ts';
import type { Settings } from './settings.ts';
import { Sweeper } from './sweeper.ts';
import { userPolicy } from './user-policy.ts';

type QueuePairs = Readonly<Record<QueueName, QueuePair>>;

/** The environment of every function: the topology's list, and for those that call the API the ARN of the secret. */
const environmentsOf = (
  settings: Settings,
  pairs: QueuePairs,
  { secretArn, ...given }: Readonly<Record<'bucketName' | 'bucketUrl' | 'secretArn' | 'reportTopicArn', string>>,
) => {
  const { invocations, leadsEach } = submitterConcurrency(settings.apiConcurrency);
  const common = environments({
    ...given,
    stage: settings.stage,
    queueUrls: byQueue((name) => pairs[name].queue.queueUrl),
    deadLetterQueueUrls: byQueue((name) => pairs[name].deadLetters.queueUrl),
    proofs: 'all',
    lumiApiUrl: settings.lumiApiUrl,
    timeZone: settings.timeZone,
    duplicateWindowDays: settings.duplicateWindowDays,
    giveUpAfter: `${settings.giveUpAfterHours}h`,
    leadsInFlight: leadsEach,
    requestsPerSecond: settings.requestsPerSecond === undefined ? undefined : settings.requestsPerSecond / invocations,
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
  readonly settings: Settings;
  /** Directory of the functions' bundles, one folder a function. */
  readonly bundles: string;
}

const description = "Imports CSV files of leads into lumi's Leads API";

const credentialsIn = (stack: Stack): Secret =>
  new Secret(stack, 'Credentials', {
    description:
      'The partner\'s credentials for the Leads API: {"username","password"}. Imports wait until they are filled in.',
    secretObjectValue: {},
    // Of a first deployment that fails nothing is left, so that it can be tried again.
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });

/**
 * What outlives the stack, alone: CloudFormation takes a bucket over only where its properties name no queue that is not
 * there yet. The next deployment makes the rest.
 */
export class KeptStack extends Stack {
  constructor(scope: Construct, id: string, { stage, retentionDays }: Settings) {
    super(scope, id, { description });
    new LandingBucket(this, 'Landing', { stage, retentionDays });
    credentialsIn(this);
  }
}

/** The importer in an AWS account, in the order in which data flows through it. */
export class ImportStack extends Stack {
  /** Where people and the importer meet. */
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { settings, bundles, ...props }: ImportStackProps) {
    super(scope, id, { description, ...props });
    const { stage } = settings;

    const { alarmTopic, reportTopic } = new Notices(this, 'Notices', settings.notificationEmail);
    const pairs = byQueue((name) => new QueuePair(this, name, stage));
    const { retentionDays, logRetentionDays } = settings;
    const { bucket } = new LandingBucket(this, 'Landing', { stage, retentionDays, pairs });
    this.bucket = bucket;
    const console = new Console(this, 'Console');
    const bucketUrl = console.bucket(bucket.bucketName);
    const credentials = credentialsIn(this);

    const { invocations, leadsEach } = submitterConcurrency(settings.apiConcurrency);
    const shared = {
      alarmTopic,
      bundles,
      logRetentionDays,
      environments: environmentsOf(settings, pairs, {
        bucketName: bucket.bucketName,
        secretArn: credentials.secretArn,
        reportTopicArn: reportTopic.topicArn,
        bucketUrl,
      }),
    };

    const parser = new QueueFedLambda(this, 'Parser', pairs.uploads, {
      ...shared,
      queue: 'uploads',
      maxConcurrency: concurrency.parser,
      oldestMessage: Duration.hours(4),
    });
    const submitter = new QueueFedLambda(this, 'Submitter', pairs.batches, {
      ...shared,
      queue: 'batches',
      batchSize: batchesPerInvocation(leadsEach),
      maxConcurrency: invocations,
    });
    const reporter = new QueueFedLambda(this, 'Reporter', pairs.results, {
      ...shared,
      queue: 'results',
      maxConcurrency: concurrency.reporter,
      oldestMessage: Duration.hours(2),
    });

    this.#grant({ bucket, pairs, credentials, reportTopic }, { parser, submitter, reporter });
    const sweeper = new Sweeper(this, 'Sweeper', { ...shared, pairs, environment: shared.environments.sweeper });
    grantBucket(bucket, sweeper.function, 'sweeper');

    const operations = new Operations(this, 'Operations', {
      stage,
      alarmTopic,
      pairs,
      console,
      functions: {
        parser: parser.consumer,
        submitter: submitter.consumer,
        reporter: reporter.consumer,
        sweeper: sweeper.function,
      },
    });

    this.#output({
      BucketName: bucket.bucketName,
      CredentialsSecretArn: credentials.secretArn,
      UserPolicyArn: userPolicy(this, bucket).managedPolicyArn,
      AlarmTopicArn: alarmTopic.topicArn,
      ReportTopicArn: reportTopic.topicArn,
      DashboardUrl: operations.dashboardUrl,
      DropUrl: folderLink(bucketUrl, prefixes.incoming),
      ReportsUrl: folderLink(bucketUrl, prefixes.reports),
      // What `doctor` compares with the file of the stage.
      Settings: JSON.stringify(settings),
    });
  }

  #output(outputs: Readonly<Record<string, string>>): void {
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
