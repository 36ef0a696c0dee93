import { describe, expect, it } from 'vitest';
import { knownColumnOf } from '../../shared/header/column-name.ts';
import { meaningOf, wordsFor } from '../../shared/header/mapping-words.ts';
import { plainNames } from '../../shared/header/plain-names.ts';
import { canonicalColumns } from '../../shared/lead/lead.ts';
import { storyOf } from '../../shared/report/sentences.ts';
import { readSheets } from '../../shared/workbook/read-sheets.ts';
import { aWorkbook } from '../support/a-workbook.ts';
import { imported } from '../support/imported.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { anAbn } from '../support/sample-rows.ts';

const csv = [
  'Given name,Family Name,E-Mail Adresse,Mobile,Business Name,ABN,How much,Term,State,Purpose,Favourite Colour,Years in business',
  `Ava,Ng,ava@example.com,0491570156,Cafe,${anAbn(1)},50000,12,NSW,Fit-out,blue,3`,
  `Ben,Oh,ben@example.com,0491570157,Shop,${anAbn(2)},60000,24,Nowhere,New ute,red,5`,
  '',
].join('\n');

/** The rows of both sheets, without their heads. */
const sheetsOf = async (bytes: Buffer | undefined) => {
  const sheets = await readSheets(bytes ?? Buffer.alloc(0), () => true);
  if ('fault' in sheets) throw new Error(sheets.fault.what);
  const rowsOf = (name: string): (readonly string[])[] => (sheets.get(name) ?? []).map(({ cells }) => cells);
  return { names: [...sheets.keys()], columns: rowsOf('Columns'), values: rowsOf('Values') };
};

type Sheets = Awaited<ReturnType<typeof sheetsOf>>;

/** The workbook as a person saves it who has decided something: by column, its meaning and unit; by text, what it is. */
const filledIn = (
  { columns, values }: Pick<Sheets, 'columns' | 'values'>,
  decided: Readonly<Record<string, readonly [meaning: string, unit?: string]>>,
  texts: Readonly<Record<string, string>> = {},
): Promise<Buffer> => {
  const first = columns.map((cells) => {
    const said = decided[cells[0] ?? ''];
    return said === undefined ? cells : [cells[0] ?? '', cells[1] ?? '', said[0], said[1] ?? '', ''];
  });
  const second = values.map((cells) => [
    cells[0] ?? '',
    cells[1] ?? '',
    cells[2] ?? '',
    texts[cells[1] ?? ''] ?? cells[3] ?? '',
  ]);
  return aWorkbook({
    sheets: [
      { name: 'Columns', rows: first },
      { name: 'Values', rows: second },
    ],
  });
};

const decisions = { 'How much': ['Loan Amount'], Term: ['Number of Repayments', 'months, repaid weekly'] } as const;

it('a refused file brings the way in with it', async () => {
  const { harness, summary, mapping: workbook } = await imported(csv);
  expect(summary).toMatchObject({ state: 'refused', fileError: { code: 'missing_column' } });
  const sheets = await sheetsOf(workbook);
  expect(sheets.names).toEqual(['Columns', 'Values']);
  expect(sheets.columns[0]).toEqual(['Your column', 'Filled', 'Meaning', 'Unit', 'Decide']);
  expect(
    Object.fromEntries(sheets.columns.map(([title, , meaning = '', unit = '']) => [title, [meaning, unit]])),
  ).toMatchObject({
    'Given name': ['First Name', ''],
    'E-Mail Adresse': ['Email', ''],
    'How much': ['', ''],
    Term: ['', ''],
    'Years in business': ['Months in Business', 'years'],
  });
  expect(sheets.columns.find(([title]) => title === 'How much')?.[4]).toMatch(/Is it Loan Amount/);
  expect(sheets.values).toContainEqual(['Purpose', 'Fit-out', '1', 'expansion']);

  const filled = await filledIn(sheets, decisions, { Nowhere: 'VIC' });
  harness.store.objects.set('mappings/mapping.xlsx', filled);
  const again = await imported(csv, 'b.csv', harness);
  expect(again.summary).toMatchObject({
    statuses: { created: 2 },
    mapping: { key: 'mappings/mapping.xlsx', found: 'header' },
  });
  expect(again.leads[1]).toMatchObject({
    customer: { address: { state: 'VIC' } },
    company: { months_in_business: 60 },
    loan: { installments: 104, requested_amount: 60_000, reason_for_loan: ['equipmentPurchasing'] },
  });
});

it.each([
  { found: 'option', key: 'mappings/crm.xlsx', options: { mapping: 'crm' }, file: 'b.csv' },
  { found: 'folder', key: 'mappings/acme.xlsx', options: {}, file: 'acme/2026/b.csv' },
])('a workbook is found by its $found too', async ({ found, key, options, file }) => {
  const { harness, mapping: workbook } = await imported(csv);
  harness.store.objects.set(key, await filledIn(await sheetsOf(workbook), decisions, { Nowhere: 'VIC' }));
  harness.options = options;
  const again = await imported(csv, file, harness);
  expect(again.summary).toMatchObject({ statuses: { created: 2 }, mapping: { key, found } });
});

it('a completed import asks for the next file only', async () => {
  const known = csv.replace('How much', 'Amount').replace('Term', 'Instalments').replace('E-Mail Adresse', 'Email');
  const { summary, mapping: workbook } = await imported(known);
  expect(summary.statuses).toMatchObject({ created: 0, rejected: 2 });
  expect((await sheetsOf(workbook)).values).toHaveLength(4);
  expect(storyOf(summary, { how: '' }).furtherSentences.join(' ')).toMatch(
    /for the next file.*need not be dropped again/,
  );
});

it.each([
  [
    'nothing is to decide',
    csv
      .replace('How much', 'Amount')
      .replace('Term', 'Instalments')
      .replace('E-Mail Adresse', 'Email')
      .replace(/,Years in business|,[35]$/gm, '')
      .replace('Fit-out', 'other')
      .replace('New ute', 'other')
      .replace('Nowhere', 'WA'),
  ],
  ['the first line may be a person', `Ava,Ng,ava@example.com,0491570156,Cafe,${anAbn(1)},50000,12\n`],
  ['less than half of what lumi needs is known', 'First Name,b,c,d,e,f\nAva,ava@example.com,0491570156,Cafe,1,2\n'],
])('there is no mapping.xlsx where %s', async (_, content) => {
  const { mapping: workbook, summary } = await imported(content);
  expect(workbook).toBeUndefined();
  expect(summary.reports.mapping).toBeUndefined();
});

describe('what it holds', () => {
  const mapped = async (content: string, mapping: object) => {
    const harness = new PipelineHarness();
    harness.store.objects.set('mappings/it.json', Buffer.from(JSON.stringify(mapping)));
    harness.options = { mapping: 'it' };
    return imported(content, 'a.csv', harness);
  };
  const columns = {
    'E-Mail Adresse': 'customer.email',
    'How much': 'loan.requested_amount',
    Term: 'loan.installments',
  };

  it('texts of columns with a fixed list, at most 200 of at most 60 characters', async () => {
    const [head = '', row = ''] = csv.split('\n');
    const states = Array.from({ length: 250 }, (_, index) => row.replace(/,12,[^,]*,/, `,12,Place ${index},`));
    const long = row.replace(/,12,[^,]*,/, `,12,${'x'.repeat(61)},`);
    const { mapping: workbook } = await mapped([head, long, ...states, ''].join('\n'), { columns });
    const { values } = await sheetsOf(workbook);
    expect(values).toHaveLength(201);
    expect(
      values.every(([column, text = '']) => ['Column', 'State', 'Purpose'].includes(column ?? '') && text.length <= 60),
    ).toBe(true);
  });

  it('all that the mapping file in use says, or there is none', async () => {
    const values = { 'loan.reason_for_loan': { 'Fit-out': 'expansion', 'New ute': '' } };
    const said = await mapped(csv, { columns, values });
    expect((await sheetsOf(said.mapping)).values).toEqual(
      expect.arrayContaining([
        ['Purpose', 'Fit-out', '0', 'expansion'],
        ['Purpose', 'New ute', '0', 'keep out'],
      ]),
    );
    const terms = await mapped(csv, { columns, values: { ...values, 'loan.installments': { '12': 52 } } });
    expect(terms.mapping).toBeUndefined();
  });
});

it('a file of leads among the mappings concerns nobody, and is refused where it is named', async () => {
  const rows = [
    ['Your column', 'Meaning'],
    ...Array.from({ length: 6_000 }, (_, index) => [`Column ${index}`, 'keep out']),
  ];
  const leads = await aWorkbook({ sheets: [{ name: 'Columns', rows }] });
  const harness = new PipelineHarness();
  harness.store.objects.set('mappings/leads.xlsx', leads);
  harness.store.objects.set('mappings/large.xlsx', Buffer.alloc(2 * 1024 * 1024));
  expect((await imported(csv, 'a.csv', harness)).summary.fileError?.code).toBe('missing_column');
  for (const mapping of ['leads', 'large']) {
    harness.options = { mapping };
    expect((await imported(csv, `${mapping}.csv`, harness)).summary.fileError).toMatchObject({
      code: 'invalid_mapping',
      message: expect.stringMatching(/more than a mapping has|expected at most/),
    });
  }
});

it('columns of signs alone are columns of their own', async () => {
  const signs = csv.replace('Favourite Colour', '%').replace('Years in business', '#');
  const { harness, mapping: workbook } = await imported(signs);
  const filled = await filledIn(
    await sheetsOf(workbook),
    { ...decisions, '%': ['Notes'], '#': ['keep out'] },
    { Nowhere: 'VIC' },
  );
  harness.store.objects.set('mappings/mapping.xlsx', filled);
  const { summary } = await imported(signs, 'b.csv', harness);
  expect(summary.fileError?.message ?? '').not.toMatch(/says of the same column/);
});

describe('what a person writes into it', () => {
  it.each([
    ['Term', ['Number of Repayments', 'fortnights'], /Columns, row 9 \("Term"\): expected a unit such as/],
    ['How much', ['Something'], /Columns, row 8 \("How much"\): "Something" is none of the meanings/],
    ['Mobile', ['Mobile', 'weeks'], /Columns, row 5 \("Mobile"\): Mobile has no unit/],
  ] as const)('%s: %j is a fault that names sheet and row', async (title, said, message) => {
    const { harness, mapping: workbook } = await imported(csv);
    const filled = await filledIn(await sheetsOf(workbook), { ...decisions, [title]: said });
    harness.store.objects.set('mappings/mapping.xlsx', filled);
    const { summary } = await imported(csv, 'b.csv', harness);
    expect(summary.fileError).toMatchObject({ code: 'invalid_mapping', message: expect.stringMatching(message) });
  });

  it('a second column of one meaning leaves the first one in its place', async () => {
    const two = csv
      .replace('E-Mail Adresse', 'Email')
      .replace('Favourite Colour', 'Broker Email')
      .replaceAll(/,(?:blue|red),/g, ',b@example.com,');
    const { harness, mapping: workbook } = await imported(two);
    const filled = await filledIn(
      await sheetsOf(workbook),
      { ...decisions, 'Broker Email': ['Email'] },
      { Nowhere: 'VIC' },
    );
    harness.store.objects.set('mappings/mapping.xlsx', filled);
    const { leads } = await imported(two, 'b.csv', harness);
    expect(leads).toMatchObject([
      { customer: { email: 'ava@example.com' } },
      { customer: { email: 'ben@example.com' } },
    ]);
  });

  it('a unit that was asked for and not said is a fault', async () => {
    const { harness, mapping: workbook } = await imported(csv);
    const { columns, values } = await sheetsOf(workbook);
    const asked = columns.map((cells) =>
      cells[0] === 'Term' ? [...cells.slice(0, 2), 'Number of Repayments', '', 'why'] : cells,
    );
    harness.store.objects.set(
      'mappings/mapping.xlsx',
      await filledIn({ columns: asked, values }, { 'How much': ['Loan Amount'] }),
    );
    const { summary } = await imported(csv, 'b.csv', harness);
    expect(summary.fileError?.message).toMatch(
      /Columns, row 9 \("Term"\): expected a unit beside it, such as "repayments"/,
    );
  });

  it('two rows of one column that say different things are a fault', async () => {
    const { harness, mapping: workbook } = await imported(csv);
    const { columns, values } = await sheetsOf(workbook);
    const twice = [...columns, ['Mobile', '2', 'keep out']];
    harness.store.objects.set('mappings/mapping.xlsx', await filledIn({ columns: twice, values }, decisions));
    const { summary } = await imported(csv, 'b.csv', harness);
    expect(summary.fileError?.message).toMatch(/Columns, row 14 \("Mobile"\): row 5 says of the same column/);
  });

  it('a text that lumi does not take is a fault of its row', async () => {
    const { harness, mapping: workbook } = await imported(csv);
    const filled = await filledIn(await sheetsOf(workbook), decisions, { Nowhere: 'XYZ' });
    harness.store.objects.set('mappings/mapping.xlsx', filled);
    const { summary } = await imported(csv, 'b.csv', harness);
    expect(summary.fileError?.message).toMatch(/Values, row \d \("Nowhere"\): expected one of ACT/);
  });

  it('keep out keeps a column out, and empties a text', async () => {
    const { harness, mapping: workbook } = await imported(csv);
    const sheets = await sheetsOf(workbook);
    const filled = await filledIn(sheets, { ...decisions, Purpose: ['Keep Out'] }, { Nowhere: 'keep out' });
    harness.store.objects.set('mappings/mapping.xlsx', filled);
    const { summary, leads } = await imported(csv, 'b.csv', harness);
    expect(summary.statuses.created).toBe(2);
    expect(summary.columns.keptOut).toEqual(['Purpose']);
    expect(leads[1]).not.toHaveProperty('customer.address');
  });

  it('a mapping that is no workbook concerns no file that is not told to use it', async () => {
    const harness = new PipelineHarness();
    harness.store.objects.set('mappings/broken.xlsx', Buffer.from('PK\u0003\u0004 no zip'));
    expect((await imported(csv, 'a.csv', harness)).summary.fileError?.code).toBe('missing_column');
  });
});

describe('words', () => {
  it('every column has a plain name, by which the importer knows it', () => {
    expect(Object.keys(plainNames)).toEqual(canonicalColumns);
    for (const [column, name] of Object.entries(plainNames)) expect(knownColumnOf(name), name).toBe(column);
  });

  it.each([
    null,
    'customer.email',
    { split: ['customer.first_name', 'customer.last_name'] },
    { column: 'company.months_in_business', unit: 'years' },
    { column: 'company.average_monthly_turnover', per: 'quarter' },
    { column: 'loan.installments', unit: 'months', repaid: 'weekly' },
    { column: 'loan.installments', unit: 'years', repaid: { column: 'How often, by "us"' } },
  ] as const)('%j is said and understood', (meaning) => {
    const words = wordsFor(meaning as Parameters<typeof wordsFor>[0]);
    expect(words && meaningOf(words)).toEqual({ meaning });
  });
});
