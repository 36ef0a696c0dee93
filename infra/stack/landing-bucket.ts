import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { CfnQueuePolicy, type Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import { prefixes, registerKey } from '../../shared/bucket/keys.ts';
import { type QueueName, queueNames, queues } from '../topology.ts';
import type { QueuePair } from './queue-fed-lambda.ts';

export interface LandingBucketProps {
  readonly stage: string;
  readonly retentionDays: number;
  /** Told of what is written; absent where the bucket stands alone. */
  readonly pairs?: Readonly<Record<QueueName, QueuePair>>;
}

const prefixRule = (value: string) => ({ name: 'prefix', value });

/** The register is older than the last that its imports leave: an import may run for eleven days, and a rule acts late. */
const registerDays = 30;
const unfinishedUploadDays = 2;
/** A file that is dropped again under its name while the first waits: so long may a message of the uploads queue wait. */
const noncurrentDays = 7;

/**
 * The bucket that people drop files into and the importer keeps its state in. Its notifications are set on the CfnBucket
 * itself: the construct library's own way would add a hidden function that edits the bucket after deployment.
 */
export class LandingBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { stage, retentionDays, pairs }: LandingBucketProps) {
    super(scope, id);
    // Explicit and predictable, so that the queue policies can name the bucket before it exists.
    const bucketName = `lumi-lead-importer-${stage}-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
    // Each part of the state by itself: of two rules for a key the shorter counts, and the register outlives the rest.
    const { state: _state, mappings: _mappings, ...retained } = prefixes;
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName,
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      encryption: BucketEncryption.S3_MANAGED,
      // Kept with what is in it; but for a first deployment that fails, which could not be tried again otherwise.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [
        ...Object.values(retained).map((prefix) => ({
          id: `expire-${prefix.replace(/\/$/, '').replaceAll('/', '-')}`,
          prefix,
          expiration: Duration.days(retentionDays),
        })),
        { id: 'expire-register', prefix: registerKey, expiration: Duration.days(retentionDays + registerDays) },
        { id: 'noncurrent-versions', noncurrentVersionExpiration: Duration.days(noncurrentDays) },
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(unfinishedUploadDays) },
      ],
    });
    if (pairs !== undefined) this.#notify(bucketName, pairs);
  }

  #notify(bucketName: string, pairs: Readonly<Record<QueueName, QueuePair>>): void {
    const resource = this.bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = {
      queueConfigurations: queueNames.flatMap((name) =>
        queues[name].notifiedBy.map((prefix) => ({
          event: 's3:ObjectCreated:*',
          queue: pairs[name].queue.queueArn,
          filter: { s3Key: { rules: [prefixRule(prefix)] } },
        })),
      ),
    };
    for (const name of queueNames)
      if (queues[name].notifiedBy.length > 0) this.#allow(resource, bucketName, pairs[name].queue);
  }

  /** S3 checks while the bucket is made that it may send in this bucket's name: so the target's policy comes first. */
  #allow(bucket: CfnBucket, bucketName: string, queue: Queue): void {
    queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': `arn:${Aws.PARTITION}:s3:::${bucketName}` },
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        },
      }),
    );
    const isPolicy = (child: IConstruct): child is CfnQueuePolicy => child instanceof CfnQueuePolicy;
    const policy = queue.node.findAll().find(isPolicy);
    if (policy === undefined) throw new Error('a queue that the bucket notifies has no policy');
    bucket.addResourceDependency(policy);
  }
}
