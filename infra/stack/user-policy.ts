import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { prefixes } from '../../shared/bucket/keys.ts';

/** What a person of the partner needs: drop files, read reports and progress, cancel; nothing else. */
export const userPolicy = (scope: Construct, bucket: Bucket): ManagedPolicy => {
  const stack = Stack.of(scope);
  const dropped = [prefixes.incoming, prefixes.validate, prefixes.documents, prefixes.mappings, prefixes.control];
  const listed = [...dropped, prefixes.reports].flatMap((prefix) => [prefix, `${prefix}*`]);
  return new ManagedPolicy(scope, 'UserPolicy', {
    description: 'Drop files for the lumi lead importer, read its reports, cancel imports',
    statements: [
      new PolicyStatement({
        // The console sends a large file in parts, and ends an upload that its user breaks off.
        actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
        resources: dropped.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
      }),
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects(`${prefixes.reports}*`)] }),
      // The command line finds the bucket by the outputs of the stack, which it asks for by name: its id would not match.
      new PolicyStatement({
        actions: ['cloudformation:DescribeStacks'],
        resources: [
          stack.formatArn({ service: 'cloudformation', resource: `stack/${stack.stackName}`, resourceName: '*' }),
        ],
      }),
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': listed } },
      }),
      // The console asks for it before it shows a bucket. Not the list of all buckets: that shows what else the account has.
      new PolicyStatement({ actions: ['s3:GetBucketLocation'], resources: [bucket.bucketArn] }),
      // At the root its folders, as the console shows them, and not what is below them.
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringEquals: { 's3:prefix': '', 's3:delimiter': '/' } },
      }),
    ],
  });
};
