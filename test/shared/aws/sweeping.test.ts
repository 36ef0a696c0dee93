import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { moveMessages } from '../../../shared/aws/move-messages.ts';
import { listVersions } from '../../../shared/aws/object-versions.ts';

const sqs = mockClient(SQSClient);
const s3 = mockClient(S3Client);
beforeEach(() => {
  sqs.reset();
  s3.reset();
});

describe('moving messages', () => {
  const messages = ['moves', 'stays', 'is done'].map((Body) => ({ Body, ReceiptHandle: `handle of ${Body}` }));

  it('a message that moves is sent before it is deleted, one that stays is neither, one that is done is only deleted', async () => {
    sqs.on(ReceiveMessageCommand).resolvesOnce({ Messages: messages }).resolves({});
    const calls: string[] = [];
    sqs.on(SendMessageBatchCommand).callsFake(({ QueueUrl, Entries }) => {
      calls.push(`send ${Entries[0].MessageBody} of ${Entries[0].MessageGroupId} to ${QueueUrl}`);
      return {};
    });
    sqs.on(DeleteMessageCommand).callsFake(({ QueueUrl, ReceiptHandle }) => {
      calls.push(`delete ${ReceiptHandle} from ${QueueUrl}`);
      return {};
    });
    const counts = await moveMessages(
      new SQSClient({}),
      'dead',
      'alive',
    )((body) => {
      if (body === 'moves') return { body: 'moved', group: 'one' };
      return body === 'stays' ? 'stays' : 'done';
    });
    expect(calls).toEqual([
      'send moved of one to alive',
      'delete handle of moves from dead',
      'delete handle of is done from dead',
    ]);
    expect(counts).toEqual({ taken: 2, left: 1 });
  });

  it('copies of a message are sent once and deleted each', async () => {
    const copies = ['first', 'second', 'third'].map((ReceiptHandle) => ({ Body: 'the same', ReceiptHandle }));
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce({ Messages: copies.slice(0, 2) })
      .resolvesOnce({ Messages: copies.slice(2) })
      .resolves({});
    sqs.on(SendMessageBatchCommand).resolves({});
    const counts = await moveMessages(new SQSClient({}), 'dead', 'alive')((body) => ({ body }));
    expect(sqs.commandCalls(SendMessageBatchCommand)).toHaveLength(1);
    expect(sqs.commandCalls(DeleteMessageCommand).map(({ args }) => args[0].input.ReceiptHandle)).toEqual([
      'first',
      'second',
      'third',
    ]);
    expect(counts).toEqual({ taken: 3, left: 0 });
  });

  it('a message that cannot be sent on is not deleted', async () => {
    sqs.on(ReceiveMessageCommand).resolvesOnce({ Messages: messages }).resolves({});
    sqs.on(SendMessageBatchCommand).rejects(new Error('SQS is away'));
    const moving = moveMessages(new SQSClient({}), 'dead', 'alive')((body) => ({ body }));
    await expect(moving).rejects.toThrow('SQS is away');
    expect(sqs.commandCalls(DeleteMessageCommand)).toHaveLength(0);
  });
});

describe('listing versions', () => {
  const at = new Date('2026-11-23T03:25:00Z');
  const version = (Key: string, VersionId: string) => ({ Key, VersionId, LastModified: at });

  it('all versions of all pages are listed, less those of a deleted object and those without a version id', async () => {
    s3.on(ListObjectVersionsCommand)
      .resolvesOnce({
        Versions: [version('incoming/a.csv', '2'), version('incoming/a.csv', '1'), version('incoming/b.csv', 'null')],
        DeleteMarkers: [
          { Key: 'incoming/c.csv', IsLatest: true },
          { Key: 'incoming/d.csv', IsLatest: false },
        ],
        IsTruncated: true,
        NextKeyMarker: 'incoming/c.csv',
        NextVersionIdMarker: 'x',
      })
      .resolvesOnce({ Versions: [version('incoming/c.csv', '1'), version('incoming/d.csv', '1')] });
    const listed = await Array.fromAsync(listVersions(new S3Client({}), 'bucket')('incoming/'));
    expect(listed.map(({ key, versionId }) => `${key} ${versionId}`)).toEqual([
      'incoming/a.csv 2',
      'incoming/a.csv 1',
      'incoming/d.csv 1',
    ]);
    expect(listed[0]?.storedAt).toBe(at.getTime());
    expect(s3.commandCalls(ListObjectVersionsCommand)[1]?.args[0].input).toMatchObject({
      KeyMarker: 'incoming/c.csv',
      VersionIdMarker: 'x',
    });
  });
});
