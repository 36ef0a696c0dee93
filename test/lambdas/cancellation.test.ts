import { describe, expect, it } from 'vitest';
import { answerResults } from '../../lambdas/reporter/answer-results.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { cancelKey, endedKey, journalKey, manifestKey, reportPrefix } from '../../shared/bucket/keys.ts';
import { notificationOf } from '../../shared/bucket/s3-event.ts';
import { stateVersion } from '../../shared/bucket/stored-json.ts';
import { limits } from '../../shared/limits.ts';
import type { Row } from '../../shared/state/batch.ts';
import { cancelled, endingOf } from '../../shared/state/endings.ts';
import { writeOutcomesOnce } from '../../shared/state/outcomes.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, rows } from '../support/sample-rows.ts';

const key = 'incoming/a.csv';

const batch = limits.rowsPerBatch;
const twoBatches = 2 * batch;

/** A person drops the object that cancels an import, and the reporter hears of it. */
const cancel = async (harness: PipelineHarness, importId: string): Promise<void> => {
  harness.store.objects.set(cancelKey(importId), Buffer.alloc(0));
  await hear(harness, cancelKey(importId));
};

const hear = (harness: PipelineHarness, changed: string): Promise<unknown> => {
  const eventTime = new Date(harness.clock.now()).toISOString();
  return answerResults(notificationOf({ bucket: 'bucket', key: changed, eventTime }), harness.reporter());
};

const staged = async (count = twoBatches) => {
  const harness = new PipelineHarness();
  const upload = harness.drop(key, aCsv(rows(count)));
  await harness.parse(upload);
  const importId = importIdOf(upload);
  const report = () => harness.report(upload);
  return { harness, upload, importId, report };
};

/** A submitter takes the first message that was released. */
const attemptFirst = async (harness: PipelineHarness): Promise<void> => {
  const [message] = harness.released.splice(0, 1);
  if (message === undefined) throw new Error('nothing was released');
  await harness.attempt(message);
};

describe('a cancelled import', () => {
  it('of which nothing was begun ends at once, without a submitter: all rows are failed and in the retry file', async () => {
    const { harness, importId, report } = await staged();
    await cancel(harness, importId);
    const summary = await report();
    expect(summary).toMatchObject({
      state: 'cancelled',
      rows: twoBatches,
      statuses: { failed: twoBatches, created: 0 },
    });
    expect(summary?.errors).toMatchObject([{ code: 'cancelled', count: twoBatches }]);
    const retry = harness.store.text(summary?.reports.retry ?? '') ?? '';
    expect(retry.trim().split('\n')).toHaveLength(twoBatches + 1);
    await harness.submit();
    expect(harness.emails()).toEqual([]);
  });

  it('keeps what was created, sends nothing more, and ends with the rest as failed', async () => {
    const { harness, importId, report } = await staged();
    await attemptFirst(harness);
    await cancel(harness, importId);
    const summary = await report();
    expect(summary).toMatchObject({ state: 'cancelled', statuses: { created: batch, failed: batch } });
    await harness.submit();
    expect(harness.emails()).toHaveLength(batch);
    expect((await report())?.finishedAt).toBe(summary?.finishedAt);
  });

  it('brings the batches that were begun to their end although their own messages are hidden', async () => {
    const { harness, importId, report } = await staged(3);
    harness.api.script.push('lose');
    await attemptFirst(harness);
    await cancel(harness, importId);
    expect(await report()).toBeUndefined();
    expect(harness.released).toHaveLength(1);
    await harness.submit();
    // Nothing was created after it: the listing may only be late, and nobody would see it any more.
    expect((await report())?.statuses).toMatchObject({ created: 2, unconfirmed: 1, failed: 0 });
  });

  it('waits some minutes for a listing that does not decide, and not for a day', async () => {
    const { harness, importId, report } = await staged(1);
    harness.api.script.push('lose');
    await attemptFirst(harness);
    const cancelledAt = harness.clock.now();
    await cancel(harness, importId);
    await harness.submit();
    expect((await report())?.statuses).toMatchObject({ unconfirmed: 1 });
    expect(harness.clock.now() - cancelledAt).toBeLessThan(10 * 60_000);
  });

  it('that was cancelled before it was staged is checked, and nothing of it is released', async () => {
    const harness = new PipelineHarness();
    const upload = harness.drop(key, aCsv(rows(60)));
    const importId = importIdOf(upload);
    await cancel(harness, importId);
    await harness.parse(upload);
    expect(harness.released).toEqual([]);
    await hear(harness, manifestKey(importId));
    expect((await harness.report(upload))?.statuses).toMatchObject({ failed: 60 });
  });

  it('that had ended stays as it is, however often it is cancelled', async () => {
    const { harness, importId, report } = await staged(3);
    await harness.submit();
    const before = await report();
    await cancel(harness, importId);
    await cancel(harness, importId);
    expect(before?.state).toBe('completed');
    expect(await report()).toEqual(before);
    expect(harness.released).toEqual([]);
  });

  it('stays cancelled when the object that cancels it is taken away while batches come to their end', async () => {
    const { harness, importId, report } = await staged();
    harness.api.script.push('lose');
    await attemptFirst(harness);
    await cancel(harness, importId);
    expect(await report()).toBeUndefined();
    harness.store.objects.delete(cancelKey(importId));
    const sent = harness.emails().length;
    await harness.submit();
    expect(harness.emails()).toHaveLength(sent);
    const { created = 0, failed = 0, unconfirmed = 0 } = (await report())?.statuses ?? {};
    expect({ created, all: created + failed + unconfirmed }).toEqual({ created: sent, all: twoBatches });
    expect(failed).toBeGreaterThanOrEqual(batch);
  });

  it('that is cancelled just as a batch is begun sends nothing of it: the reporter may count it as never begun', async () => {
    const { harness, importId } = await staged(3);
    const put = harness.store.put.bind(harness.store);
    harness.store.put = async (key, ...rest) => {
      if (key === journalKey(importId, 0)) harness.store.objects.set(cancelKey(importId), Buffer.alloc(0));
      return put(key, ...rest);
    };
    await harness.submit();
    expect(harness.emails()).toEqual([]);
  });

  it('has the same report whatever a submitter writes behind it', async () => {
    const { harness, importId, report } = await staged();
    await cancel(harness, importId);
    const first = await report();
    const states = Array.from({ length: batch }, () =>
      endingOf({ state: { state: 'unsent', tries: 0 } } as Row, cancelled),
    );
    const finishedAt = new Date(harness.clock.now() + 600_000).toISOString();
    await writeOutcomesOnce(harness.store, { version: stateVersion, importId, batch: 1, finishedAt, states });
    for (const key of [endedKey(importId), `${reportPrefix('incoming/a.csv', importId)}summary.json`])
      harness.store.objects.delete(key);
    expect(await report()).toEqual(first);
  });

  it('wakes its batches once, however often it is looked at', async () => {
    const { harness, importId } = await staged(3);
    harness.api.script.push('lose');
    await attemptFirst(harness);
    harness.store.objects.set(cancelKey(importId), Buffer.alloc(0));
    const reporter = harness.reporter();
    for (const key of [cancelKey(importId), manifestKey(importId), manifestKey(importId)])
      await answerResults(notificationOf({ bucket: 'bucket', key, eventTime: new Date(0).toISOString() }), reporter);
    expect(harness.released).toHaveLength(1);
  });
});
