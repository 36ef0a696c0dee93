import {
  DeleteFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import {
  GetBucketNotificationConfigurationCommand,
  HeadObjectCommand,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { notificationOf } from '../../shared/aws/s3-event.ts';
import type { PlacedAccount } from './target.ts';

/** What only the owner of an account can do to it, by the AWS SDK. */
export const placedAccount = (bucketName: string): PlacedAccount => {
  const s3 = new S3Client({ forcePathStyle: true });
  const lambda = new LambdaClient();
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

  const functionNamed = async (part: string): Promise<string> => {
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const found = Functions.find(({ FunctionName }) => FunctionName?.includes(part));
    if (found?.FunctionName === undefined) throw new Error(`there is no function with ${part} in its name`);
    return found.FunctionName;
  };

  return {
    withoutNotifications: async (act) => {
      const { $metadata: _, ...kept } = await s3.send(
        new GetBucketNotificationConfigurationCommand({ Bucket: bucketName }),
      );
      const set = (NotificationConfiguration: typeof kept) =>
        s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucketName, NotificationConfiguration }));
      await set({});
      try {
        await act();
      } finally {
        await set(kept);
      }
    },
    withoutSubmitter: async (act) => {
      const FunctionName = await functionNamed('Submitter');
      await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
      try {
        await act();
      } finally {
        await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
      }
    },
    sweep: async () => {
      const FunctionName = await functionNamed('Sweeper');
      const Payload = Buffer.from(JSON.stringify({ lostAfterMs: 0 }));
      const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
      if (FunctionError !== undefined) throw new Error(`the sweeper ended with ${FunctionError}`);
    },
    bury: async (key) => {
      const { VersionId, LastModified } = await s3.send(new HeadObjectCommand({ Bucket: bucketName, Key: key }));
      if (VersionId === undefined || LastModified === undefined) throw new Error('the bucket keeps no versions');
      const upload = { bucket: bucketName, key, versionId: VersionId, eventTime: LastModified.toISOString() };
      const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
      const QueueUrl = QueueUrls.find((url) => url.endsWith('-uploads-dead-letters'));
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: notificationOf(upload) }));
    },
  };
};
