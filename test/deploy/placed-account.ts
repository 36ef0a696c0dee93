import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteFunctionConcurrencyCommand,
  GetEventSourceMappingCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  DeleteObjectsCommand,
  GetBucketNotificationConfigurationCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketNotificationConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { notificationOf } from '../../shared/bucket/s3-event.ts';
import type { PlacedAccount } from './target.ts';

/** What only the owner of an account can do to it, by the AWS SDK. */
export const placedAccount = (stack: string, bucketName: string): PlacedAccount => {
  const cloudFormation = new CloudFormationClient();
  const s3 = new S3Client({ forcePathStyle: true });
  const lambda = new LambdaClient();
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

  const functionNamed = async (part: string): Promise<string> => {
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const found = Functions.find(({ FunctionName }) => FunctionName?.includes(part));
    if (found?.FunctionName === undefined) throw new Error(`there is no function with ${part} in its name`);
    return found.FunctionName;
  };

  /** Of the submitter's queue, found as the operators' page says. */
  const submitterMapping = async (): Promise<string> => {
    const { StackResourceSummaries = [] } = await cloudFormation.send(
      new ListStackResourcesCommand({ StackName: stack }),
    );
    const found = StackResourceSummaries.find(
      ({ ResourceType, LogicalResourceId }) =>
        ResourceType === 'AWS::Lambda::EventSourceMapping' && LogicalResourceId?.includes('Submitter'),
    );
    if (found?.PhysicalResourceId === undefined) throw new Error('no queue feeds the submitter');
    return found.PhysicalResourceId;
  };

  const serve = async (UUID: string, Enabled: boolean): Promise<void> => {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
    for (;;) {
      const { State } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
      if (State === (Enabled ? 'Enabled' : 'Disabled')) return;
      await sleep(200);
    }
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
    whilePaused: async (act) => {
      const UUID = await submitterMapping();
      await serve(UUID, false);
      try {
        await act();
      } finally {
        await serve(UUID, true);
      }
    },
    noticeOf: async (key) => {
      const { VersionId, LastModified } = await s3.send(new HeadObjectCommand({ Bucket: bucketName, Key: key }));
      if (VersionId === undefined || LastModified === undefined) throw new Error('the bucket keeps no versions');
      const upload = { bucket: bucketName, key, versionId: VersionId, eventTime: LastModified.toISOString() };
      const sendTo = async (queue: string): Promise<void> => {
        const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
        const QueueUrl = QueueUrls.find((url) => url.endsWith(queue));
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: notificationOf(upload) }));
      };
      return { announce: () => sendTo('-uploads'), bury: () => sendTo('-uploads-dead-letters') };
    },
    erase: async (prefix) => {
      let from: { readonly KeyMarker?: string; readonly VersionIdMarker?: string } | undefined = {};
      while (from !== undefined) {
        const page: ListObjectVersionsCommandOutput = await s3.send(
          new ListObjectVersionsCommand({ Bucket: bucketName, Prefix: prefix, ...from }),
        );
        const { Versions = [], DeleteMarkers = [], NextKeyMarker, NextVersionIdMarker } = page;
        const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
        if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket: bucketName, Delete: { Objects } }));
        from =
          NextKeyMarker === undefined || NextVersionIdMarker === undefined
            ? undefined
            : { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker };
      }
    },
  };
};
