import { rejects } from 'node:assert/strict';
import { AttachUserPolicyCommand, CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { StackOutputs } from './aws-target.ts';

/** A person's variables for the command line. */
export type Person = Readonly<Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY', string>>;

/** A new user who has the stack's policy for people and no other right. Throws where the engine does not hold them to it. */
export const createPerson = async ({ BucketName, UserPolicyArn }: StackOutputs): Promise<Person> => {
  const iam = new IAMClient();
  const UserName = 'broker';
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: UserPolicyArn }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  const s3 = new S3Client({ credentials, forcePathStyle: true });
  await rejects(s3.send(new GetObjectCommand({ Bucket: BucketName, Key: 'state/register.json' })), {
    name: 'AccessDenied',
  });
  // The folders at the root, as the console shows them, and no key of all the bucket.
  await s3.send(new ListObjectsV2Command({ Bucket: BucketName, Prefix: '', Delimiter: '/' }));
  await rejects(s3.send(new ListObjectsV2Command({ Bucket: BucketName })), { name: 'AccessDenied' });
  return { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey };
};
