import { describe, expect, it } from 'vitest';
import { storyOf } from '../../shared/report/sentences.ts';
import { type ASheet, aWorkbook, aZip, textRows, workbookParts } from '../support/a-workbook.ts';
import { imported } from '../support/imported.ts';
import { aRow, type SampleRow } from '../support/sample-rows.ts';
import { outcomeOf } from './outcome.ts';

const header = Object.keys(aRow(1));
const table = (...rows: readonly SampleRow[]): string[][] => [
  header,
  ...rows.map((row) => header.map((name) => row[name] ?? '')),
];
const sheetOf = (name: string, ...numbers: readonly number[]): ASheet => ({
  name,
  rows: table(...numbers.map((number) => aRow(number))),
});

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

describe('a sheet that cannot be read is not passed over for another one', () => {
  const sheets = [sheetOf('Leads', 1, 2), sheetOf('Old leads', 3)];
  const first = 'xl/worksheets/sheet1.xml';

  it.each([
    ['cut off', { [first]: '<worksheet><sheetData><row r="1"><c' }, 'workbook_damaged'],
    ['with entities of its own', { [first]: '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>' }, 'workbook_damaged'],
    [
      'with a cell far to the right',
      { [first]: '<worksheet><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>' },
      'too_many_columns',
    ],
    [
      'whose header is too far down',
      {
        [first]: `<worksheet><sheetData>${textRows([...Array(25).fill(['a', 'b']), ...table(aRow(1))])}</sheetData></worksheet>`,
      },
      'header_too_far_down',
    ],
    [
      'that the workbook has lost',
      {
        'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId2" Type="${relations}/worksheet" Target="worksheets/sheet2.xml"/></Relationships>`,
      },
      'workbook_damaged',
    ],
  ])('%s', async (_, parts, code) => {
    const { outcome, leads } = await outcomeOf('a.xlsx', await aWorkbook({ sheets, parts }));
    expect([outcome.fault, leads]).toEqual([code, []]);
  });

  it('whose part is not there', async () => {
    const { [first]: _, ...parts } = workbookParts({ sheets });
    const { outcome, leads } = await outcomeOf('a.xlsx', await aZip(parts));
    expect([outcome.fault, leads]).toEqual(['workbook_damaged', []]);
  });

  it('but one that is hidden is, and one that somebody names', async () => {
    const parts = { [first]: '<worksheet><sheetData><row r="1"><c' };
    const hidden = [{ ...sheetOf('Leads', 1), state: 'hidden' as const }, sheetOf('Old leads', 3)];
    expect((await outcomeOf('a.xlsx', await aWorkbook({ sheets: hidden, parts }))).leads).toHaveLength(1);
    const named = await outcomeOf('a.xlsx', await aWorkbook({ sheets, parts }), { sheet: 'Old leads' });
    expect(named.leads).toHaveLength(1);
  });

  it('what it says names the sheet, and the way out', async () => {
    const parts = { [first]: '<worksheet><sheetData><row r="1"><c' };
    const { message } = await outcomeOf('a.xlsx', await aWorkbook({ sheets, parts }));
    expect(message).toMatch(/In the sheet "Leads": .*hide this one/);
  });
});

describe('a part that is not read is held against its checksum too', () => {
  const others = {
    'docProps/app.xml': '<Properties><Company>Harbour</Company></Properties>',
    'xl/media/a.png': 'Harbour',
  };
  const workbook = {
    sheets: [sheetOf('Leads', 1), { ...sheetOf('Hidden', 2), state: 'hidden' as const }],
    parts: others,
  };

  it.each([...Object.keys(others), '[Content_Types].xml', 'xl/worksheets/sheet2.xml'])('%s', async (part) => {
    const { [part]: content = '', ...parts } = workbookParts(workbook);
    // Last in the file, its bytes are found from the end.
    const bytes = await aZip({ ...parts, [part]: content }, { compress: false });
    const at = bytes.lastIndexOf(String(content).slice(-8));
    bytes[at + 2] = (bytes[at + 2] ?? 0) ^ 1;
    expect((await outcomeOf('a.xlsx', bytes)).outcome.fault).toBe('workbook_damaged');
  });

  it('a picture may say what it is', async () => {
    const svg = '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg/>';
    const bytes = await aWorkbook({ sheets: [sheetOf('Leads', 1)], parts: { 'xl/media/image1.svg': svg } });
    expect((await outcomeOf('a.xlsx', bytes)).leads).toHaveLength(1);
  });

  it.each(['[Content_Types].xml', 'docProps/app.xml', 'xl/theme/theme1.xml'])(
    '%s defines no entities',
    async (part) => {
      const parts = { [part]: '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]><x/>' };
      const bytes = await aWorkbook({ sheets: [sheetOf('Leads', 1)], parts });
      expect((await outcomeOf('a.xlsx', bytes)).outcome.fault).toBe('workbook_damaged');
    },
  );
});

describe('what stands twice', () => {
  it('two parts of one name are damage', async () => {
    const parts = Object.entries(workbookParts({ sheets: [sheetOf('Leads', 1)] }));
    const other = parts.map(([name, content]) => [name.toUpperCase(), content] as const);
    const bytes = await aZip(Object.fromEntries([...parts, ...other]));
    expect((await outcomeOf('a.xlsx', bytes)).outcome.fault).toBe('workbook_damaged');
  });

  it('two sheets of one part are damage', async () => {
    const sheet = '<sheet name="s" sheetId="1" r:id="rId1"/>';
    const book = `<workbook xmlns:r="r"><sheets>${sheet.repeat(2)}</sheets></workbook>`;
    const bytes = await aWorkbook({ sheets: [sheetOf('Leads', 1)], parts: { 'xl/workbook.xml': book } });
    expect((await outcomeOf('a.xlsx', bytes)).outcome.fault).toBe('workbook_damaged');
  });
});

it('formats that are lost are damage where a cell has one', async () => {
  const data = textRows(table(aRow(1))).replace('<c/>', '<c s="1"><v>31133</v></c>');
  const workbook = { sheets: [{ name: 'Leads', data }], formats: ['yyyy-mm-dd'] };
  const { 'xl/styles.xml': _, ...parts } = workbookParts(workbook);
  expect((await outcomeOf('a.xlsx', await aZip(parts))).outcome.fault).toBe('workbook_damaged');
  const { 'xl/styles.xml': __, ...plain } = workbookParts({ sheets: [sheetOf('Leads', 1)] });
  expect((await outcomeOf('a.xlsx', await aZip(plain))).leads).toHaveLength(1);
});

it('elements of a sheet may have any prefix of its namespace, each another one', async () => {
  const data = textRows(table(aRow(1), aRow(2), aRow(3, { Notes: 'call' })))
    .replace('<row r="3">', '<x:row r="3">')
    .replace('</row><row r="4">', '</x:row><row r="4">')
    .replace(/<c t="inlineStr">(<is><t>call<\/t><\/is>)<\/c>/, '<x:c t="inlineStr">$1</x:c>')
    .replaceAll('<mc:', '<');
  const xml = `<worksheet xmlns="${main}" xmlns:x="${main}" xmlns:mc="other"><mc:row r="9"/><sheetData>${data}</sheetData></worksheet>`;
  const bytes = await aWorkbook({ sheets: [sheetOf('Leads', 1)], parts: { 'xl/worksheets/sheet1.xml': xml } });
  const { outcome, leads } = await outcomeOf('a.xlsx', bytes);
  expect(outcome.rows).toHaveLength(3);
  expect(leads[2]).toMatchObject({ loan: { notes: 'call' } });
});

describe('tables that a sheet marks', () => {
  const marked = (rows: readonly (readonly string[])[], ...tables: readonly [ref: string, totals: number][]) =>
    aWorkbook({
      sheets: [{ name: 'Leads', rows }],
      parts: {
        'xl/worksheets/_rels/sheet1.xml.rels': `<Relationships>${tables.map((_, at) => `<Relationship Id="t${at}" Type="${relations}/table" Target="../tables/table${at}.xml"/>`).join('')}</Relationships>`,
        ...Object.fromEntries(
          tables.map(([ref, totals], at) => [
            `xl/tables/table${at}.xml`,
            `<table xmlns="${main}" ref="${ref}" totalsRowCount="${totals}"/>`,
          ]),
        ),
      },
    });
  const five = table(...[1, 2, 3, 4, 5].map((number) => aRow(number)));
  const beside = five.map((row, at) => [...row, '', ['Region', 'East', 'West', 'Total'][at] ?? '', String(at)]);

  it('a table beside the leads ends no lead', async () => {
    for (const tables of [
      [['L1:M4', 1]],
      [
        ['A1:J6', 0],
        ['L1:M4', 1],
      ],
      [
        ['L1:M4', 1],
        ['A1:J6', 0],
      ],
    ] as const) {
      const { outcome } = await outcomeOf(
        'a.xlsx',
        await marked(beside, ...tables.map(([ref, totals]): [string, number] => [ref, totals])),
      );
      expect(outcome.rows?.map(([, status]) => status)).toEqual(Array(5).fill('created'));
    }
  });

  it('a row of totals that holds a lead is one, and so is what somebody has typed below the table', async () => {
    const rows = [
      ...five.slice(0, 4),
      ['Mira', 'Marble', '', '0491570110'],
      ['Jo', '', 'jo@example.com'],
      ['Total', '', '', '', '', '', '99'],
    ];
    const { outcome } = await outcomeOf('a.xlsx', await marked(rows, ['A1:J4', 1]));
    expect(outcome.rows?.map(([, status]) => status)).toEqual([
      'created',
      'created',
      'created',
      'rejected',
      'rejected',
      'ignored',
    ]);
  });
});

describe('digits that a format keeps', () => {
  it.each<[format: string, value: string, column: string, expected: string]>([
    ['"BR-"0000', '42', 'Notes', 'BR-0042'],
    ['"NSW "00000000', '1234567', 'Notes', 'NSW 01234567'],
    ['0000" km"', '42', 'Notes', '0042'],
    ['"ABN "00\\ 000\\ 000\\ 000', '51824753556', 'ABN', '51824753556'],
    ['[>=400000000]0000\\ 000\\ 000;"(02) "0000\\ 0000', '41234567', 'Notes', '"41234567"'],
    ['"Term "00', '24', 'Instalments', '24'],
    ['"Loan 2: "0', '50000', 'Amount', '50000'],
    ['Standard', '50000', 'Amount', '50000'],
  ])('%s shows %s in %s as %s', async (format, value, column, expected) => {
    const at = header.indexOf(column);
    const cells = textRows(table(aRow(1, { [column]: 'HERE' }))).replace(
      '<c t="inlineStr"><is><t>HERE</t></is></c>',
      `<c s="1"><v>${value}</v></c>`,
    );
    expect(at).toBeGreaterThan(-1);
    const { leads } = await outcomeOf(
      'a.xlsx',
      await aWorkbook({ sheets: [{ name: 'Leads', data: cells }], formats: [format] }),
    );
    expect(JSON.stringify(leads)).toContain(expected);
  });
});

describe('small files that would take much', () => {
  const leads = sheetOf('Leads', 1);
  const faultWith = async (parts: Readonly<Record<string, string>>) =>
    (await outcomeOf('a.xlsx', await aWorkbook({ sheets: [leads], parts }))).outcome.fault;
  const sheetWith = (row: string): Record<string, string> => ({
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData><row r="1">${row}</row></sheetData></worksheet>`,
  });

  it.each([
    [
      'a format without an end',
      {
        'xl/styles.xml': `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="${'0'.repeat(1_000_000)}"/></numFmts></styleSheet>`,
      },
    ],
    [
      'a text of a million runs',
      { 'xl/sharedStrings.xml': `<sst><si>${'<r><t>aaa</t></r>'.repeat(1_000_000)}</si></sst>` },
    ],
    ['a cell of a million runs', sheetWith(`<c t="inlineStr"><is>${'<r><t>aaa</t></r>'.repeat(1_000_000)}</is></c>`)],
    ['a row of long texts', sheetWith(`<c t="inlineStr"><is><t>${'a'.repeat(100_000)}</t></is></c>`.repeat(100))],
  ])('%s', async (_, parts) => {
    expect(['file_too_large', 'workbook_damaged', 'record_too_large']).toContain(await faultWith(parts));
  });
});

it('references without an end are too many', async () => {
  const name = 'xl/_rels/workbook.xml.rels';
  const { [name]: known = '' } = workbookParts({ sheets: [sheetOf('Leads', 1)] });
  const more = '<Relationship Id="x" Type="t" Target="x"/>'.repeat(20_000);
  const parts = { [name]: String(known).replace('</Relationships>', `${more}</Relationships>`) };
  const bytes = await aWorkbook({ sheets: [sheetOf('Leads', 1)], parts });
  expect((await outcomeOf('a.xlsx', bytes)).outcome.fault).toBe('file_too_large');
});

describe('a header of two lines', () => {
  const [upper, lower] = [
    header.map((name) => (['Email', 'Mobile'].includes(name) ? 'Contact' : name)),
    header.map((name) => (['Email', 'Mobile'].includes(name) ? name : '')),
  ];
  const rows = table(aRow(1), aRow(2)).slice(1);

  it('whose names are merged over both is met, in a workbook and as a CSV', async () => {
    const sheet = await outcomeOf(
      'a.xlsx',
      await aWorkbook({ sheets: [{ name: 'Leads', rows: [['Leads of May'], upper, lower, ...rows] }] }),
    );
    expect(sheet.outcome.rows).toEqual([
      [4, 'created'],
      [5, 'created'],
    ]);
    const csv = [upper, lower, ...rows].map((cells) => cells.join(',')).join('\n');
    expect((await outcomeOf('a.csv', Buffer.from(csv))).leads).toHaveLength(2);
  });

  it('is none where the lower one is a row', async () => {
    const lines = [
      ['First Name', 'Colour', 'Mobile', 'Wants', 'Wants', 'Wants', 'Email'],
      ['', 'red', '', 'Company', 'ABN', 'Amount', 'mira@example.com'],
    ];
    const csv = lines.map((cells) => cells.join(',')).join('\n');
    expect((await outcomeOf('a.csv', Buffer.from(csv))).outcome.fault).toBe('missing_column');
  });
});

it('a mapping workbook that is dropped as a file of leads is told where it belongs, and not to be mapped', async () => {
  const rows = [
    ['Your column', 'Filled', 'Meaning', 'Unit', 'Decide'],
    ['Email', '3', 'e-mail', '', ''],
  ];
  const { summary, mapping } = await imported(await aWorkbook({ sheets: [{ name: 'Columns', rows }] }), 'a.xlsx');
  expect(summary.fileError?.code).toBe('mapping_as_leads');
  expect(mapping).toBeUndefined();
  const { steps } = storyOf(summary, { how: 'drop it again', map: 'npm start -- map a.xlsx' });
  expect(steps).toEqual([{ text: expect.stringContaining('(.xlsx) below mappings/') }]);
});
