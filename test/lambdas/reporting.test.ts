import { describe, expect, it } from 'vitest';
import { importFile } from '../../lambdas/parser/import-file.ts';
import { answerResults } from '../../lambdas/reporter/answer-results.ts';
import { LookPace } from '../../lambdas/reporter/look-pace.ts';
import type { Notice } from '../../lambdas/reporter/notice.ts';
import { reportImport } from '../../lambdas/reporter/report-import.ts';
import { sharedLooks } from '../../lambdas/reporter/shared-look.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import {
  createdLeadsKey,
  endedKey,
  manifestKey,
  outcomesKey,
  pageKey,
  prefixes,
  reportPrefix,
} from '../../shared/bucket/keys.ts';
import { notificationOf } from '../../shared/bucket/s3-event.ts';
import { limits } from '../../shared/limits.ts';
import { visitFingerprints } from '../../shared/memory/fingerprint-file.ts';
import { progressFile } from '../../shared/report/progress-json.ts';
import { writePage } from '../../shared/state/batch-pages.ts';
import { type Manifest, readManifest } from '../../shared/state/manifest.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, rows } from '../support/sample-rows.ts';

const isReport = (key: string): boolean => key.startsWith(prefixes.reports) && !key.endsWith(progressFile);

const threeBatches = 3 * limits.rowsPerBatch;

describe('guarantee 1: every row ends in exactly one status, once, in order', () => {
  const staged = async () => {
    const harness = new PipelineHarness();
    const upload = harness.drop('incoming/a.csv', aCsv(rows(threeBatches)));
    await harness.parse(upload);
    return { harness, upload, importId: importIdOf(upload) };
  };

  it('no report is written before every batch has its outcomes', async () => {
    const { harness, upload, importId } = await staged();
    await harness.submit();
    const last = harness.store.objects.get(outcomesKey(importId, 2));
    harness.store.objects.delete(outcomesKey(importId, 2));
    expect(await harness.report(upload)).toBeUndefined();
    harness.store.objects.set(outcomesKey(importId, 2), last ?? Buffer.alloc(0));
    expect((await harness.report(upload))?.rows).toBe(threeBatches);
  });

  it('a manifest that counts other rows than there are publishes nothing and raises the alarm', async () => {
    const { harness, upload, importId } = await staged();
    await harness.submit();
    const key = `${prefixes.manifests}${importId}.json`;
    harness.store.objects.set(
      key,
      Buffer.from((harness.store.text(key) ?? '').replace(`"rows":${threeBatches}`, '"rows":7')),
    );
    await expect(harness.report(upload)).rejects.toThrow('not the rows of the file');
    expect(harness.events.map(([event]) => event)).toContain('totals_mismatch');
    expect([...harness.store.objects.keys()].filter(isReport)).toEqual([]);
    expect(harness.store.text(createdLeadsKey(importId))).toBeUndefined();
  });

  it('outcomes that lack a row publish nothing', async () => {
    const { harness, upload, importId } = await staged();
    await harness.submit();
    const outcomes = JSON.parse(harness.store.text(outcomesKey(importId, 1)) ?? '');
    outcomes.states.pop();
    harness.store.objects.set(outcomesKey(importId, 1), Buffer.from(JSON.stringify(outcomes)));
    await expect(harness.report(upload)).rejects.toThrow(
      `${limits.rowsPerBatch - 1} states were stored for ${limits.rowsPerBatch} open rows`,
    );
    expect([...harness.store.objects.keys()].filter(isReport)).toEqual([]);
  });

  it('a place that holds another batch publishes nothing', async () => {
    const { harness, upload, importId } = await staged();
    await harness.submit();
    const manifest = (await readManifest(harness.store, importId)) as Manifest;
    const [ends = []] = manifest.pages;
    const pages = [ends, ends.slice(0, 1)];
    const key = pageKey(importId, manifest.run, 0);
    harness.store.objects.set(pageKey(importId, manifest.run, 1), harness.store.objects.get(key) ?? Buffer.alloc(0));
    harness.store.objects.set(manifestKey(importId), Buffer.from(JSON.stringify({ ...manifest, pages })));
    await expect(harness.report(upload)).rejects.toThrow('does not hold batch 3 where it was written to');
  });

  it('a batch that is read twice publishes nothing', async () => {
    const { harness, upload, importId } = await staged();
    await harness.submit();
    const manifest = (await readManifest(harness.store, importId)) as Manifest;
    const batches = (harness.store.text(pageKey(importId, manifest.run, 0)) ?? '').trimEnd().split('\n');
    const [first = ''] = batches;
    const pages = [
      await writePage(
        harness.store,
        { ...manifest, page: 0 },
        batches.with(1, first.replace('"batch":0', '"batch":1')),
      ),
    ];
    harness.store.objects.set(manifestKey(importId), Buffer.from(JSON.stringify({ ...manifest, pages })));
    await expect(harness.report(upload)).rejects.toThrow('comes after line');
  });

  it('a report that is written twice has the same bytes', async () => {
    const { harness, upload, importId } = await staged();
    await harness.submit();
    await harness.report(upload);
    const prefix = reportPrefix(upload.key, importId);
    const files = (): (string | undefined)[] =>
      ['report.csv', 'retry.csv', 'summary.json', 'report.html'].map((name) => harness.store.text(`${prefix}${name}`));
    const first = files();
    // As if the first reporter had died before it said that all is there.
    harness.store.objects.delete(`${prefix}summary.json`);
    harness.store.objects.delete(endedKey(importId));
    harness.clock.time += 1_000_000;
    await harness.report(upload);
    expect(files()).toEqual(first);
  });

  it('a reported import leaves a ledger of its created leads for later imports', async () => {
    const { harness, upload, importId } = await staged();
    harness.api.script.push('refuse');
    await harness.submit();
    await harness.report(upload);
    const ledger = await harness.store.get(createdLeadsKey(importId));
    if (ledger === undefined) throw new Error('there is no ledger');
    const lines: number[] = [];
    await visitFingerprints(ledger.body, ({ line, leadId }) => {
      expect(leadId).toMatch(/^lead\d+$/);
      lines.push(line);
    });
    expect(lines).toEqual(Array.from({ length: threeBatches - 1 }, (_, index) => index + 3));
  });
});

it('an import that runs for longer than the duplicate window keeps its place', async () => {
  const harness = new PipelineHarness();
  const day = 86_400_000;
  const first = harness.drop('incoming/first.csv', aCsv(rows(3)));
  await importFile(first, { ...harness.dependencies(), duplicateWindowMs: day });
  harness.clock.time += 2 * day;
  const second = harness.drop('incoming/second.csv', aCsv(rows(3)));
  await importFile(second, { ...harness.dependencies(), duplicateWindowMs: day });
  harness.clock.time -= 2 * day;
  await harness.submit();
  expect((await harness.report(second))?.statuses).toMatchObject({ duplicate: 3, created: 0 });
  expect((await harness.report(first))?.statuses).toMatchObject({ created: 3 });
  harness.clock.time += 5 * day;
  const third = harness.drop('incoming/third.csv', aCsv(rows(3)));
  await importFile(third, { ...harness.dependencies(), duplicateWindowMs: day });
  await harness.submit();
  expect((await harness.report(third))?.statuses).toMatchObject({ created: 3 });
});

it('many notifications of one import produce one report', async () => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(rows(3)));
  await harness.parse(upload);
  await harness.submit();
  const before = harness.store.writes;
  const eventTime = new Date(harness.clock.now()).toISOString();
  const record = { eventTime, s3: { bucket: { name: 'b' }, object: { key: outcomesKey(importIdOf(upload), 0) } } };
  const body = JSON.stringify({ Records: [record, record] });
  const dependencies = { ...harness.reporter(), sharedLook: sharedLooks() };
  await Promise.all(Array.from({ length: 40 }, () => answerResults(body, dependencies)));
  // The ledger, the four files of the report, the mark of having ended, and the progress.
  expect(harness.store.writes - before).toBe(7);
});

it('outcomes of a large import wait for the next look, and for another one where that has failed', async () => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(rows(3)));
  await harness.parse(upload);
  await harness.submit();
  const dependencies = { ...harness.reporter(), looks: new LookPace(5_000) };
  const eventTime = new Date(harness.clock.now()).toISOString();
  const told = (batch: number) =>
    answerResults(
      notificationOf({ bucket: 'b', key: outcomesKey(importIdOf(upload), batch), eventTime }),
      dependencies,
    );
  const failing = { ...dependencies.store, get: async () => Promise.reject(new Error('S3 is not there')) };
  const { store } = dependencies;
  Object.assign(dependencies, { store: failing });
  await expect(told(30)).rejects.toThrow('S3 is not there');
  Object.assign(dependencies, { store });
  expect(await told(30)).toEqual({ kind: 'done' });
  expect(await told(31)).toEqual({ kind: 'retry', afterMs: 5_000 });
  // Those of the first batches do not wait.
  expect(await told(2)).toEqual({ kind: 'done' });
  harness.clock.time += 5_000;
  expect(await told(31)).toEqual({ kind: 'done' });
});

it('a finished import is told of once its summary is there, and a notice that fails holds nothing up', async () => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(rows(3)));
  await harness.parse(upload);
  await harness.submit();
  const told: (string | undefined)[] = [];
  const notify = async ({ detail }: Notice): Promise<void> => {
    told.push(harness.store.text(`${reportPrefix(upload.key, String(detail?.['importId']))}summary.json`));
    throw new Error('nobody listens');
  };
  for (const _ of ['once', 'again']) await reportImport(importIdOf(upload), { ...harness.reporter(), notify });
  expect(told).toEqual([expect.stringContaining('"state": "completed"')]);
  expect(harness.events.map(([event]) => event)).toContain('notice_failed');
});

it('an import that ends with unconfirmed rows raises an alarm, once', async () => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(rows(1)));
  await harness.parse(upload);
  harness.api.script.push('lose');
  await harness.submit();
  for (const _ of ['once', 'again']) expect((await harness.report(upload))?.statuses.unconfirmed).toBe(1);
  const raised = harness.events.filter(([event]) => event === 'rows_unconfirmed');
  expect(raised).toEqual([['rows_unconfirmed', { importId: importIdOf(upload), rows: 1 }]]);
});

it('the path of a report fits into a key however long that of its file is', () => {
  const prefix = reportPrefix(`incoming/${'é'.repeat(500)}.csv`, '20261123T032500Z-1a2b3c4d');
  expect(Buffer.byteLength(`${prefix}summary.json`)).toBeLessThanOrEqual(1_024);
  expect(reportPrefix('incoming/a/b.CSV.GZ', 'x')).toBe('reports/a/b/x/');
});

it('an import makes at most 0.15 writes per row from drop to report', async () => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(rows(2_000)));
  await harness.parse(upload);
  await harness.submit();
  expect((await harness.report(upload))?.statuses.created).toBe(2_000);
  expect(harness.store.writes / 2_000).toBeLessThanOrEqual(0.15);
});
