import { once } from 'node:events';
import type { S3Client } from '@aws-sdk/client-s3';
import { s3Client } from '../../shared/aws/clients.ts';
import { s3Store } from '../../shared/aws/s3-store.ts';
import type { AwsConnection } from '../../shared/bucket/bucket-and-queues.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { startProcess } from './measured-process.ts';

/** A bucket behind the real S3 client. */
export interface ClientBucket {
  readonly client: S3Client;
  readonly bucket: string;
  readonly store: ObjectStore;
  stop(): void;
}

/** Starts an S3 in another process. */
export const startS3 = async (): Promise<ClientBucket> => {
  const server = startProcess('embedded-s3.ts');
  const [told] = (await once(server, 'message')) as [{ bucket: string; environment: AwsConnection }];
  const client = s3Client(told.environment);
  const stop = (): void => {
    client.destroy();
    server.kill();
  };
  return { client, bucket: told.bucket, store: s3Store(client, told.bucket), stop };
};
