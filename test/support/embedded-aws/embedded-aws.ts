import type { AddressInfo } from 'node:net';
import { Upload } from '@aws-sdk/lib-storage';
import type { FastifyInstance } from 'fastify';
import { buildApp } from 'fauxqs';
import { type LocalCloud, notifiedOf } from '../../../infra/laptop/local-cloud.ts';
import { byQueue, type QueueName, queueNames, queues, visibilitySeconds } from '../../../infra/topology.ts';
import { s3Client, sqsClient } from '../../../shared/aws/clients.ts';
import { connectAws } from '../../../shared/aws/connect-aws.ts';
import { s3Store } from '../../../shared/aws/s3-store.ts';
import { notificationOf } from '../../../shared/bucket/s3-event.ts';
import { ConditionalWrites } from './conditional-writes.ts';
import { sqsSource } from './sqs-source.ts';

const region = 'ap-southeast-2';
const bucket = 'lumi-lead-importer-local';
const account = '000000000000';

/** One SQS call inside the process, as the wire has it. */
const sqs = async (app: FastifyInstance, action: string, payload: object): Promise<void> => {
  const answer = await app.inject({
    method: 'POST',
    url: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
      authorization: `AWS4-HMAC-SHA256 Credential=emulated/20260101/${region}/sqs/aws4_request`,
    },
    payload: JSON.stringify(payload),
  });
  if (answer.statusCode !== 200) throw new Error(`the emulator refused ${action} with ${answer.statusCode}`);
};

const deadLetterName = (queue: QueueName): string => `${queue}-dead-letters`;

const createQueues = async (app: FastifyInstance): Promise<void> => {
  for (const queue of queueNames) {
    const VisibilityTimeout = String(visibilitySeconds(queue));
    await sqs(app, 'CreateQueue', { QueueName: deadLetterName(queue), Attributes: { VisibilityTimeout } });
    const redrive = {
      deadLetterTargetArn: `arn:aws:sqs:${region}:${account}:${deadLetterName(queue)}`,
      maxReceiveCount: queues[queue].maxReceives,
    };
    const Attributes = { VisibilityTimeout, RedrivePolicy: JSON.stringify(redrive) };
    await sqs(app, 'CreateQueue', { QueueName: queue, Attributes });
  }
};

/** S3 and SQS in this process, on a loopback port, where the real SDK talks HTTP with them. */
export interface EmbeddedAws extends LocalCloud {
  readonly environment: { readonly AWS_REGION: string; readonly AWS_ENDPOINT_URL: string };
}

/** Starts the embedded AWS with the bucket and the queues of `topology.ts`. */
export const startEmbeddedAws = async (): Promise<EmbeddedAws> => {
  const app = buildApp({ logger: false, defaultRegion: region }) as unknown as FastifyInstance;
  const announce = async (key: string): Promise<void> => {
    const eventTime = writes.writtenAt(key) ?? new Date().toISOString();
    const body = notificationOf({ bucket, key, eventTime });
    for (const queue of notifiedOf(key)) await sqs(app, 'SendMessage', { QueueUrl: urlOf(queue), MessageBody: body });
  };
  const writes = new ConditionalWrites({ app, bucket, announce });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const endpoint = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const urlOf = (name: string): string => `${endpoint}/${account}/${name}`;
  const environment = { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint };
  const [s3, queueClient] = [s3Client(environment), sqsClient(environment)];
  await app.inject({ method: 'PUT', url: `/${bucket}` });
  await createQueues(app);
  return {
    bucket,
    store: s3Store(s3, bucket),
    environment,
    queueUrls: byQueue(urlOf),
    deadLetterQueueUrls: byQueue((queue) => urlOf(deadLetterName(queue))),
    queues: byQueue((queue) => sqsSource(queueClient, urlOf(queue))),
    connect: connectAws,
    mountDocuments: () => {
      throw new Error('a bucket of AWS has no directory');
    },
    announce,
    writtenAt: (key) => writes.writtenAt(key),
    upload: async (key, body, metadata) => {
      const params = { Bucket: bucket, Key: key, Body: body, Metadata: { ...metadata } };
      await new Upload({ client: s3, params }).done();
    },
    stop: async () => {
      s3.destroy();
      queueClient.destroy();
      await app.close();
    },
  };
};
