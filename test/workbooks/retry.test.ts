import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { TableFile } from '../../shared/table/open-by-kind.ts';
import type { OpenTable } from '../../shared/table/table.ts';
import { aWorkbook, textRows } from '../support/a-workbook.ts';
import { imported } from '../support/imported.ts';
import { aCsv, aRow, rows, type SampleRow } from '../support/sample-rows.ts';
import { partsOf, repacked } from './parts-of.ts';

const tableIn = async (name: string, bytes: Buffer | undefined) => {
  const file = new TableFile(name, async () => Readable.from([bytes ?? Buffer.alloc(0)]));
  const all = async ({ header, records }: OpenTable) => ({
    header: header.cells,
    rows: (await Array.fromAsync(records)).map((record) =>
      record.kind === 'fault' ? [record.code] : [...record.cells],
    ),
  });
  const read = await file.read(all);
  file.close();
  if ('kind' in read) throw new Error(read.what);
  return read;
};

/** A row without its empty cells at the end: a sheet has none. */
const trimmed = (cells: readonly string[]): readonly string[] =>
  cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);

const bad = (n: number, cells: SampleRow): SampleRow => aRow(n, { Email: 'wrong', ...cells });

it.each([
  ['zeros', '0412'],
  ['a formula', '=1+1'],
  ['an apostrophe before a sign', "'=1"],
  ['line breaks', 'two\nlines\r\nthree'],
  ['spaces around it', '  a  '],
  ['markup', '<b>&amp; "x"</b>'],
  ['what stands for a character', '_x0041_ _x005F_ _x000d_'],
  ['an emoji', 'ok 👍🏽'],
  ['half of an emoji', 'a\ud83d'],
  ['a control character', 'a\u0001b'],
  ['a long text', 'x'.repeat(4_000)],
])('retry.xlsx holds a cell with %s as retry.csv does', async (_, notes) => {
  const { retry, retryWorkbook: workbook } = await imported(aCsv([bad(1, { Notes: notes })]));
  const [csv, sheet] = [await tableIn('retry.csv', retry), await tableIn('retry.xlsx', workbook)];
  expect(sheet.header).toEqual(csv.header);
  // Tips of rows of another encoding carry a mark of it.
  expect(sheet.rows.map(trimmed)).toEqual(csv.rows.map(trimmed));
});

it('a corrected retry.xlsx is imported as a corrected retry.csv is', async () => {
  const {
    harness,
    retryWorkbook: workbook,
    summary,
  } = await imported(aCsv([aRow(1), bad(2, {}), aRow(3, { ABN: '1' })]));
  expect(summary.reports.retryWorkbook).toMatch(/retry\.xlsx$/);
  const parts = await partsOf(workbook);
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? '';
  const corrected = await repacked(parts, {
    'xl/worksheets/sheet1.xml': sheet.replace('>wrong<', '>right@example.com<'),
  });
  const again = await imported(corrected, 'a-retry.xlsx', harness);
  expect(again.summary.statuses).toMatchObject({ created: 1, rejected: 1 });
  expect(again.summary.source.sheet).toBe('Leads');
  const third = await imported(corrected, 'b-retry.xlsx', harness);
  expect(third.summary.statuses).toMatchObject({ duplicate: 1, rejected: 1 });
});

it('a formula that comes back as it went is not sent as a text', async () => {
  const names = Object.keys(aRow(1));
  const data = textRows([names, names.map((name) => (name === 'Notes' ? 'FORMULA' : (aRow(1)[name] ?? '')))]);
  const formula = data.replace(/<c t="inlineStr"><is><t>FORMULA<\/t><\/is><\/c>/, '<c><f>1+2</f></c>');
  const {
    harness,
    retryWorkbook: workbook,
    retry,
  } = await imported(await aWorkbook({ sheets: [{ name: 'Leads', data: formula }] }), 'a.xlsx');
  for (const [name, bytes] of [
    ['b.xlsx', workbook],
    ['c.csv', retry],
  ] as const) {
    const again = await imported(bytes ?? '', name, harness);
    expect(again.summary.errors).toMatchObject([{ code: 'formula_without_value', column: 'loan.notes', count: 1 }]);
    expect(again.summary.statuses).toMatchObject({ created: 0, rejected: 1 });
  }
  const mended = String(retry).replace("'=1+2", '3');
  expect((await imported(mended, 'd.csv', harness)).summary.statuses.created).toBe(1);
});

it('of a row with more formulas than a report names the first are named, and the row is not sent', async () => {
  const columns = Array.from({ length: 60 }, () => 'Email');
  const names = [...Object.keys(aRow(1)), ...columns];
  const cells = [...Object.values(aRow(1)), ...columns.map(() => 'FORMULA')];
  const data = textRows([names, cells]).replaceAll('<c t="inlineStr"><is><t>FORMULA</t></is></c>', '<c><f>1+2</f></c>');
  const { summary, harness } = await imported(await aWorkbook({ sheets: [{ name: 'Leads', data }] }), 'a.xlsx');
  expect(summary.statuses).toMatchObject({ created: 0, rejected: 1 });
  const named = summary.errors.reduce((sum, { count }) => sum + count, 0);
  expect(named).toBe(limits.maxProblemsPerRow);
  expect(harness.api.leads).toEqual([]);
});

it.each([
  ['Übersicht 2026', 'Übersicht 2026'],
  ['Kim\'s <best> & "all"', 'Kim\'s <best> & "all"'],
  ['x'.repeat(32), 'Leads'],
  ['Leads: July', 'Leads'],
  ["'quoted'", 'Leads'],
  ['', 'Leads'],
])('the retry.xlsx of a sheet called %j has a sheet called %j', async (own, expected) => {
  const names = Object.keys(aRow(1));
  const values = Object.values(bad(1, {})).map((value) => value ?? '');
  const { retryWorkbook: workbook } = await imported(
    await aWorkbook({ sheets: [{ name: own, rows: [names, values] }] }),
    'a.xlsx',
  );
  const file = new TableFile('retry.xlsx', async () => Readable.from([workbook ?? Buffer.alloc(0)]));
  const read = await file.read(async ({ format }) => format.sheet);
  file.close();
  expect(read).toBe(expected);
});

describe('retry.xlsx', () => {
  const stated = { ...aRow(1), State: 'XYZ' };

  it('marks what is wrong, says what to do at the cell, and offers what lumi takes', async () => {
    const { retryWorkbook: workbook } = await imported(aCsv([stated, { ...aRow(2), State: 'NSW' }]));
    const parts = await partsOf(workbook);
    const sheet = parts.get('xl/worksheets/sheet1.xml') ?? '';
    expect(sheet).toMatch(/s="5" t="inlineStr"><is><t xml:space="preserve">XYZ</);
    expect(sheet.match(/<row /g)).toHaveLength(2);
    expect(parts.get('xl/comments1.xml')).toMatch(/<comment ref="\w+2".*State holds "XYZ"/s);
    expect(sheet).toMatch(/<dataValidation type="list"[^>]*><formula1>"ACT,NSW/);
    expect(sheet).toContain('state="frozen"');
    expect(sheet).toMatch(/<autoFilter ref="A1:/);
  });

  it('is the same bytes whenever it is written', async () => {
    const one = await imported(aCsv([stated]));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2027-06-01T12:00:00Z') });
    const other = await imported(aCsv([stated])).finally(() => vi.useRealTimers());
    expect(one.retryWorkbook?.equals(other.retryWorkbook ?? Buffer.alloc(0))).toBe(true);
  });

  it('is not there where a cell is longer than a spreadsheet takes, and the story says so', async () => {
    const { retryWorkbook: workbook, retry, summary } = await imported(aCsv([bad(1, { Colour: 'x'.repeat(40_000) })]));
    expect(workbook).toBeUndefined();
    expect(retry?.length).toBeGreaterThan(40_000);
    expect(summary.reports.retryWorkbook).toBeUndefined();
  });

  it.each([
    ['of a refused file', 'a,b,c\n1,2,3\n'],
    ['where every row is created', aCsv(rows(2))],
  ])('is not there %s', async (_, content) => {
    const { retryWorkbook: workbook, summary } = await imported(content);
    expect(workbook).toBeUndefined();
    expect(summary.reports.retryWorkbook).toBeUndefined();
  });

  it('keeps the names of two equal headers', async () => {
    const csv = aCsv(rows(1)).replace('Notes', 'Email').replace('person1@example.com', 'wrong');
    const { retryWorkbook: workbook } = await imported(csv);
    expect((await tableIn('retry.xlsx', workbook)).header.filter((name) => name.startsWith('Email'))).toHaveLength(2);
  });
});
