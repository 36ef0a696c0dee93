import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { Upload } from '@aws-sdk/lib-storage';
import { s3Client } from '../../../shared/aws/clients.ts';
import { connectAws } from '../../../shared/aws/connect-aws.ts';
import type { AwsConnection } from '../../../shared/bucket/bucket-and-queues.ts';
import { awsAnswer } from '../terminal/aws-error.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { Place } from './place.ts';

/** The region and the endpoint as the AWS command line takes them from the environment. */
export const connection = (): AwsConnection => {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, ...rest } = process.env;
  const region = [AWS_REGION, AWS_DEFAULT_REGION].find((name) => name !== undefined && name !== '');
  if (region === undefined) throw new UsageError('--stack needs the region of the stack in the variable AWS_REGION.');
  const emulated = AWS_ENDPOINT_URL === undefined ? {} : { ...rest, AWS_ENDPOINT_URL };
  return { AWS_REGION: region, ...emulated };
};

const awsTrouble = (stack: string, error: unknown): UsageError => {
  const known = error instanceof Error ? error : new Error('nothing');
  if (/does not exist/.test(known.message))
    return new UsageError(`--stack ${stack}: there is no such stack in this region.`);
  return new UsageError(`--stack ${stack}: ${awsAnswer(known)}`);
};

/** An output of a stack. @throws UsageError where the stack is not there or is another one */
const outputOf = async (stack: string, output: string, region: string): Promise<string> => {
  const client = new CloudFormationClient({ region });
  const described = await client.send(new DescribeStacksCommand({ StackName: stack })).catch((error: unknown) => {
    throw awsTrouble(stack, error);
  });
  const value = described.Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === output)?.OutputValue;
  if (value === undefined) throw new UsageError(`--stack ${stack}: it has no output ${output}; is it a lead importer?`);
  return value;
};

/** A deployed stack, where files can be dropped too. */
export interface StackPlace extends Place {
  readonly bucket: string;
  /** Drops a file with its options; resolves with its version. */
  drop(key: string, body: Uint8Array, metadata: Readonly<Record<string, string>>): Promise<string>;
}

export const openStack = async (stack: string): Promise<StackPlace> => {
  const place = connection();
  const bucket = await outputOf(stack, 'BucketName', place.AWS_REGION);
  const { store } = connectAws({ ...place, BUCKET_NAME: bucket });
  const drop: StackPlace['drop'] = async (key, body, metadata) => {
    const params = { Bucket: bucket, Key: key, Body: body, Metadata: { ...metadata }, ContentType: 'text/csv' };
    const { VersionId } = await new Upload({ client: s3Client(place), params }).done();
    return VersionId ?? '';
  };
  return { store, bucket, drop, option: `--stack ${stack}`, pollMs: 2_000, close: () => undefined };
};
