import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { prefixes, registerKey } from '../../shared/bucket/keys.ts';
import { progressFile } from '../../shared/report/progress-json.ts';

const read = ['s3:GetObject', 's3:GetObjectVersion'];
const write = ['s3:PutObject', 's3:AbortMultipartUpload'];

/** How far imports are, beside where their reports will be. */
export const progressFiles = `${prefixes.reports}*/${progressFile}`;

/** What each function may do in the bucket, prefix by prefix. No function may delete anything. */
const rights = {
  parser: {
    read: [
      prefixes.incoming,
      prefixes.validate,
      prefixes.mappings,
      prefixes.documents,
      prefixes.control,
      prefixes.state,
      progressFiles,
    ],
    write: [
      prefixes.batches,
      prefixes.manifests,
      prefixes.possibleLeads,
      prefixes.claimedLeads,
      prefixes.uploads,
      prefixes.cancelled,
      progressFiles,
      registerKey,
    ],
  },
  submitter: {
    read: [prefixes.documents, prefixes.control, prefixes.state, progressFiles],
    write: [
      prefixes.journals,
      prefixes.outcomes,
      prefixes.attached,
      prefixes.cancelled,
      prefixes.proofs,
      prefixes.proving,
      progressFiles,
    ],
  },
  reporter: {
    read: [prefixes.state, prefixes.control, prefixes.reports],
    write: [prefixes.reports, prefixes.createdLeads, prefixes.ended, prefixes.cancelled],
  },
  sweeper: {
    read: [prefixes.state],
    write: [prefixes.uploads, prefixes.mergedLeads, prefixes.cancelled, registerKey],
  },
} as const;

/** Grants a function its prefixes, and to list the bucket: without that a missing object reads as forbidden. */
export const grantBucket = (bucket: Bucket, grantee: IGrantable, role: keyof typeof rights): void => {
  const below = (keys: readonly string[]): string[] =>
    keys.map((key) => bucket.arnForObjects(key.endsWith('/') ? `${key}*` : key));
  const statements = [
    new PolicyStatement({ actions: read, resources: below(rights[role].read) }),
    new PolicyStatement({ actions: write, resources: below(rights[role].write) }),
    new PolicyStatement({
      actions: role === 'sweeper' ? ['s3:ListBucket', 's3:ListBucketVersions'] : ['s3:ListBucket'],
      resources: [bucket.bucketArn],
    }),
  ];
  for (const statement of statements) grantee.grantPrincipal.addToPrincipalPolicy(statement);
};
