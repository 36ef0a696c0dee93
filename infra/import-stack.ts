import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { StackContext } from './context.ts';
import { LandingBucket } from './landing-bucket.ts';
import { Notices } from './notices.ts';
import { Operations } from './operations.ts';
import { grantBucket, userPolicy } from './permissions.ts';
import { QueueFedLambda, QueuePair } from './queue-fed-lambda.ts';
import { apiTiming, environments, type QueueName, submitterConcurrency } from './topology.ts';

/** Files read, and reports written, at once. */
const parserConcurrency = 5;
const reporterConcurrency = 5;

/** What a person must do about messages that no function could finish. */
const deadLetterAdvice: Readonly<Record<QueueName, string>> = {
  uploads:
    'Uploads could not be imported, nor reported as failed. Find message_failed in the logs of the parser and abandon functions, fix the cause, then redrive the dead-letter queue.',
  batches:
    'Batches could not be sent, nor ended as failed. Find message_failed in the logs of the submitter and give-up functions, fix the cause, then redrive the dead-letter queue.',
  results:
    'The report of an import could not be written. Find message_failed or totals_mismatch in the logs of the reporter function, fix the cause, then redrive the dead-letter queue.',
};

type QueuePairs = Readonly<Record<QueueName, QueuePair>>;

/** The environment of every function: the topology's list, and for those that call the API the ARN of the secret. */
const environmentsOf = (context: StackContext, pairs: QueuePairs, bucketName: string, secretArn: string) => {
  const { invocations, leadsEach } = submitterConcurrency(context.apiConcurrency);
  const { uploads, batches, results } = pairs;
  const common = environments({
    bucketName,
    queueUrls: {
      uploads: uploads.queue.queueUrl,
      batches: batches.queue.queueUrl,
      results: results.queue.queueUrl,
    },
    deadLetterQueueUrls: { uploads: uploads.deadLetters.queueUrl, batches: batches.deadLetters.queueUrl },
    lumiApiUrl: context.lumiApiUrl,
    duplicateWindowDays: context.duplicateWindowDays,
    giveUpAfter: `${context.giveUpAfterHours}h`,
    leadsInFlight: leadsEach,
    requestsPerSecond: context.requestsPerSecond === undefined ? undefined : context.requestsPerSecond / invocations,
    ...apiTiming,
  });
  const secret = { CREDENTIALS_SECRET_ARN: secretArn };
  return { ...common, submitter: { ...common.submitter, ...secret }, giveUp: { ...common.giveUp, ...secret } };
};

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
    const { retentionDays } = context;
    const { bucket } = new LandingBucket(this, 'Landing', { stage, retentionDays, pairs, reportTopic });
    this.bucket = bucket;
    const credentials = new Secret(this, 'Credentials', {
      description:
        'The partner\'s credentials for the Leads API: {"username","password"}. Imports wait until they are filled in.',
      secretObjectValue: {},
      removalPolicy: RemovalPolicy.RETAIN,
    });

    const { invocations } = submitterConcurrency(context.apiConcurrency);
    const shared = {
      alarmTopic,
      bundles,
      environments: environmentsOf(context, pairs, bucket.bucketName, credentials.secretArn),
    };

    const parser = new QueueFedLambda(this, 'Parser', pairs.uploads, {
      ...shared,
      queue: 'uploads',
      maxConcurrency: parserConcurrency,
      oldestMessage: Duration.hours(4),
      deadLetterAdvice: deadLetterAdvice.uploads,
    });
    const submitter = new QueueFedLambda(this, 'Submitter', pairs.batches, {
      ...shared,
      queue: 'batches',
      maxConcurrency: invocations,
      oldestMessage: Duration.hours(context.giveUpAfterHours),
      deadLetterAdvice: deadLetterAdvice.batches,
    });
    const reporter = new QueueFedLambda(this, 'Reporter', pairs.results, {
      ...shared,
      queue: 'results',
      maxConcurrency: reporterConcurrency,
      oldestMessage: Duration.hours(2),
      deadLetterAdvice: deadLetterAdvice.results,
    });

    const parsers = [parser.consumer, parser.deadLetterConsumer].filter((each) => each !== undefined);
    const submitters = [submitter.consumer, submitter.deadLetterConsumer].filter((each) => each !== undefined);
    for (const each of parsers) {
      grantBucket(bucket, each, 'parser');
      pairs.batches.queue.grantSendMessages(each);
    }
    for (const each of submitters) {
      grantBucket(bucket, each, 'submitter');
      credentials.grantRead(each);
    }
    grantBucket(bucket, reporter.consumer, 'reporter');

    const operations = new Operations(this, 'Operations', {
      stage,
      alarmTopic,
      pairs,
      parser: parser.consumer,
      functions: [...parsers, ...submitters, reporter.consumer],
    });

    new CfnOutput(this, 'BucketName', { value: bucket.bucketName });
    new CfnOutput(this, 'CredentialsSecretArn', { value: credentials.secretArn });
    new CfnOutput(this, 'UserPolicyArn', { value: userPolicy(this, bucket).managedPolicyArn });
    new CfnOutput(this, 'AlarmTopicArn', { value: alarmTopic.topicArn });
    new CfnOutput(this, 'DashboardUrl', { value: operations.dashboardUrl });
  }
}
