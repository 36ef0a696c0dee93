import type { AddressInfo } from 'node:net';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { FastifyInstance } from 'fastify';
import { buildApp } from 'fauxqs';
import { s3Client } from '../../shared/aws/clients.ts';
import { notificationOf } from '../../shared/aws/s3-event.ts';
import { type QueueName, queueNames, queues, visibilitySeconds } from '../topology.ts';
import { ConditionalWrites, objectPath } from './conditional-writes.ts';
import { type ArchivedObject, ObjectArchive } from './object-archive.ts';

/** S3 and SQS in this process, on a loopback port that only this machine reaches. */
export interface EmbeddedAws {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly queueUrls: Readonly<Record<QueueName, string>>;
  readonly deadLetterQueueUrls: Readonly<Record<QueueName, string>>;
  /** Sends the notification of an object, as S3 would: once more, or for the first time after a crash. */
  announce(key: string): Promise<void>;
  /** When an object was written, ISO 8601: the time in its notifications. */
  writtenAt(key: string): string | undefined;
  stop(): Promise<void>;
}

const region = 'ap-southeast-2';
const bucket = 'lumi-lead-importer-local';
const account = '000000000000';

/** Above this the emulator wants a multipart upload. */
const maxBodyBytes = 8 * 1024 * 1024;

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
    await sqs(app, 'CreateQueue', {
      QueueName: deadLetterName(queue),
      Attributes: { VisibilityTimeout: String(visibilitySeconds(queue)) },
    });
    const redrive = {
      deadLetterTargetArn: `arn:aws:sqs:${region}:${account}:${deadLetterName(queue)}`,
      maxReceiveCount: queues[queue].maxReceives,
    };
    const Attributes = { VisibilityTimeout: String(visibilitySeconds(queue)), RedrivePolicy: JSON.stringify(redrive) };
    await sqs(app, 'CreateQueue', { QueueName: queue, Attributes });
  }
};

const putBack = async (
  app: FastifyInstance,
  client: S3Client,
  { key, body, contentType, metadata }: ArchivedObject,
): Promise<void> => {
  if (body.length > maxBodyBytes) {
    await new Upload({
      client,
      params: { Bucket: bucket, Key: key, Body: body, ContentType: contentType, Metadata: { ...metadata } },
    }).done();
    return;
  }
  const headers = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]));
  const url = objectPath(bucket, key);
  const answer = await app.inject({
    method: 'PUT',
    url,
    headers: { ...headers, 'content-type': contentType },
    payload: Buffer.from(body),
  });
  if (answer.statusCode !== 200) throw new Error(`an object that was kept could not be put back: ${answer.statusCode}`);
};

/**
 * Starts the embedded AWS with the bucket and the queues of `topology.ts`.
 * @param directory keeps the bucket there; absent: in memory. Throws `StateDirectoryInUse` where another process has it.
 * @param onRestore changes an object that was kept, before it is put back
 */
export const startEmbeddedAws = async (
  directory?: string,
  onRestore: (object: ArchivedObject) => ArchivedObject = (object) => object,
): Promise<EmbeddedAws> => {
  const archive = directory === undefined ? undefined : new ObjectArchive(directory);
  const app = buildApp({ logger: false, defaultRegion: region }) as unknown as FastifyInstance;
  const announce = async (key: string): Promise<void> => {
    const eventTime = writes.writtenAt(key) ?? new Date().toISOString();
    const body = notificationOf({ bucket, key, eventTime });
    const notified = queueNames.filter((queue) => queues[queue].notifiedBy.some((prefix) => key.startsWith(prefix)));
    for (const queue of notified) await sqs(app, 'SendMessage', { QueueUrl: queueUrl(queue), MessageBody: body });
  };
  const writes = new ConditionalWrites({
    app,
    bucket,
    announce,
    keep: (object) => archive?.put(object),
    drop: (key) => archive?.delete(key),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const endpoint = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const queueUrl = (name: string): string => `${endpoint}/${account}/${name}`;
  await app.inject({ method: 'PUT', url: `/${bucket}` });
  await createQueues(app);
  if (archive !== undefined) {
    const client = s3Client({ AWS_REGION: region, AWS_ENDPOINT_URL: endpoint });
    writes.restoring = true;
    for (const object of archive.all()) {
      writes.remember(object.key, object.writtenAt);
      await putBack(app, client, onRestore(object));
    }
    writes.restoring = false;
    client.destroy();
  }
  const urls = (nameOf: (queue: QueueName) => string) =>
    Object.fromEntries(queueNames.map((queue) => [queue, queueUrl(nameOf(queue))])) as Record<QueueName, string>;
  return {
    endpoint,
    region,
    bucket,
    queueUrls: urls((queue) => queue),
    deadLetterQueueUrls: urls(deadLetterName),
    announce,
    writtenAt: (key) => writes.writtenAt(key),
    stop: async () => {
      await app.close();
      archive?.close();
    },
  };
};
