import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Where AWS is: a region, and an endpoint of our own where it is emulated. */
export interface AwsPlace {
  readonly AWS_REGION: string;
  readonly AWS_ENDPOINT_URL?: string | undefined;
}

/** An emulator believes any credentials; real ones must never be sent to it. */
const emulated = (endpoint: string) => ({
  endpoint,
  credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' },
});

export const s3Client = (place: AwsPlace): S3Client =>
  new S3Client({
    region: place.AWS_REGION,
    ...(place.AWS_ENDPOINT_URL !== undefined && { ...emulated(place.AWS_ENDPOINT_URL), forcePathStyle: true }),
  });

export const sqsClient = (place: AwsPlace): SQSClient =>
  new SQSClient({
    region: place.AWS_REGION,
    // An emulator's queue URLs name hosts that not every machine resolves; the endpoint is the same anyway.
    ...(place.AWS_ENDPOINT_URL !== undefined && { ...emulated(place.AWS_ENDPOINT_URL), useQueueUrlAsEndpoint: false }),
  });
