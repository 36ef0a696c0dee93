import { GetObjectCommand, NoSuchKey, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { rightCredentials, wrongCredentials } from './sandbox-api.ts';
import type { Target } from './target.ts';

/** Outputs of the deployed stack, as `cdk deploy --outputs-file` writes them. */
export interface StackOutputs {
  readonly BucketName: string;
  readonly CredentialsSecretArn: string;
  readonly ReportTopicArn: string;
  readonly UserPolicyArn: string;
}

/** A deployed stack by the AWS SDK alone. Region, credentials and endpoint come from the environment. */
export const awsTarget = ({ BucketName }: StackOutputs): Omit<Target, 'fillInCredentials'> => {
  // Path style only where an engine's endpoint stands for AWS.
  const s3 = new S3Client({ forcePathStyle: process.env['AWS_ENDPOINT_URL'] !== undefined });
  const bytes = async (key: string): Promise<Uint8Array | undefined> => {
    try {
      const object = await s3.send(new GetObjectCommand({ Bucket: BucketName, Key: key }));
      return await object.Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };
  return {
    put: async (key, body, metadata = {}) => {
      const input = { Bucket: BucketName, Key: key, Body: body, Metadata: { ...metadata } };
      await s3.send(new PutObjectCommand(body.length === 0 ? { ...input, ContentLength: 0 } : input));
    },
    bytes,
    get: async (key) => {
      const body = await bytes(key);
      return body === undefined ? undefined : Buffer.from(body).toString('utf8');
    },
    list: async (prefix) => {
      const keys: string[] = [];
      for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: BucketName, Prefix: prefix }))
        keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
      return keys;
    },
  };
};

/** Writes the sandbox's credentials, right or wrong ones, into the secret of a stack. */
export const secretFiller =
  ({ CredentialsSecretArn }: StackOutputs): NonNullable<Target['fillInCredentials']> =>
  async (right) => {
    const SecretString = JSON.stringify(right ? rightCredentials : wrongCredentials);
    await new SecretsManagerClient().send(new PutSecretValueCommand({ SecretId: CredentialsSecretArn, SecretString }));
  };
