import { describe, expect, it } from 'vitest';
import { abandonImport } from '../../lambdas/parser/import-file.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { prefixes, reportPrefix } from '../../shared/bucket/keys.ts';
import type { CreatedObject } from '../../shared/bucket/s3-event.ts';
import { readManifest } from '../../shared/state/manifest.ts';
import { failingStore, failures } from '../support/failing-store.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

const addresses = (table: readonly Readonly<Record<string, string>>[]): string[] =>
  table.map((row) => row['Email'] ?? '').toSorted();

/** Parses a file and dies behind the register, before anything of it is staged. */
const parseUntilRegistered = async (harness: PipelineHarness, upload: CreatedObject): Promise<void> => {
  const put = harness.store.put.bind(harness.store);
  harness.store.put = async (...given) => {
    if (given[0].startsWith(prefixes.batches)) throw new Error('S3 is away');
    return put(...given);
  };
  await expect(harness.parse(upload)).rejects.toThrow('S3 is away');
  harness.store.put = put;
};

describe('the parser', () => {
  it.each(failures)(
    'after a parser invocation that %s one of its calls to the bucket, a second one completes the import',
    async (failure) => {
      const table = [...rows(30), aRow(1), aRow(99, { Email: 'wrong' })];
      for (let dieAt = 1; dieAt < 40; dieAt += 1) {
        const harness = new PipelineHarness();
        const upload = harness.drop('incoming/a.csv', aCsv(table));
        const dying = failingStore(harness.store, dieAt, failure);
        await harness.parse(upload, dying.store).catch(() => undefined);
        await harness.parse(upload);
        await harness.submit();
        const summary = await harness.report(upload);
        expect(summary?.statuses, `died at call ${dieAt}`).toMatchObject({ created: 30, duplicate: 1, rejected: 1 });
        expect(harness.emails()).toEqual(addresses(rows(30)));
        if (dying.calls() < dieAt) return;
      }
      throw new Error('the parser makes more calls than this test tried');
    },
  );

  it('when two parsers read one upload at once, one manifest counts and only its batches are released', async () => {
    const harness = new PipelineHarness();
    const upload = harness.drop('incoming/a.csv', aCsv(rows(120)));
    await Promise.all([harness.parse(upload), harness.parse(upload)]);
    const manifest = await readManifest(harness.store, importIdOf(upload));
    expect(new Set(harness.released.map(({ run }) => run))).toEqual(new Set([manifest?.run]));
    await harness.submit();
    expect((await harness.report(upload))?.statuses.created).toBe(120);
    expect(harness.emails()).toEqual(addresses(rows(120)));
  });

  it('queue messages hold only pointers, and no cell is written to a log', async () => {
    const harness = new PipelineHarness();
    const upload = harness.drop(
      'incoming/a.csv',
      aCsv([...rows(3), aRow(4, { Email: 'secret value', ABN: 'secret value' })]),
    );
    await harness.parse(upload);
    expect(harness.released.map((message) => Object.keys(message))).toEqual([
      ['version', 'importId', 'run', 'batch', 'place', 'last'],
    ]);
    await harness.submit();
    await harness.report(upload);
    const said = JSON.stringify([harness.released, harness.events]);
    for (const cell of ['First1', 'person1', '0491570', 'secret value', 'Company']) expect(said).not.toContain(cell);
  });

  it('a row that an earlier import is still sending is a duplicate, and the report says so', async () => {
    const harness = new PipelineHarness();
    const first = harness.drop('incoming/first.csv', aCsv(rows(3)));
    await harness.parse(first);
    const second = harness.drop('incoming/second.csv', aCsv(rows(4)));
    await harness.parse(second);
    await harness.submit();
    expect((await harness.report(second))?.statuses).toMatchObject({ duplicate: 3, created: 1 });
    expect(harness.store.text(`${reportPrefix(second.key, importIdOf(second))}report.csv`)).toContain('still running');
    expect(harness.emails()).toEqual(addresses(rows(4)));
  });

  it('a later import sends the rows that an ended import did not create', async () => {
    const harness = new PipelineHarness();
    const first = harness.drop('incoming/first.csv', aCsv(rows(3)));
    harness.api.script.push('refuse');
    await harness.parse(first);
    await harness.submit();
    expect((await harness.report(first))?.statuses).toMatchObject({ created: 2, rejected: 1 });
    const second = harness.drop('incoming/second.csv', aCsv(rows(3)));
    await harness.parse(second);
    await harness.submit();
    expect((await harness.report(second))?.statuses).toMatchObject({ created: 1, duplicate: 2 });
    expect(harness.emails()).toEqual(addresses(rows(3)));
  });

  it('with the option first only so many good rows are sent, and the others can be sent while the first still run', async () => {
    const harness = new PipelineHarness();
    harness.options = { first: 2 };
    const bad = aRow(9, { Email: 'nobody' });
    const trial = harness.drop('incoming/trial.csv', aCsv([bad, ...rows(4), aRow(4)]));
    await harness.parse(trial);
    harness.options = {};
    const rest = harness.drop('incoming/rest.csv', aCsv(rows(4)));
    await harness.parse(rest);
    await harness.submit();
    const summary = await harness.report(trial);
    expect(summary?.statuses).toMatchObject({ created: 2, not_sent: 2, rejected: 1, duplicate: 1 });
    expect(harness.store.text(`${reportPrefix(trial.key, importIdOf(trial))}retry.csv`)).toContain('beyond_first');
    expect((await harness.report(rest))?.statuses).toMatchObject({ created: 2, duplicate: 2 });
    expect(harness.emails()).toEqual(addresses(rows(4)));
  });

  it('a refused import holds no lead, though it had shown its leads and entered the register', async () => {
    const harness = new PipelineHarness();
    const refused = harness.drop('incoming/refused.csv', aCsv(rows(3)));
    await parseUntilRegistered(harness, refused);
    expect(harness.store.text('state/register.json')).toContain(importIdOf(refused));
    await abandonImport(refused, harness.dependencies());
    const second = harness.drop('incoming/second.csv', aCsv(rows(3)));
    await harness.parse(second);
    await harness.submit();
    expect((await harness.report(second))?.statuses.created).toBe(3);
  });

  it('a file whose leads changed between two parser attempts is refused instead of sent in two versions', async () => {
    const harness = new PipelineHarness();
    const upload = harness.drop('incoming/acme/a.csv', aCsv(rows(3)));
    harness.store.objects.set('mappings/acme.json', Buffer.from('{"constants":{"loan.notes":"one"}}'));
    await parseUntilRegistered(harness, upload);
    expect(harness.store.text('state/register.json')).toBeDefined();
    harness.store.objects.set('mappings/acme.json', Buffer.from('{"constants":{"loan.notes":"two"}}'));
    await harness.parse(upload);
    expect((await harness.report(upload))?.fileError?.code).toBe('changed_while_reading');
    expect(harness.released).toEqual([]);
  });

  it('an import that failed only at releasing its staged batches is released, not abandoned', async () => {
    const harness = new PipelineHarness();
    const upload = harness.drop('incoming/a.csv', aCsv(rows(3)));
    await harness.parse(upload);
    harness.released.length = 0;
    await abandonImport(upload, harness.dependencies());
    await harness.submit();
    expect((await harness.report(upload))?.statuses.created).toBe(3);
    expect(harness.events.map(([event]) => event)).not.toContain('import_abandoned');
  });

  it('an import whose parser fails for good gets a report that says so', async () => {
    const harness = new PipelineHarness();
    const upload = harness.drop('incoming/a.csv', aCsv(rows(3)));
    await abandonImport(upload, harness.dependencies());
    expect(await harness.report(upload)).toMatchObject({
      state: 'refused',
      rows: 0,
      fileError: { code: 'importer_failed' },
    });
    expect(harness.events.map(([event]) => event)).toContain('import_abandoned');
  });
});
