import type { Context, SQSEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { submitBatch } from '../../lambdas/submitter/submit-batch.ts';
import { recordLoop } from '../../shared/aws/record-loop.ts';
import { importIdOf } from '../../shared/import-id.ts';
import { journalKey, manifestKey, registerKey } from '../../shared/keys.ts';
import { batchMessageSchema } from '../../shared/ledger/batch.ts';
import { journalSchema } from '../../shared/ledger/journal.ts';
import { formatVersion, parseState } from '../../shared/ledger/stored-json.ts';
import { PipelineBench } from '../support/pipeline-bench.ts';
import { aCsv, rows } from '../support/sample-rows.ts';

// While a new version is deployed, or an old one brought back, each meets what the other wrote. What it cannot read it
// puts back, untouched, until a version that can read it is there.

const newer = (text: string): string => JSON.stringify({ ...JSON.parse(text), version: formatVersion + 1 });

/** One delivery of a message to the submitter's record loop: what it answers, and for how long the message is hidden. */
const deliver = async (bench: PipelineBench, body: string) => {
  const hidden: number[] = [];
  const handler = recordLoop(
    ({ body: text, deadline }) => {
      const message = parseState(batchMessageSchema, text, 'a batch message');
      const dependencies = {
        store: bench.store,
        api: bench.api,
        inFlight: <Result>(work: () => Promise<Result>) => work(),
        clock: bench.clock,
        chance: bench.chance,
        log: bench.log,
        listingSettleMs: 60_000,
        backoff: { baseMs: 1_000, capMs: 60_000 },
      };
      return submitBatch({ message, deadline, last: false }, dependencies);
    },
    { clock: bench.clock, chance: bench.chance, log: bench.log, hide: async (_, ms) => void hidden.push(ms) },
  );
  const record = { messageId: 'm', receiptHandle: 'r', body, attributes: { ApproximateReceiveCount: '1' } };
  const context = { getRemainingTimeInMillis: () => 360_000 } as Context;
  const answer = await handler({ Records: [record] } as unknown as SQSEvent, context, () => undefined);
  return { putBack: (answer as { batchItemFailures: unknown[] }).batchItemFailures.length === 1, hidden };
};

const staged = async () => {
  const bench = new PipelineBench();
  const upload = bench.drop('incoming/a.csv', aCsv(rows(3)));
  await bench.parse(upload);
  const [message] = bench.released;
  if (message === undefined) throw new Error('nothing was released');
  return { bench, upload, importId: importIdOf(upload), message: JSON.stringify(message) };
};

it('a message of a newer version is put back, hidden for a while, and nothing is sent', async () => {
  const { bench, message } = await staged();
  const { putBack, hidden } = await deliver(bench, newer(message));
  expect(putBack).toBe(true);
  expect(hidden[0]).toBeGreaterThanOrEqual(5_000);
  expect(bench.api.leads).toEqual([]);
  expect((await deliver(bench, message)).putBack).toBe(false);
  expect(bench.api.leads).toHaveLength(3);
});

it('a journal of a newer version is left as it is, and its batch waits', async () => {
  const { bench, importId, message } = await staged();
  const journal = newer('{"owner":"somebody","rows":"in a way of its own"}');
  bench.store.objects.set(journalKey(importId, 0), Buffer.from(journal));
  expect((await deliver(bench, message)).putBack).toBe(true);
  expect(bench.store.text(journalKey(importId, 0))).toBe(journal);
  expect(bench.api.leads).toEqual([]);
});

it('a register of a newer version stops the parser, and is not written over', async () => {
  const bench = new PipelineBench();
  const register = newer('{"entries":{}}');
  bench.store.objects.set(registerKey, Buffer.from(register));
  await expect(bench.parse(bench.drop('incoming/a.csv', aCsv(rows(3))))).rejects.toThrow(/expected shape/);
  expect(bench.store.text(registerKey)).toBe(register);
  expect(bench.released).toEqual([]);
});

it('a manifest of a newer version stops parser and reporter; brought back, the import goes on', async () => {
  const { bench, upload, importId } = await staged();
  const manifest = bench.store.text(manifestKey(importId)) ?? '';
  bench.store.objects.set(manifestKey(importId), Buffer.from(newer(manifest)));
  await expect(bench.parse(upload)).rejects.toThrow(/expected shape/);
  await expect(bench.report(upload)).rejects.toThrow(/expected shape/);
  bench.store.objects.set(manifestKey(importId), Buffer.from(manifest));
  await bench.submit();
  expect((await bench.report(upload))?.statuses.created).toBe(3);
});

it('an import that the version before had begun is finished: what its journals lack has a meaning', () => {
  const before = {
    version: formatVersion,
    importId: '20261123T032500Z-1a2b3c4d',
    batch: 0,
    owner: 'somebody',
    leaseUntil: 5,
    attempt: 1,
    firstAttemptAt: 1,
    sentUntil: 0,
    rows: [{ state: 'unsent', tries: 0 }],
  };
  // It knew no attempts that only look: whoever held a lease may have sent.
  expect(journalSchema.parse(before).sends).toBe(true);
});
