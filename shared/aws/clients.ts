import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsConnection } from '../bucket/bucket-and-queues.ts';

/** An emulator gets the credentials that came with its address and no others: it must never see a person's real ones. */
const emulated = (endpoint: string, place: AwsConnection) => ({
  endpoint,
  credentials: {
    accessKeyId: place.AWS_ACCESS_KEY_ID ?? 'emulated',
    secretAccessKey: place.AWS_SECRET_ACCESS_KEY ?? 'emulated',
    ...(place.AWS_SESSION_TOKEN !== undefined && { sessionToken: place.AWS_SESSION_TOKEN }),
  },
});

/** One answer in twenty may be `SlowDown` while a million rows are staged: the client backs off and tries again. */
const maxAttempts = 10;

/** Region, and an emulator's endpoint, for any client. */
export const connectionOf = (place: AwsConnection) => ({
  region: place.AWS_REGION,
  ...(place.AWS_ENDPOINT_URL !== undefined && emulated(place.AWS_ENDPOINT_URL, place)),
});

export const s3Client = (place: AwsConnection): S3Client =>
  new S3Client({
    ...connectionOf(place),
    maxAttempts,
    forcePathStyle: place.AWS_ENDPOINT_URL !== undefined,
  });

export const sqsClient = (place: AwsConnection): SQSClient =>
  new SQSClient({
    ...connectionOf(place),
    // An emulator's queue URLs name hosts that not every machine resolves; the endpoint is the same anyway.
    useQueueUrlAsEndpoint: place.AWS_ENDPOINT_URL === undefined,
  });
