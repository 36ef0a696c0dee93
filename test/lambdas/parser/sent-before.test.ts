import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { importIdOf } from '../../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../../shared/bucket/keys.ts';
import type { CreatedObject } from '../../../shared/bucket/s3-event.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, rows, type SampleRow } from '../../support/sample-rows.ts';

const importTable = async (
  harness: PipelineHarness,
  key: string,
  table: readonly SampleRow[],
): Promise<CreatedObject> => {
  const upload = harness.drop(key, aCsv(table));
  await harness.parse(upload);
  await harness.submit();
  await harness.report(upload);
  return upload;
};

const reportOf = (harness: PipelineHarness, upload: CreatedObject): Record<string, string>[] =>
  parse(harness.store.text(`${reportPrefix(upload.key, importIdOf(upload))}report.csv`) ?? '', { columns: true });

const statusesOf = (harness: PipelineHarness, upload: CreatedObject): string[] =>
  reportOf(harness, upload).map((row) => row['lead__Status'] ?? '');

/** The same people with a column more. */
const better = (table: readonly SampleRow[]): SampleRow[] => table.map((row) => ({ ...row, DOB: '27/03/1985' }));

describe('a file that is understood better the second time', () => {
  it.each([3, 61, 200])(
    'of %i rows creates no lead again, and each row names its lead and what differs',
    async (count) => {
      const harness = new PipelineHarness();
      const first = await importTable(harness, 'incoming/a.csv', rows(count));
      const second = await importTable(harness, 'incoming/b.csv', better(rows(count)));
      expect(statusesOf(harness, second)).toEqual(rows(count).map(() => 'duplicate'));
      const ids = reportOf(harness, first).map((row) => row['lead__Id']);
      for (const [index, row] of reportOf(harness, second).entries()) {
        expect(row['lead__ErrorCode']).toBe('sent_otherwise');
        expect(row['lead__Id']).toBe(ids[index]);
        expect(row['lead__Error']).toContain(`line ${index + 2} of incoming/a.csv`);
        expect(row['lead__Error']).toMatch(/other details: DOB\.$/);
      }
      expect(harness.api.leads).toHaveLength(count);
    },
  );

  it('is sent with the option again, and only what differs', async () => {
    const harness = new PipelineHarness();
    await importTable(harness, 'incoming/a.csv', rows(3));
    harness.options = { again: 'send' };
    const [one, two, three] = rows(3);
    const second = await importTable(harness, 'incoming/b.csv', [
      ...better([one ?? {}, two ?? {}]),
      { ...three, DOB: '' },
    ]);
    expect(statusesOf(harness, second)).toEqual(['created', 'created', 'duplicate']);
  });

  it('is not sent while the earlier import still runs, nor by a dry run, nor where the earlier rows are gone', async () => {
    const harness = new PipelineHarness();
    const first = harness.drop('incoming/a.csv', aCsv(rows(2)));
    await harness.parse(first);
    const check = harness.drop('validate/b.csv', aCsv(better(rows(2))));
    await harness.parse(check);
    await harness.report(check);
    expect(statusesOf(harness, check)).toEqual(['duplicate', 'duplicate']);
    expect(reportOf(harness, check)[0]?.['lead__Error']).toContain('still running');
    await harness.submit();
    await harness.report(first);
    for (const key of harness.store.objects.keys())
      if (key.startsWith('state/batches/')) harness.store.objects.delete(key);
    const second = await importTable(harness, 'incoming/b.csv', better(rows(2)));
    expect(statusesOf(harness, second)).toEqual(['duplicate', 'duplicate']);
    expect(reportOf(harness, second)[0]?.['lead__Error']).toMatch(/and other details\.$/);
  });

  it('is left to the import that created it: a third one still knows whose lead it is', async () => {
    const harness = new PipelineHarness();
    await importTable(harness, 'incoming/a.csv', rows(1));
    const second = harness.drop('incoming/b.csv', aCsv(better(rows(1))));
    await harness.parse(second);
    const third = await importTable(harness, 'incoming/c.csv', better(rows(1)));
    expect(reportOf(harness, third)[0]?.['lead__ErrorCode']).toBe('sent_otherwise');
    expect(reportOf(harness, third)[0]?.['lead__Error']).toContain('incoming/a.csv');
  });

  it('holds a row twice: both are the earlier lead', async () => {
    const harness = new PipelineHarness();
    await importTable(harness, 'incoming/a.csv', rows(1));
    const second = await importTable(harness, 'incoming/b.csv', better([...rows(1), ...rows(1)]));
    expect(reportOf(harness, second).map((row) => row['lead__ErrorCode'])).toEqual([
      'sent_otherwise',
      'sent_otherwise',
    ]);
  });

  it('holds rows that its first import did not create: they are sent', async () => {
    const harness = new PipelineHarness();
    harness.api.script.push('refuse');
    await importTable(harness, 'incoming/a.csv', rows(3));
    const second = await importTable(harness, 'incoming/b.csv', better(rows(3)));
    expect(statusesOf(harness, second)).toEqual(['created', 'duplicate', 'duplicate']);
  });
});

it('two rows of one file that differ only in their details are both sent, each with a warning', async () => {
  const harness = new PipelineHarness();
  const [row = {}] = rows(1);
  const upload = await importTable(harness, 'incoming/a.csv', [
    row,
    { ...row, Notes: 'second vehicle' },
    ...rows(1, 5),
  ]);
  expect(statusesOf(harness, upload)).toEqual(['created', 'created', 'created']);
  const warnings = reportOf(harness, upload).map((each) => each['lead__Warning'] ?? '');
  expect(warnings[0]).toContain('a row further down');
  expect(warnings[1]).toContain('line 2');
  expect(warnings[2]).toBe('');
});

it('what looks the same is one lead, in one file and in the next', async () => {
  const harness = new PipelineHarness();
  const [row = {}] = rows(1);
  const names = [
    'José O’Brien-Smith',
    "Jose\u0301 O'Brien\u2011Smith",
    'JOSÉ  O`BRIEN–SMITH',
    'José\u00a0O’Brien-Smi\u200bth',
  ];
  const first = await importTable(
    harness,
    'incoming/a.csv',
    names.map((name) => ({ ...row, 'Last Name': name })),
  );
  expect(statusesOf(harness, first)).toEqual(['created', 'duplicate', 'duplicate', 'duplicate']);
  const second = await importTable(
    harness,
    'incoming/b.csv',
    names.slice(1).map((name) => ({ ...row, 'Last Name': name })),
  );
  expect(statusesOf(harness, second)).toEqual(['duplicate', 'duplicate', 'duplicate']);
});
