import type { Context, SQSEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { submitBatch } from '../../lambdas/submitter/submit-batch.ts';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { createdLeadsKey, journalKey, manifestKey, registerKey } from '../../shared/bucket/keys.ts';
import { oldestStateVersion, parseState, stateVersion } from '../../shared/bucket/stored-json.ts';
import { batchMessageSchema } from '../../shared/state/batch-message.ts';
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

const versions = [
  { writer: 'older', version: oldestStateVersion - 1 },
  { writer: 'newer', version: stateVersion + 1 },
];

/** An object as an importer of another version has it: only the version is sure to be where it was. */
const ofVersion = (version: number, text: string): Buffer =>
  Buffer.from(JSON.stringify({ ...JSON.parse(text), version }));

it.each(versions)(
  'a register of an $writer importer stops the parser, and is not written over',
  async ({ writer, version }) => {
    const harness = new PipelineHarness();
    const register = ofVersion(version, '{"entries":{}}');
    harness.store.objects.set(registerKey, register);
    const parsing = harness.parse(harness.drop('incoming/a.csv', aCsv(rows(3))));
    await expect(parsing).rejects.toThrow(
      `state/register.json was written by a${writer === 'older' ? 'n' : ''} ${writer} importer`,
    );
    expect(harness.store.text(registerKey)).toBe(register.toString());
    expect(harness.released).toEqual([]);
  },
);

it.each(versions)(
  'a manifest of an $writer importer stops parser and reporter; brought back, the import goes on',
  async ({ writer, version }) => {
    const { harness, upload, importId } = await staged();
    const manifest = harness.store.text(manifestKey(importId)) ?? '';
    harness.store.objects.set(manifestKey(importId), ofVersion(version, manifest));
    await expect(harness.parse(upload)).rejects.toThrow(`${writer} importer`);
    await expect(harness.report(upload)).rejects.toThrow(`${writer} importer`);
    harness.store.objects.set(manifestKey(importId), Buffer.from(manifest));
    await harness.submit();
    expect((await harness.report(upload))?.statuses.created).toBe(3);
  },
);

it.each(['batches', 'journals'])('%s of an older importer are left as they are, and nothing is sent', async (kind) => {
  const { harness, importId, message } = await staged();
  const [key = journalKey(importId, 0)] = [...harness.store.objects.keys()].filter((each) =>
    each.startsWith(`state/${kind}/`),
  );
  const object = ofVersion(oldestStateVersion - 1, harness.store.text(key) ?? '{"owner":"somebody"}');
  harness.store.objects.set(key, object);
  expect((await deliver(harness, message)).isRetried).toBe(true);
  expect(harness.store.text(key)).toBe(object.toString());
  expect(harness.api.leads).toEqual([]);
});

it.each([
  ['of an older importer', Buffer.from([...Buffer.from('leads'), oldestStateVersion - 1]), /older importer \(/],
  ['of a newer importer', Buffer.from([...Buffer.from('leads'), stateVersion + 1]), /newer importer \(/],
])('leads of an earlier import %s are not taken for none: the next file is not sent', async (_, bytes, message) => {
  const { harness, importId, upload } = await staged();
  await harness.submit();
  await harness.report(upload);
  harness.store.objects.set(createdLeadsKey(importId), bytes);
  const again = harness.drop('incoming/again.csv', aCsv(rows(3)));
  await expect(harness.parse(again)).rejects.toThrow(message);
  await harness.submit();
  expect(harness.api.leads).toHaveLength(3);
});
