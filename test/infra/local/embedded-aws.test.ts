import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { Upload } from '@aws-sdk/lib-storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedAws, startEmbeddedAws } from '../../../infra/local/embedded-aws.ts';
import { s3Client, sqsClient } from '../../../shared/aws/clients.ts';
import { getText, type ObjectStore } from '../../../shared/aws/object-store.ts';
import { s3Store } from '../../../shared/aws/s3-store.ts';

const placeOf = (aws: EmbeddedAws) => ({ AWS_REGION: aws.region, AWS_ENDPOINT_URL: aws.endpoint });

describe('the embedded bucket', () => {
  let aws: EmbeddedAws;
  let store: ObjectStore;
  beforeEach(async () => {
    aws = await startEmbeddedAws();
    store = s3Store(s3Client(placeOf(aws)), aws.bucket);
  });
  afterEach(async () => {
    await aws.stop();
  });

  it('the embedded bucket lets only one of twenty concurrent writers create an object', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.put('state/x', String(index), { ifAbsent: true })),
    );
    expect(results.filter(({ kind }) => kind === 'written')).toHaveLength(1);
    const winner = results.findIndex(({ kind }) => kind === 'written');
    expect((await getText(store, 'state/x'))?.text).toBe(String(winner));
  });

  it('the embedded bucket lets only one of ten concurrent writers replace the version that all of them read', async () => {
    const first = await store.put('state/x', 'first');
    if (first.kind !== 'written') throw new Error('not written');
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => store.put('state/x', String(index), { ifMatch: first.etag })),
    );
    expect(results.filter(({ kind }) => kind === 'written')).toHaveLength(1);
    expect((await store.put('state/none', 'x', { ifMatch: first.etag })).kind).toBe('changed');
  });

  it('the embedded bucket lists keys after a given key, in order, past a thousand keys', async () => {
    for (let index = 0; index < 1_005; index += 1) await store.put(`state/list/${String(index).padStart(4, '0')}`, 'x');
    const keys: string[] = [];
    for await (const { key } of store.list('state/list/', 'state/list/0001')) keys.push(key);
    expect(keys).toHaveLength(1_003);
    expect(keys.toSorted()).toEqual(keys);
  });

  it('the embedded bucket announces a multipart upload with its key encoded as S3 encodes it', async () => {
    const key = 'incoming/a b+c ü.csv';
    await new Upload({
      client: s3Client(placeOf(aws)),
      params: { Bucket: aws.bucket, Key: key, Body: Buffer.alloc(12 * 1024 * 1024, 'x') },
    }).done();
    const sqs = sqsClient(placeOf(aws));
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: aws.queueUrls.uploads, WaitTimeSeconds: 2 }),
    );
    expect(JSON.parse(Messages?.[0]?.Body ?? '')).toMatchObject({
      Records: [{ eventTime: aws.writtenAt(key), s3: { object: { key: 'incoming/a+b%2Bc+%C3%BC.csv' } } }],
    });
    expect((await store.head(key))?.sizeBytes).toBe(12 * 1024 * 1024);
  });
});

it('a bucket that is kept in a directory is the same after a restart: contents, metadata, conditions, times', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'embedded-aws-'));
  try {
    const before = await startEmbeddedAws(directory);
    const store = s3Store(s3Client(placeOf(before)), before.bucket);
    const Body = Buffer.alloc(9 * 1024 * 1024, 'y');
    await new Upload({
      client: s3Client(placeOf(before)),
      params: { Bucket: before.bucket, Key: 'incoming/big.csv', Body, Metadata: { 'dry-run': 'true' } },
    }).done();
    const written = await store.put('state/register.json', '{"a":1}');
    const time = before.writtenAt('incoming/big.csv');
    await before.stop();
    const after = await startEmbeddedAws(directory);
    const again = s3Store(s3Client(placeOf(after)), after.bucket);
    const big = await again.get('incoming/big.csv');
    expect(big).toMatchObject({ sizeBytes: Body.length, metadata: { 'dry-run': 'true' } });
    expect(after.writtenAt('incoming/big.csv')).toBe(time);
    if (written.kind !== 'written') throw new Error('not written');
    expect((await again.put('state/register.json', '{}', { ifAbsent: true })).kind).toBe('exists');
    expect((await again.put('state/register.json', '{}', { ifMatch: written.etag })).kind).toBe('written');
    await after.stop();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
