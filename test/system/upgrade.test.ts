import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, SQSEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { submitBatch } from '../../lambdas/submitter/submit-batch.ts';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { journalKey, manifestKey, registerKey } from '../../shared/bucket/keys.ts';
import type { CreatedObject } from '../../shared/bucket/s3-event.ts';
import { parseState } from '../../shared/bucket/stored-json.ts';
import { type BatchMessage, batchMessageSchema } from '../../shared/state/batch.ts';
import type { ApiLead } from '../support/fake-leads-api.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, rows } from '../support/sample-rows.ts';

// While a new version is deployed, or an old one brought back, each meets what the other wrote. What it cannot read is
// retried, untouched, until a version that can read it is there.

const newer = (text: string): string => JSON.stringify({ ...JSON.parse(text), version: 1_000 });

/** One delivery of a message to the submitter's message loop: whether it is retried, and after which delay. */
const deliver = async (harness: PipelineHarness, body: string) => {
  const delays: number[] = [];
  const { clock, chance, log } = harness;
  const handler = messageLoop(
    ({ body: text, ...delivery }) => {
      const message = parseState(batchMessageSchema, text, 'a batch message');
      return submitBatch({ ...delivery, message }, harness.submitter);
    },
    { clock, chance, log, delayRedelivery: async (_, ms) => void delays.push(ms) },
  );
  const record = {
    messageId: 'm',
    receiptHandle: 'r',
    body,
    attributes: { ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: String(harness.clock.now()) },
  };
  const context = { getRemainingTimeInMillis: () => 360_000 } as Context;
  const answer = await handler({ Records: [record] } as unknown as SQSEvent, context, () => undefined);
  return { isRetried: (answer as { batchItemFailures: unknown[] }).batchItemFailures.length === 1, delays };
};

const staged = async () => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(rows(3)));
  await harness.parse(upload);
  const [message] = harness.released;
  if (message === undefined) throw new Error('nothing was released');
  return { harness, upload, importId: importIdOf(upload), message: JSON.stringify(message) };
};

it('a message of a newer version is retried after a while, and nothing is sent', async () => {
  const { harness, message } = await staged();
  const { isRetried, delays } = await deliver(harness, newer(message));
  expect(isRetried).toBe(true);
  expect(delays[0]).toBeGreaterThanOrEqual(5_000);
  expect(harness.api.leads).toEqual([]);
  expect((await deliver(harness, message)).isRetried).toBe(false);
  expect(harness.api.leads).toHaveLength(3);
});

it('a journal of a newer version is left as it is, and its batch waits', async () => {
  const { harness, importId, message } = await staged();
  const journal = newer('{"owner":"somebody","rows":"in a way of its own"}');
  harness.store.objects.set(journalKey(importId, 0), Buffer.from(journal));
  expect((await deliver(harness, message)).isRetried).toBe(true);
  expect(harness.store.text(journalKey(importId, 0))).toBe(journal);
  expect(harness.api.leads).toEqual([]);
});

it('a register of a newer version stops the parser, and is not written over', async () => {
  const harness = new PipelineHarness();
  const register = newer('{"entries":{}}');
  harness.store.objects.set(registerKey, Buffer.from(register));
  await expect(harness.parse(harness.drop('incoming/a.csv', aCsv(rows(3))))).rejects.toThrow(/expected shape/);
  expect(harness.store.text(registerKey)).toBe(register);
  expect(harness.released).toEqual([]);
});

it('a manifest of a newer version stops parser and reporter; brought back, the import goes on', async () => {
  const { harness, upload, importId } = await staged();
  const manifest = harness.store.text(manifestKey(importId)) ?? '';
  harness.store.objects.set(manifestKey(importId), Buffer.from(newer(manifest)));
  await expect(harness.parse(upload)).rejects.toThrow(/expected shape/);
  await expect(harness.report(upload)).rejects.toThrow(/expected shape/);
  harness.store.objects.set(manifestKey(importId), Buffer.from(manifest));
  await harness.submit();
  expect((await harness.report(upload))?.statuses.created).toBe(3);
});

/** What the version before has left in the bucket and at the API in the middle of an import: its own bytes. */
interface StateOfVersion1 {
  readonly now: number;
  readonly upload: CreatedObject;
  readonly message: BatchMessage;
  readonly objects: Readonly<Record<string, { readonly text: string } | { readonly base64: string }>>;
  readonly leads: ApiLead[];
}

it('an import that the version before had begun is finished: one lead in doubt is found, nothing is sent twice', async () => {
  const path = join(import.meta.dirname, '..', 'fixtures', 'state-of-version-1.json');
  const before = JSON.parse(readFileSync(path, 'utf8')) as StateOfVersion1;
  const harness = new PipelineHarness();
  for (const [key, object] of Object.entries(before.objects))
    harness.store.objects.set(key, 'text' in object ? Buffer.from(object.text) : Buffer.from(object.base64, 'base64'));
  harness.api.leads.push(...before.leads);
  harness.clock.time = before.now;
  harness.released.push(before.message);
  await harness.submit();
  const summary = await harness.report(before.upload);
  expect(summary?.statuses).toMatchObject({ created: 6, duplicate: 1, rejected: 1 });
  expect(summary?.documents).toEqual({ attached: 4, failed: 0 });
  expect(new Set(harness.emails()).size).toBe(5);
  expect(harness.api.leads).toHaveLength(5);
});
