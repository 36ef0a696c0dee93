import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { abandonImport, importFile } from '../../lambdas/parser/import-file.ts';
import { answerResults } from '../../lambdas/reporter/answer-results.ts';
import { Completeness } from '../../lambdas/reporter/completeness.ts';
import { importIdOf } from '../../shared/import-id.ts';
import { ledgerKey, outcomesKey, prefixes, reportPrefix } from '../../shared/keys.ts';
import { decodeFingerprints } from '../../shared/ledger/fingerprint-file.ts';
import { readManifest } from '../../shared/ledger/manifest.ts';
import { failingStore, failures } from '../support/failing-store.ts';
import { PipelineBench } from '../support/pipeline-bench.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

const addresses = (table: readonly Readonly<Record<string, string>>[]): string[] =>
  table.map((row) => row['Email'] ?? '').toSorted();

describe('the parser', () => {
  it.each(failures)('may be run again after an invocation that %s any of its calls to the bucket', async (failure) => {
    const table = [...rows(30), aRow(1), aRow(99, { Email: 'wrong' })];
    for (let dieAt = 1; dieAt < 40; dieAt += 1) {
      const bench = new PipelineBench();
      const upload = bench.drop('incoming/a.csv', aCsv(table));
      const dying = failingStore(bench.store, dieAt, failure);
      await bench.parse(upload, dying.store).catch(() => undefined);
      await bench.parse(upload);
      await bench.submit();
      const summary = await bench.report(upload);
      expect(summary?.statuses, `died at call ${dieAt}`).toMatchObject({ created: 30, duplicate: 1, rejected: 1 });
      expect(bench.emails()).toEqual(addresses(rows(30)));
      if (dying.calls() < dieAt) return;
    }
    throw new Error('the parser makes more calls than this test tried');
  });

  it('may run twice at once: one manifest counts, and only its batches are released', async () => {
    const bench = new PipelineBench();
    const upload = bench.drop('incoming/a.csv', aCsv(rows(60)));
    await Promise.all([bench.parse(upload), bench.parse(upload)]);
    const manifest = await readManifest(bench.store, importIdOf(upload));
    expect(new Set(bench.released.map(({ run }) => run))).toEqual(new Set([manifest?.run]));
    await bench.submit();
    expect((await bench.report(upload))?.statuses.created).toBe(60);
    expect(bench.emails()).toEqual(addresses(rows(60)));
  });

  it('puts nothing but pointers into a queue, and no cell into a log', async () => {
    const bench = new PipelineBench();
    const upload = bench.drop(
      'incoming/a.csv',
      aCsv([...rows(3), aRow(4, { Email: 'secret value', ABN: 'secret value' })]),
    );
    await bench.parse(upload);
    expect(bench.released.map((message) => Object.keys(message))).toEqual([['version', 'importId', 'run', 'batch']]);
    await bench.submit();
    await bench.report(upload);
    const said = JSON.stringify([bench.released, bench.events]);
    for (const cell of ['First1', 'person1', '0491570', 'secret value', 'Company']) expect(said).not.toContain(cell);
  });

  it('yields to an earlier import that is still running, and says so', async () => {
    const bench = new PipelineBench();
    const first = bench.drop('incoming/first.csv', aCsv(rows(3)));
    await bench.parse(first);
    const second = bench.drop('incoming/second.csv', aCsv(rows(4)));
    await bench.parse(second);
    await bench.submit();
    expect((await bench.report(second))?.statuses).toMatchObject({ duplicate: 3, created: 1 });
    expect(bench.store.text(`${reportPrefix(second.key, importIdOf(second))}report.csv`)).toContain('still running');
    expect(bench.emails()).toEqual(addresses(rows(4)));
  });

  it('sends again what an ended import did not create', async () => {
    const bench = new PipelineBench();
    const first = bench.drop('incoming/first.csv', aCsv(rows(3)));
    bench.api.script.push('refuse');
    await bench.parse(first);
    await bench.submit();
    expect((await bench.report(first))?.statuses).toMatchObject({ created: 2, rejected: 1 });
    const second = bench.drop('incoming/second.csv', aCsv(rows(3)));
    await bench.parse(second);
    await bench.submit();
    expect((await bench.report(second))?.statuses).toMatchObject({ created: 1, duplicate: 2 });
    expect(bench.emails()).toEqual(addresses(rows(3)));
  });

  it('refuses a file whose leads changed between two attempts, rather than send two versions', async () => {
    const bench = new PipelineBench();
    const upload = bench.drop('incoming/acme/a.csv', aCsv(rows(3)));
    const dying = failingStore(bench.store, 9, 'dies after');
    bench.store.objects.set('mappings/acme.json', Buffer.from('{"constants":{"loan.notes":"one"}}'));
    await bench.parse(upload, dying.store).catch(() => undefined);
    expect(bench.store.text('state/register.json')).toBeDefined();
    bench.store.objects.set('mappings/acme.json', Buffer.from('{"constants":{"loan.notes":"two"}}'));
    await bench.parse(upload);
    expect((await bench.report(upload))?.fileError?.code).toBe('changed_while_reading');
    expect(bench.released).toEqual([]);
  });

  it('that failed only at releasing what it had staged is made up for, not abandoned', async () => {
    const bench = new PipelineBench();
    const upload = bench.drop('incoming/a.csv', aCsv(rows(3)));
    await bench.parse(upload);
    bench.released.length = 0;
    await abandonImport(upload, bench.dependencies());
    await bench.submit();
    expect((await bench.report(upload))?.statuses.created).toBe(3);
    expect(bench.events.map(([event]) => event)).not.toContain('import_abandoned');
  });

  it('that fails for good leaves a report that says so', async () => {
    const bench = new PipelineBench();
    const upload = bench.drop('incoming/a.csv', aCsv(rows(3)));
    await abandonImport(upload, bench.dependencies());
    expect(await bench.report(upload)).toMatchObject({
      state: 'refused',
      rows: 0,
      fileError: { code: 'importer_failed' },
    });
    expect(bench.events.map(([event]) => event)).toContain('import_abandoned');
  });
});

describe('guarantee 1: every row ends in exactly one status, once, in order', () => {
  const staged = async () => {
    const bench = new PipelineBench();
    const upload = bench.drop('incoming/a.csv', aCsv(rows(60)));
    await bench.parse(upload);
    return { bench, upload, importId: importIdOf(upload) };
  };

  it('no report before every batch has its outcomes', async () => {
    const { bench, upload, importId } = await staged();
    await bench.submit();
    const last = bench.store.objects.get(outcomesKey(importId, 2));
    bench.store.objects.delete(outcomesKey(importId, 2));
    expect(await bench.report(upload)).toBeUndefined();
    bench.store.objects.set(outcomesKey(importId, 2), last ?? Buffer.alloc(0));
    expect((await bench.report(upload))?.rows).toBe(60);
  });

  it('a manifest that counts other rows than there are publishes nothing and raises the alarm', async () => {
    const { bench, upload, importId } = await staged();
    await bench.submit();
    const key = `${prefixes.manifests}${importId}.json`;
    bench.store.objects.set(key, Buffer.from((bench.store.text(key) ?? '').replace('"rows":60', '"rows":61')));
    await expect(bench.report(upload)).rejects.toThrow('not the rows of the file');
    expect(bench.events.map(([event]) => event)).toContain('totals_mismatch');
    expect([...bench.store.objects.keys()].filter((each) => each.startsWith(prefixes.reports))).toEqual([]);
    expect(bench.store.text(ledgerKey(importId))).toBeUndefined();
  });

  it('outcomes that lack a row publish nothing', async () => {
    const { bench, upload, importId } = await staged();
    await bench.submit();
    const outcomes = JSON.parse(bench.store.text(outcomesKey(importId, 1)) ?? '');
    outcomes.outcomes.pop();
    bench.store.objects.set(outcomesKey(importId, 1), Buffer.from(JSON.stringify(outcomes)));
    await expect(bench.report(upload)).rejects.toThrow('has no outcome');
    expect([...bench.store.objects.keys()].filter((each) => each.startsWith(prefixes.reports))).toEqual([]);
  });

  it('a batch that is read twice publishes nothing', async () => {
    const { bench, upload, importId } = await staged();
    await bench.submit();
    const run = (await readManifest(bench.store, importId))?.run;
    const key = (batch: number): string => `${prefixes.batches}${importId}/${run}/0000${batch}.json`;
    bench.store.objects.set(key(1), bench.store.objects.get(key(0)) ?? Buffer.alloc(0));
    await expect(bench.report(upload)).rejects.toThrow('comes after line');
  });

  it('the same bytes when it is written twice', async () => {
    const { bench, upload, importId } = await staged();
    await bench.submit();
    await bench.report(upload);
    const prefix = reportPrefix(upload.key, importId);
    const files = (): (string | undefined)[] =>
      ['report.csv', 'retry.csv', 'summary.json', 'report.html'].map((name) => bench.store.text(`${prefix}${name}`));
    const first = files();
    bench.store.objects.delete(`${prefix}summary.json`);
    bench.clock.time += 1_000_000;
    await bench.report(upload);
    expect(files()).toEqual(first);
  });

  it('a ledger of what was created, for later imports', async () => {
    const { bench, upload, importId } = await staged();
    bench.api.script.push('refuse');
    await bench.submit();
    await bench.report(upload);
    const ledger = await bench.store.get(ledgerKey(importId));
    if (ledger === undefined) throw new Error('there is no ledger');
    const lines: number[] = [];
    for await (const { line, leadId } of decodeFingerprints(ledger.body)) {
      expect(leadId).toMatch(/^lead\d+$/);
      lines.push(line);
    }
    expect(lines).toEqual(Array.from({ length: 59 }, (_, index) => index + 3));
  });
});

it('an import that runs for longer than the duplicate window keeps its place', async () => {
  const bench = new PipelineBench();
  const day = 86_400_000;
  const first = bench.drop('incoming/first.csv', aCsv(rows(3)));
  await importFile(first, { ...bench.dependencies(), duplicateWindowMs: day });
  bench.clock.time += 2 * day;
  const second = bench.drop('incoming/second.csv', aCsv(rows(3)));
  await importFile(second, { ...bench.dependencies(), duplicateWindowMs: day });
  bench.clock.time -= 2 * day;
  await bench.submit();
  expect((await bench.report(second))?.statuses).toMatchObject({ duplicate: 3, created: 0 });
  expect((await bench.report(first))?.statuses).toMatchObject({ created: 3 });
  bench.clock.time += 5 * day;
  const third = bench.drop('incoming/third.csv', aCsv(rows(3)));
  await importFile(third, { ...bench.dependencies(), duplicateWindowMs: day });
  await bench.submit();
  expect((await bench.report(third))?.statuses).toMatchObject({ created: 3 });
});

it('a crowd of notifications of one import comes to one report', async () => {
  const bench = new PipelineBench();
  const upload = bench.drop('incoming/a.csv', aCsv(rows(3)));
  await bench.parse(upload);
  await bench.submit();
  const before = bench.store.writes;
  const eventTime = new Date(bench.clock.now()).toISOString();
  const record = { eventTime, s3: { bucket: { name: 'b' }, object: { key: outcomesKey(importIdOf(upload), 0) } } };
  const body = JSON.stringify({ Records: [record, record] });
  const { store, log } = bench;
  const dependencies = { store, log, completeness: new Completeness(store), oneAtATime: pLimit(1) };
  await Promise.all(Array.from({ length: 40 }, () => answerResults(body, dependencies)));
  // The ledger and the four files of the report.
  expect(bench.store.writes - before).toBe(5);
});

it('the path of a report fits into a key however long that of its file is', () => {
  const prefix = reportPrefix(`incoming/${'é'.repeat(500)}.csv`, '20261123T032500Z-1a2b3c4d');
  expect(Buffer.byteLength(`${prefix}summary.json`)).toBeLessThanOrEqual(1_024);
  expect(reportPrefix('incoming/a/b.CSV.GZ', 'x')).toBe('reports/a/b/x/');
});

it('at most 0.15 writes a row from drop to report', async () => {
  const bench = new PipelineBench();
  const upload = bench.drop('incoming/a.csv', aCsv(rows(2_000)));
  await bench.parse(upload);
  await bench.submit();
  expect((await bench.report(upload))?.statuses.created).toBe(2_000);
  expect(bench.store.writes / 2_000).toBeLessThanOrEqual(0.15);
});
