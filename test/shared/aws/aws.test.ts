import { Readable } from 'node:stream';
import { HeadObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { messageLoop } from '../../../shared/aws/message-loop.ts';
import { delayRedelivery, sendMessages } from '../../../shared/aws/queue.ts';
import { s3Store } from '../../../shared/aws/s3-store.ts';
import { backoffMs } from '../../../shared/backoff.ts';
import { done } from '../../../shared/bucket/delivery.ts';
import { abandonBody } from '../../../shared/bucket/object-store.ts';
import { createdObjects } from '../../../shared/bucket/s3-event.ts';
import type { EventFields, EventName } from '../../../shared/log.ts';
import { countingChance, ManualClock } from '../../support/manual-clock.ts';

const sqs = mockClient(SQSClient);
const s3 = mockClient(S3Client);
beforeEach(() => {
  sqs.reset();
  s3.reset();
});

describe('a batch send', () => {
  it('a batch send sends again only the messages that SQS lists as failed', async () => {
    const sent: string[][] = [];
    sqs.on(SendMessageBatchCommand).callsFake((input: { Entries: { Id: string; MessageBody: string }[] }) => {
      sent.push(input.Entries.map(({ MessageBody }) => MessageBody));
      return sent.length === 1 ? { Failed: [{ Id: '1' }, { Id: '3' }] } : {};
    });
    await sendMessages(new SQSClient({}), 'queue')(['a', 'b', 'c', 'd'], 'import');
    expect(sent).toEqual([
      ['a', 'b', 'c', 'd'],
      ['b', 'd'],
    ]);
  });

  it('a batch send fails when SQS keeps refusing a message', async () => {
    sqs.on(SendMessageBatchCommand).resolves({ Failed: [{ Id: '0', SenderFault: false, Code: 'x' }] });
    await expect(sendMessages(new SQSClient({}), 'queue')(['a'], 'import')).rejects.toThrow('SQS refused 1 messages');
  });

  it('a batch send holds at most ten messages', async () => {
    sqs.on(SendMessageBatchCommand).resolves({});
    await sendMessages(new SQSClient({}), 'queue')(Array.from({ length: 23 }, String), 'import');
    expect(sqs.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input.Entries?.length)).toEqual([
      10, 10, 3,
    ]);
  });
});

it('a message is hidden in whole seconds, within what SQS allows', async () => {
  sqs.on(ChangeMessageVisibilityCommand).resolves({});
  const hide = delayRedelivery(new SQSClient({}), 'queue');
  for (const wait of [0, 1, 1_001, 99_999_999_999]) await hide('r', wait);
  expect(sqs.commandCalls(ChangeMessageVisibilityCommand).map((call) => call.args[0].input.VisibilityTimeout)).toEqual([
    0, 1, 2, 39_600,
  ]);
});

describe('a conditional write', () => {
  const refusal = (status: number) =>
    new S3ServiceException({ name: 'x', $fault: 'client', $metadata: { httpStatusCode: status } });
  const store = s3Store(new S3Client({}), 'bucket');

  it.each([
    [412, { ifAbsent: true } as const, 'exists'],
    [412, { ifMatch: 'e' }, 'changed'],
    [404, { ifMatch: 'e' }, 'changed'],
  ])(
    'a conditional write that S3 answers with %i under the condition %j is reported as %s',
    async (status, condition, kind) => {
      s3.on(PutObjectCommand).rejects(refusal(status));
      expect((await store.put('k', 'b', condition)).kind).toBe(kind);
    },
  );

  it('a conditional write is tried again after a 409', async () => {
    s3.on(PutObjectCommand).rejectsOnce(refusal(409)).resolves({ ETag: 'e' });
    expect(await store.put('k', 'b', { ifAbsent: true })).toEqual({ kind: 'written', etag: 'e' });
  });

  it('a conditional write throws an error that is not about its condition', async () => {
    s3.on(PutObjectCommand).rejects(refusal(500));
    await expect(store.put('k', 'b', { ifAbsent: true })).rejects.toThrow();
  });
});

describe('an object that somebody has removed', () => {
  const store = s3Store(new S3Client({}), 'bucket');
  const absent = (headers: Readonly<Record<string, string>>) =>
    Object.assign(new S3ServiceException({ name: 'NotFound', $fault: 'client', $metadata: { httpStatusCode: 404 } }), {
      $response: { headers },
    });

  it.each([
    ['the mark of its removal is there', absent({ 'x-amz-delete-marker': 'true' }), true],
    ['there never was one', absent({}), false],
  ])('is told from one that never was: %s', async (_, error, wasRemoved) => {
    s3.on(HeadObjectCommand).rejects(error);
    expect(await store.wasRemoved?.('k')).toBe(wasRemoved);
  });

  it('is not said where it is there, or where S3 does not answer', async () => {
    s3.on(HeadObjectCommand).resolves({ ETag: 'e' });
    expect(await store.wasRemoved?.('k')).toBe(false);
    s3.on(HeadObjectCommand).rejects(
      new S3ServiceException({ name: 'x', $fault: 'server', $metadata: { httpStatusCode: 500 } }),
    );
    await expect(store.wasRemoved?.('k')).rejects.toThrow();
  });
});

describe('the message loop', () => {
  const event = (...bodies: string[]): SQSEvent => ({
    Records: bodies.map(
      (body) =>
        ({
          messageId: body,
          receiptHandle: `r-${body}`,
          body,
          attributes: { ApproximateReceiveCount: '3' },
        }) as SQSEvent['Records'][number],
    ),
  });
  const context = { getRemainingTimeInMillis: () => 1_000 } as Context;

  it('the message loop retries only messages that are not done, after their delay, and logs no error message', async () => {
    const delays: [string, number][] = [];
    const events: [EventName, EventFields][] = [];
    const handler = messageLoop(
      async ({ body }) => {
        if (body === 'broken') throw new Error('ava@example.com is in this message');
        return body === 'later' ? { kind: 'retry', afterMs: 5_000 } : done;
      },
      {
        delayRedelivery: async (receipt, ms) => void delays.push([receipt, ms]),
        log: (name, fields = {}) => void events.push([name, fields]),
        clock: new ManualClock(),
        chance: countingChance(),
      },
    );
    expect(await handler(event('good', 'later', 'broken'), context, () => undefined)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'later' }, { itemIdentifier: 'broken' }],
    });
    expect(delays).toEqual([
      ['r-later', 5_000],
      ['r-broken', 30_000],
    ]);
    expect(JSON.stringify(events)).toContain('message_failed');
    expect(JSON.stringify(events)).not.toContain('ava@example.com');
  });
});

describe('a notification of S3', () => {
  it('a notification of S3 names its uploads with decoded keys', () => {
    const record = {
      eventTime: '2026-11-23T03:25:00.000Z',
      s3: { bucket: { name: 'b' }, object: { key: 'incoming/a+b%2Bc%C3%BC.csv', versionId: 'v' } },
    };
    expect(createdObjects(JSON.stringify({ Records: [record] }))).toEqual([
      { bucket: 'b', key: 'incoming/a b+cü.csv', versionId: 'v', eventTime: '2026-11-23T03:25:00.000Z' },
    ]);
  });

  it('a test notification of S3 names no upload', () => {
    expect(createdObjects(JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' }))).toEqual([]);
  });
});

it('back-off doubles up to its cap and keeps half of it certain', () => {
  const policy = { baseMs: 1_000, capMs: 60_000 };
  expect([1, 2, 3, 7, 50].map((attempt) => backoffMs(attempt, 0, policy))).toEqual([500, 1_000, 2_000, 30_000, 30_000]);
  expect(backoffMs(3, 0.999, policy)).toBeLessThanOrEqual(4_000);
});

describe('a body that is abandoned', () => {
  it('an abandoned body is ended whether it was unread, read in part or broken off', async () => {
    for (const touch of [0, 1]) {
      const body = Readable.from([Buffer.from('one'), Buffer.from('two')]);
      for (let chunk = 0; chunk < touch; chunk += 1) await body[Symbol.asyncIterator]().next();
      await abandonBody(body);
      expect(body.destroyed).toBe(true);
    }
    const broken = new Readable({ read: () => void broken.destroy(new Error('broken off')) });
    await abandonBody(broken);
    expect(broken.destroyed).toBe(true);
  });
});
