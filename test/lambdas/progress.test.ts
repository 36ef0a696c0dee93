import { describe, expect, it } from 'vitest';
import { reportImport } from '../../lambdas/reporter/report-import.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { outcomesKey } from '../../shared/bucket/keys.ts';
import { limits } from '../../shared/limits.ts';
import { noStatuses, type Progress, progressKey, writeProgress } from '../../shared/report/progress-json.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

const key = 'incoming/a.csv';
const batch = limits.rowsPerBatch;

const staged = async () => {
  const harness = new PipelineHarness();
  const upload = harness.drop(key, aCsv([...rows(3 * batch), aRow(900, { Email: '?' })]));
  await harness.parse(upload);
  const importId = importIdOf(upload);
  const progress = () =>
    JSON.parse(harness.store.text(progressKey(key, importId)) ?? 'null') as Record<string, unknown>;
  return { harness, upload, importId, progress };
};

describe('progress.json', () => {
  it('says how many rows the parser has ended, and that the rest is sent', async () => {
    const { progress, importId } = await staged();
    expect(progress()).toMatchObject({
      importId,
      state: 'sending',
      rows: 3 * batch + 1,
      statuses: { rejected: 1, created: 0 },
      expectedEnd: null,
      why: null,
    });
  });

  it('counts rows as their batches end, at most every fifteen seconds, and says when the last will', async () => {
    const { harness, importId, progress } = await staged();
    const reporter = harness.reporter();
    const submitNext = async () => {
      const [message] = harness.released.splice(0, 1);
      if (message !== undefined) await harness.attempt(message);
      await reportImport(importId, reporter);
    };
    harness.clock.time += 100_000;
    await submitNext();
    expect(progress()).toMatchObject({ state: 'sending', statuses: { created: batch, rejected: 1 } });
    const left = Date.parse(String(progress()['expectedEnd'])) - harness.clock.now();
    expect(left).toBeGreaterThan(150_000);
    expect(left).toBeLessThan(250_000);
    await submitNext();
    expect(progress()).toMatchObject({ statuses: { created: batch } });
    harness.clock.time += 15_000;
    await reportImport(importId, reporter);
    expect(progress()).toMatchObject({ statuses: { created: 2 * batch } });
    await submitNext();
    expect(progress()).toMatchObject({ state: 'completed', statuses: { created: 3 * batch, rejected: 1 } });
  });

  it('says about how many a second the API takes, where it sets the pace, and so does the report', async () => {
    const { harness, importId, upload, progress } = await staged();
    const reporter = harness.reporter();
    for (const [submitted, perSecond] of [19.7, 0].entries()) {
      const [message] = harness.released.splice(0, 1);
      if (message === undefined) throw new Error('nothing was released');
      await harness.attempt(message);
      const outcomes = outcomesKey(importId, submitted);
      const stored = JSON.parse(harness.store.text(outcomes) ?? 'null');
      if (perSecond > 0) harness.store.objects.set(outcomes, Buffer.from(JSON.stringify({ ...stored, perSecond })));
      harness.clock.time += 15_000;
      await reportImport(importId, reporter);
      const why = 'The API limits how fast leads may be sent: at the moment it takes about 4.0 a second.';
      expect(progress()).toMatchObject({ state: 'sending', why: perSecond > 0 ? why : null });
    }
    await harness.submit();
    expect((await harness.report(upload))?.warnings.map(({ code }) => code)).toEqual(['paced_by_api']);
  });

  it('says why an import waits, and until when', async () => {
    const { harness, progress } = await staged();
    const [message] = harness.released.splice(0, 1);
    if (message === undefined) throw new Error('nothing was released');
    harness.api.script.push('unauthorized');
    const answer = await harness.attempt(message);
    for (let attempt = 0; attempt < 6 && progress()['state'] !== 'waiting'; attempt += 1) {
      harness.clock.time += answer.kind === 'retry' ? answer.afterMs + 20_000 : 0;
      harness.api.script.push('unauthorized');
      await harness.attempt(message);
    }
    expect(progress()).toMatchObject({ state: 'waiting', statuses: { rejected: 1 } });
    expect(progress()['why']).toMatch(
      /^The Leads API refused the user name and password .*; next try at 20\d\d-.*Z\.$/,
    );
  });

  it('says why it waits until a row has ended since, or nobody has said so for long', async () => {
    const { harness, importId, progress } = await staged();
    const since = { ...progress(), state: 'sending', why: null } as Progress;
    const waiting = { ...since, state: 'waiting', why: 'the API is down; next try at noon.' } as const;
    const write = (next: Progress): Promise<void> => writeProgress(harness.store, { source: { key } }, next);
    const later = (ms: number): string => new Date(Date.parse(since.updatedAt) + ms).toISOString();
    harness.store.objects.set(progressKey(key, importId), Buffer.from(JSON.stringify(waiting)));
    await write({ ...since, updatedAt: later(60_000) });
    expect(progress()).toEqual(waiting);
    await write({ ...since, updatedAt: later(3_600_000) });
    expect(progress()['state']).toBe('sending');
    harness.store.objects.set(progressKey(key, importId), Buffer.from(JSON.stringify(waiting)));
    const { statuses } = since;
    await write({ ...since, updatedAt: later(1_000), statuses: { ...statuses, created: (statuses.created ?? 0) + 1 } });
    expect(progress()['state']).toBe('sending');
  });

  it('that cannot be written fails no import', async () => {
    const { harness, upload, importId } = await staged();
    const { store } = harness;
    const put = store.put.bind(store);
    store.put = async (name, ...rest) => {
      if (name.endsWith('progress.json')) throw new Error('S3 is not there');
      return put(name, ...rest);
    };
    await harness.submit();
    expect((await harness.report(upload))?.statuses.created).toBe(3 * batch);
    expect(store.text(outcomesKey(importId, 0))).toBeDefined();
  });

  it('never goes back: neither from the end, nor to fewer rows', async () => {
    const { harness, upload, importId, progress } = await staged();
    const { store } = harness;
    await harness.submit();
    await harness.report(upload);
    const late = { ...progress(), state: 'waiting', why: 'late' } as Progress;
    await writeProgress(store, { source: { key } }, late);
    expect(progress()).toMatchObject({ state: 'completed', why: null });
    const statuses = { ...noStatuses(), created: 7 };
    store.objects.set(progressKey(key, importId), Buffer.from(JSON.stringify({ ...late, state: 'sending', statuses })));
    await writeProgress(store, { source: { key } }, { ...late, statuses: { ...statuses, created: 3 } });
    expect(progress()).toMatchObject({ state: 'sending', statuses: { created: 7 } });
  });
});
