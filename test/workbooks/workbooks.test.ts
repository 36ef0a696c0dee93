import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { leadValue } from '../../shared/lead/lead-value.ts';
import { aWorkbook, aZip, textRows, workbookParts } from '../support/a-workbook.ts';
import { aRow, type SampleRow } from '../support/sample-rows.ts';
import cases from './cases.json' with { type: 'json' };
import { outcomeOf } from './outcome.ts';
import { partsOf, repacked } from './parts-of.ts';

const files = join(import.meta.dirname, 'files');

it('every workbook has its outcome', () => {
  expect(cases.map(({ file }) => file)).toEqual(readdirSync(files).toSorted());
  expect(cases.length).toBeGreaterThanOrEqual(60);
});

it.each(cases)('$file comes out as it has to', async ({ file, outcome: expected, sent = {} }) => {
  const { outcome, leads } = await outcomeOf(file, readFileSync(join(files, file)));
  expect(outcome).toEqual(expected);
  for (const [column, value] of Object.entries(sent))
    expect(leadValue(leads[0] ?? {}, column) ?? null, column).toBe(value);
});

const header = Object.keys(aRow(1));
const table = (...rows: readonly SampleRow[]): string[][] => [
  header,
  ...rows.map((row) => header.map((name) => row[name] ?? '')),
];

describe('options', () => {
  const several = { sheets: ['Sydney', 'Perth'].map((name, index) => ({ name, rows: table(aRow(index + 1)) })) };

  it('sheet says which of several sheets is meant', async () => {
    const { outcome, leads } = await outcomeOf('a.xlsx', await aWorkbook(several), { sheet: 'perth' });
    expect(outcome).toEqual({ sheet: 'Perth', rows: [[2, 'created']] });
    expect(leads[0]).toMatchObject({ customer: { first_name: 'First2' } });
  });

  it('a sheet that is not there is named, with those that are', async () => {
    const { outcome, message } = await outcomeOf('a.xlsx', await aWorkbook(several), { sheet: 'Darwin' });
    expect(outcome.fault).toBe('invalid_option');
    expect(message).toMatch(/"Darwin".*"Sydney", "Perth"/);
  });

  it('nothing can be said of the encoding of a workbook', async () => {
    const { outcome } = await outcomeOf('a.xlsx', await aWorkbook({ sheets: several.sheets.slice(1) }), {
      encoding: 'utf-8',
    });
    expect(outcome.fault).toBe('invalid_option');
  });

  it('hidden=send sends hidden rows; otherwise a visible row like a hidden one is sent', async () => {
    const rows = table(aRow(1), aRow(1));
    const data = textRows(rows).replace('<row r="2">', '<row r="2" hidden="1">');
    const bytes = await aWorkbook({ sheets: [{ name: 'Leads', data }] });
    const kept = await outcomeOf('a.xlsx', bytes);
    expect(kept.outcome.rows).toEqual([
      [2, 'not_sent', 'hidden_row'],
      [3, 'created'],
    ]);
    const all = await outcomeOf('a.xlsx', bytes, { hidden: 'send' });
    expect(all.outcome.rows).toEqual([
      [2, 'created'],
      [3, 'duplicate', 'duplicate_in_file'],
    ]);
  });
});

describe('formulas', () => {
  const before = header.slice(0, header.indexOf('Notes'));
  const [names, cells] = table(aRow(1)).map((row) => row.slice(0, before.length));

  it.each([
    ['<c t="str"><f>""</f><v></v></c>', 'created'],
    ['<c t="str"><f t="shared" si="0"/><v>two</v></c>', 'created'],
    ['<c><f>A2</f></c>', 'rejected'],
    ['<c><f>A2</f><v></v></c>', 'rejected'],
    ['<c><f t="shared" si="0"/></c>', 'rejected'],
  ])('a row with %s is %s', async (cell, status) => {
    const data = `${textRows([[...(names ?? []), 'Notes']])}${textRows([cells ?? []], 2).replace('</row>', `${cell}</row>`)}`;
    const { outcome } = await outcomeOf('a.xlsx', await aWorkbook({ sheets: [{ name: 'Leads', data }] }));
    expect(outcome.rows?.map(([line, ended]) => [line, ended])).toEqual([[2, status]]);
  });
});

describe('rows', () => {
  it('a cell that is not there is empty, whatever the habit of the file', async () => {
    const rows = table(aRow(1), aRow(2), aRow(3)).map((cells, index) => (index === 2 ? cells.slice(0, 5) : cells));
    const { outcome } = await outcomeOf('a.xlsx', await aWorkbook({ sheets: [{ name: 'Leads', rows }] }));
    expect(outcome.rows?.map(([line, status]) => [line, status])).toEqual([
      [2, 'created'],
      [3, 'rejected'],
      [4, 'created'],
    ]);
    expect(outcome.rows?.[1]?.[2]).not.toMatch(/too_few_cells|torn_row/);
  });

  it('what stands beside the table is kept in the report, and sent to nobody', async () => {
    const rows = table(aRow(1), aRow(2)).map((cells, index) =>
      index === 2 ? [...cells, '', 'ring on Tuesday'] : cells,
    );
    const { outcome, report, notSent } = await outcomeOf(
      'a.xlsx',
      await aWorkbook({ sheets: [{ name: 'Leads', rows }] }),
    );
    expect(outcome.rows).toEqual([
      [2, 'created'],
      [3, 'created'],
    ]);
    expect(Object.values(report[1] ?? {})).toContain('ring on Tuesday');
    expect(notSent).toEqual([{ header: `(column ${'ABCDEFGHIJKLMNOP'[header.length + 1]})`, filled: 1 }]);
  });

  it('a cell that a merge covers is empty, also where the file still holds a value that nobody sees', async () => {
    const company = header.indexOf('Business Name');
    const letter = 'ABCDEFGHIJKLMNOP'[company];
    const bytes = await aWorkbook({ sheets: [{ name: 'Leads', rows: table(aRow(1), aRow(2), aRow(3)) }] });
    const parts = await partsOf(bytes);
    const sheet = 'xl/worksheets/sheet1.xml';
    const merges = `<mergeCells><mergeCell ref="${letter}2:${letter}3"/></mergeCells>`;
    const merged = (parts.get(sheet) ?? '').replace('</sheetData>', `</sheetData>${merges}`);
    const { outcome, leads } = await outcomeOf('a.xlsx', await repacked(parts, { [sheet]: merged }));
    expect(outcome.rows?.map(([line, status]) => [line, status])).toEqual([
      [2, 'created'],
      [3, 'rejected'],
      [4, 'created'],
    ]);
    expect(outcome.rows?.[1]?.[2]).toContain('required:company.name');
    expect(leads).toHaveLength(2);
  });

  it('a bare number of a workbook that counts from 1904 would mean a date of that calendar', async () => {
    const [names = [], cells = []] = table(aRow(1));
    const rows = [
      [...names, 'DOB'],
      [...cells, '29000'],
    ];
    const bytes = await aWorkbook({ sheets: [{ name: 'Leads', rows }] });
    const parts = await partsOf(bytes);
    const book = 'xl/workbook.xml';
    const of1904 = (parts.get(book) ?? '').replace('<sheets>', '<workbookPr date1904="1"/><sheets>');
    const { report } = await outcomeOf('a.xlsx', await repacked(parts, { [book]: of1904 }));
    expect(report[0]?.['lead__Error']).toContain('would mean 1983-05-26');
    expect((await outcomeOf('a.xlsx', bytes)).report[0]?.['lead__Error']).toContain('would mean 1979-05-25');
  });

  it('rows that are not in order are a damaged workbook', async () => {
    const [top, ...others] = table(aRow(1), aRow(2));
    const data = `${textRows([top ?? []])}${textRows([others[0] ?? []], 5)}${textRows([others[1] ?? []], 3)}`;
    const { outcome } = await outcomeOf('a.xlsx', await aWorkbook({ sheets: [{ name: 'Leads', data }] }));
    expect(outcome.fault).toBe('workbook_damaged');
  });

  it('of a text that stands in its cell nothing else counts', async () => {
    const [names = [], cells = []] = table(aRow(1));
    const data = `${textRows([names])}${textRows([cells], 2).replace('<is><t>First1</t></is>', '<is><t>First1</t></is><v>9</v>')}`;
    const { leads } = await outcomeOf('a.xlsx', await aWorkbook({ sheets: [{ name: 'Leads', data }] }));
    expect(leads).toMatchObject([{ customer: { first_name: 'First1' } }]);
  });

  it('each of thousands of shared texts is the one that its cell refers to, in whatever letters', async () => {
    const [names = [], ...others] = table(
      ...Array.from({ length: 400 }, (_, index) =>
        aRow(index + 1, { Notes: `note ${index} ${index % 7 === 0 ? 'é' : ''}` }),
      ),
    );
    const texts: string[] = [];
    // Backwards, so that cells do not come in the order of the texts.
    const cellsOf = (cells: readonly string[]): string =>
      cells
        .toReversed()
        .map((text) => `<c t="s"><v>${texts.push(text.replaceAll('&', '&amp;')) - 1}</v></c>`)
        .toReversed()
        .join('');
    const data = others.map((cells, index) => `<row r="${index + 2}">${cellsOf(cells)}</row>`).join('');
    const sheets = [{ name: 'Leads', data: `${textRows([names])}${data}` }];
    const strings = texts.map((text) => `<t xml:space="preserve">${text}</t>`);
    const { report } = await outcomeOf('a.xlsx', await aWorkbook({ sheets, strings }));
    expect(texts.length).toBeGreaterThan(3 * 1_024);
    const own = Object.keys(report[0] ?? {}).filter((name) => !name.startsWith('lead__'));
    expect(report.map((row) => own.map((name) => row[name]))).toEqual(others);
  });

  it('parts may stand anywhere', async () => {
    const parts = workbookParts({ sheets: [{ name: 'Leads', rows: table(aRow(1)) }] });
    const moved = Object.entries(parts).map(([name, content]) => [
      name.replace(/^xl\//, ''),
      String(content).replaceAll('xl/', ''),
    ]);
    const { outcome } = await outcomeOf('a.xlsx', await aZip(Object.fromEntries(moved)));
    expect(outcome.rows).toEqual([[2, 'created']]);
  });

  it('a report of a workbook is what every spreadsheet opens', async () => {
    const { report, written, source } = await outcomeOf(
      'a.xlsx',
      await aWorkbook({ sheets: [{ name: 'Leads', rows: table(aRow(1)) }] }),
    );
    expect(report[0]).toMatchObject({ lead__Line: '2', lead__Status: 'created', 'First Name': 'First1' });
    expect(written).toMatch(/^\ufefflead__Line,.*\r\n2,created,/);
    expect(written.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(source).toMatchObject({ sheet: 'Leads', encoding: null, delimiter: null, lineEnding: null });
  });
});

it.each([
  '<style>td{color:red}</style><table><tr><td>First Name</td></tr></table>',
  '<meta charset="utf-8"><table>',
  '<!-- export --><table>',
  '<div><table><tr>',
  '  <tr><td>First Name</td>',
  'MIME-Version: 1.0\nContent-Type: multipart/related',
])('a page or a piece of one that is named as a workbook is told as that: %s', async (page) => {
  for (const name of ['a.xls', 'a.csv'])
    expect((await outcomeOf(name, Buffer.from(page.repeat(50)))).outcome.fault).toBe('not_a_table');
});

it('a header that begins with a sign of a page is none', async () => {
  const { outcome } = await outcomeOf('a.csv', Buffer.from(`<First Name>,${header.slice(1).join(',')}\n`));
  expect(outcome.fault).not.toBe('not_a_table');
});

describe('hostile workbooks cost little', () => {
  const leads = { name: 'Leads', rows: table(aRow(1)) };

  it.each([
    [
      'a text without an end',
      `<worksheet><sheetData>${' '.repeat(20_000_000)}</sheetData></worksheet>`,
      'file_too_large',
    ],
    ['no XML', '\0'.repeat(50_000_000), 'workbook_damaged'],
    [
      'a cell far to the right',
      '<worksheet><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>',
      'too_many_columns',
    ],
    [
      'a text that is not there',
      '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData></worksheet>',
      'workbook_damaged',
    ],
    [
      'two cells of one place',
      '<worksheet><sheetData><row r="1"><c r="A1"><v>7</v></c><c r="A1"><v>8</v></c></row></sheetData></worksheet>',
      'workbook_damaged',
    ],
    ['an entity', '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', 'workbook_damaged'],
    ['half of an element', '<worksheet><sheetData><row r="1"><c', 'workbook_damaged'],
  ])('%s', async (_, xml, code) => {
    const bytes = await aWorkbook({ sheets: [leads], parts: { 'xl/worksheets/sheet1.xml': xml } });
    expect((await outcomeOf('a.xlsx', bytes)).outcome.fault).toBe(code);
  });

  it.each([
    ['a million empty rows', '<row><c s="1"/></row>'.repeat(1_000_000)],
    ['many empty columns', `<row>${'<c s="1"/>'.repeat(16_384)}</row>`.repeat(40)],
  ])('%s are no rows', async (_, empty) => {
    const data = `${textRows(leads.rows)}${empty}`;
    const { outcome } = await outcomeOf('a.xlsx', await aWorkbook({ sheets: [{ name: 'Leads', data }] }));
    expect(outcome).toEqual({ sheet: 'Leads', rows: [[2, 'created']] });
  });

  it.each(['xl/workbook.xml', 'xl/worksheets/sheet1.xml', 'xl/sharedStrings.xml', 'xl/styles.xml', '_rels/.rels'])(
    'a %s of elements that are never closed is refused at once',
    async (part) => {
      const bytes = await aWorkbook({ sheets: [leads], parts: { [part]: '<a>'.repeat(200_000) } });
      expect((await outcomeOf('a.xlsx', bytes)).outcome.fault).toBe('workbook_damaged');
    },
  );

  it('a flipped byte in the header is damage, and no column that is missing', async () => {
    const stored = await aZip(await workbookParts({ sheets: [leads] }), { compress: false });
    const at = stored.indexOf('Instalments');
    expect(at).toBeGreaterThan(0);
    stored[at + 4] = (stored[at + 4] ?? 0) ^ 1;
    expect((await outcomeOf('a.xlsx', stored)).outcome.fault).toBe('workbook_damaged');
  });

  it('more formats and sheets than anybody has are too large', async () => {
    const styles = `<styleSheet><cellXfs>${'<xf/>'.repeat(100_001)}</cellXfs></styleSheet>`;
    const formats = await aWorkbook({ sheets: [leads], parts: { 'xl/styles.xml': styles } });
    expect((await outcomeOf('a.xlsx', formats)).outcome.fault).toBe('file_too_large');
    const sheets = Array.from({ length: 1_001 }, (_, at) => ({ name: `s${at}`, rows: [] }));
    expect((await outcomeOf('a.xlsx', await aWorkbook({ sheets }))).outcome.fault).toBe('file_too_large');
  });

  it.each(['xl/workbook.xml', 'xl/worksheets/sheet1.xml', 'xl/sharedStrings.xml', 'xl/styles.xml', '_rels/.rels'])(
    'a %s that is no XML is a damaged workbook',
    async (part) => {
      const bytes = await aWorkbook({ sheets: [leads], parts: { [part]: 'no XML' } });
      expect((await outcomeOf('a.xlsx', bytes)).outcome.fault).toBe('workbook_damaged');
    },
  );
});
