import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** The least that a function which uses S3 has to load. */
export const client = new S3Client({ region: 'ap-southeast-2' });
export const commands = { GetObjectCommand, PutObjectCommand };
