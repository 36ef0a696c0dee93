import { describe, expect, it } from 'vitest';
import { storyOf } from '../../../shared/report/sentences.ts';
import { importText } from '../../support/import-text.ts';
import { aCsv, anAbn, aRow, rows, type SampleRow } from '../../support/sample-rows.ts';

const codes = (report: readonly Readonly<Record<string, string>>[]): string[] =>
  report.map((row) => row['lead__ErrorCode'] ?? '');

/** A row with cells before or instead of its own. */
const table = (...cells: readonly SampleRow[]): string => aCsv(cells.map((each, index) => aRow(index + 1, each)));

describe('several headers of one column', () => {
  it('in each row the one that is filled in counts, with a warning', async () => {
    const { summary, leads } = await importText(
      table({ Email: '', 'E-mail Address': 'a@example.com' }, { Email: 'b@example.com' }),
    );
    expect(leads.map(({ customer }) => customer?.email)).toEqual(['a@example.com', 'b@example.com']);
    expect(summary.warnings).toMatchObject([{ code: 'several_columns', column: 'customer.email', lines: [1] }]);
  });

  it.each([
    [{ Email: 'a@example.com', 'E-mail Address': 'b@example.com' }, 'two_values:customer.email'],
    [{ Email: 'a@example.com', 'E-mail Address': 'A@Example.com' }, ''],
    [{ Amount: '50000', 'Loan Amount': '$50,000.00' }, ''],
    [{ Amount: '50000', 'Loan Amount': '5000' }, 'two_values:loan.requested_amount'],
    [{ DOB: '27/03/1985', 'Date of Birth': '1985-03-27' }, ''],
    [{ State: 'NSW', 'Home State': 'New South Wales' }, ''],
    [{ State: 'NSW', 'Home State': 'Victoria' }, 'two_values:customer.address.state'],
    [{ Mobile: '0491570156', Phone: '02 9876 5432' }, ''],
    [{ Mobile: '', 'Home Phone': '02 9876 5432', 'Work Phone': '02 9876 5433' }, ''],
    [{ ABN: anAbn(1), ACN: '004 085 616' }, ''],
    [{ ABN: '', ACN: '004 085 616' }, 'acn_leading_zero:company.abn'],
    [{ 'Business ABN': anAbn(2), ABN: anAbn(1) }, 'two_values:company.abn'],
  ])('%j: %s', async (cells, code) => {
    const { report } = await importText(table(cells));
    expect(codes(report)).toEqual([code]);
  });

  it('a problem names both columns, and the second of one name by its number', async () => {
    const [header = '', row = ''] = table({ Email: 'a@example.com' }).split('\n');
    const { report, summary } = await importText(`${header},Email\n${row},b@example.com\n`);
    expect(report[0]?.['lead__Error']).toContain('Email holds "a@example.com" and Email (2) holds "b@example.com"');
    expect(Object.keys(summary.columns.mapped)).toContain('Email (2)');
  });

  it('a mapping file says which one counts', async () => {
    const csv = table({ Email: 'a@example.com', 'E-mail Address': 'b@example.com' });
    const columns = { 'E-mail Address': 'customer.email' };
    const { leads } = await importText(csv, { a: { columns, headers: csv.split('\n')[0]?.split(',') } });
    expect(leads[0]?.customer?.email).toBe('b@example.com');
  });
});

describe('a number in the unit of the file', () => {
  const inUnit = (meaning: object, cells: SampleRow) => {
    const header = Object.keys(aRow(1, cells));
    return importText(table(cells), { a: { columns: { It: meaning }, headers: header } });
  };
  const term = (unit: string, repaid: unknown) => ({ column: 'loan.installments', unit, repaid });

  it.each([
    [term('months', 'monthly'), '36', 36],
    [term('months', 'weekly'), '12', 52],
    [term('months', 'fortnightly'), '36 months', 78],
    [term('years', 'weekly'), '3', 156],
    [term('years', 'weekly'), '1.5', 78],
    [term('years', 'quarterly'), '2 yrs', 8],
    [term('years', 'monthly'), '18 months', 18],
    [term('years', 'monthly'), '1 year 6 months', 18],
    [term('weeks', 'weekly'), '52', 52],
    [term('months', { column: 'Frequency' }), '12', 26],
  ])('%j reads %s as %d repayments', async (meaning, cell, installments) => {
    const { leads } = await inUnit(meaning, { Instalments: '', It: cell, Frequency: 'Bi-weekly' });
    expect(leads.map(({ loan }) => loan?.installments)).toEqual([installments]);
  });

  it.each([
    [term('weeks', 'monthly'), '3', '', 'not_whole_repayments:loan.installments'],
    [term('months', 'weekly'), '7', '', 'not_whole_repayments:loan.installments'],
    [term('months', { column: 'Frequency' }), '12', '', 'unknown_frequency:loan.installments'],
    [term('months', { column: 'Frequency' }), '12', 'now and then', 'unknown_frequency:loan.installments'],
    [term('months', 'monthly'), 'a while', '', 'not_a_number:loan.installments'],
  ])('%j refuses %s', async (meaning, cell, frequency, code) => {
    const { report } = await inUnit(meaning, { Instalments: '', It: cell, Frequency: frequency });
    expect(codes(report)).toEqual([code]);
  });

  it('a number that is out of range in its own unit is told with what it comes to', async () => {
    const { report } = await inUnit(term('years', 'weekly'), { Instalments: '', It: '36' });
    expect(report[0]?.['lead__Error']).toContain('It holds "36", which comes to "1872"');
  });

  it.each([
    [{ column: 'company.average_monthly_turnover', per: 'year' }, '$600,000', 50_000],
    [{ column: 'company.average_monthly_turnover', per: 'quarter' }, '150000', 50_000],
    [{ column: 'company.average_monthly_turnover', per: 'week' }, '12000', 52_000],
  ])('%j reads %s as %d a month', async (meaning, cell, turnover) => {
    const { leads } = await inUnit(meaning, { It: cell });
    expect(leads[0]?.company?.average_monthly_turnover).toBe(turnover);
  });

  it.each([
    ['years', '2.5', 30],
    ['years', '5 years', 60],
    ['weeks', '52', 12],
    ['months', '18', 18],
  ])('%s: %s is %d months in business', async (unit, cell, months) => {
    const { leads } = await inUnit({ column: 'company.months_in_business', unit }, { It: cell });
    expect(leads[0]?.company?.months_in_business).toBe(months);
  });

  it.each([
    [{ column: 'loan.installments', unit: 'months' }, 'repaid'],
    [{ column: 'loan.installments', unit: 'months', repaid: 'daily' }, 'repaid'],
    [{ column: 'loan.installments', unit: 'months', repaid: { column: 'Nowhere' } }, 'does not have'],
    [{ column: 'customer.email', unit: 'months' }, 'is for company.months_in_business'],
    [{ column: 'company.average_monthly_turnover', per: 'day' }, 'week, month, quarter, year'],
  ])('%j is a mapping that cannot be used', async (meaning, said) => {
    const { summary } = await inUnit(meaning, { It: '1' });
    expect(summary.fileError).toMatchObject({ code: 'invalid_mapping', message: expect.stringContaining(said) });
  });
});

it('a mapping without its column of repayments does not hide that a column is missing', async () => {
  const repaid = { column: 'Nowhere' };
  const columns = { Term: { column: 'loan.installments', unit: 'months', repaid }, Email: null };
  const row = { ...aRow(1), Term: '12' };
  const { summary } = await importText(aCsv([row]), { it: { columns, headers: Object.keys(row) } });
  expect(summary.errors.map(({ code }) => code)).toEqual(['missing_column', 'invalid_mapping']);
  expect(summary.fileError?.message).toMatch(/Email.*"Nowhere", which the header does not have/s);
});

describe('a mapping file that knows its header', () => {
  const csv = aCsv([{ ...aRow(1), Colour: 'red', Purpose: 'x' }]).replace('Amount', 'Dollars');
  const names = csv.split('\n')[0]?.split(',') ?? [];
  const mapping = { columns: { Dollars: 'loan.requested_amount', Purpose: null }, headers: names };

  it('is found by it, whatever the order and case of its names', async () => {
    const headers = names.map((name) => ` ${name.toUpperCase()}`).toReversed();
    const { summary, leads } = await importText(csv, { acme: { ...mapping, headers }, other: { headers: ['A'] } });
    expect(leads).toHaveLength(1);
    expect(summary.mapping).toEqual({ key: 'mappings/acme.json', versionId: null, found: 'header' });
    expect(summary.columns.keptOut).toEqual(['Purpose']);
    expect(storyOf(summary, { how: '' }).furtherSentences.join('\n')).toMatch(
      /^Filled in and not sent: Colour \(1 row\)\./m,
    );
  });

  it('is not found where somebody has only tried it in a check', async () => {
    const { summary } = await importText(csv, { 'cli-check-acme-1a2b3c4d': mapping });
    expect(summary.mapping).toBeNull();
  });

  it('is found for the retry file too', async () => {
    const retry = csv
      .replace('First Name', 'lead__Line,lead__Status,First Name')
      .replace('\nFirst1', '\n2,rejected,First1');
    expect((await importText(retry, { acme: mapping })).leads).toHaveLength(1);
  });

  it.each<[what: string, change: (header: string) => string]>([
    ['added', (header) => `${header},Done?`],
    ['renamed', (header) => header.replace('Colour', 'Color')],
  ])('is found for a retry file in which a column was %s', async (what, change) => {
    const [header = '', ...rest] = csv.trimEnd().split('\n');
    const lines = rest.map((line) => `2,rejected,${line}${what === 'added' ? ',yes' : ''}`);
    const { summary } = await importText([`lead__Line,lead__Status,${change(header)}`, ...lines].join('\n'), {
      acme: { ...mapping, dates: 'MDY' },
    });
    expect(summary.mapping).toMatchObject({ key: 'mappings/acme.json', found: 'header' });
    expect(summary.warnings).toMatchObject([{ code: 'changed_header', column: 'mappings/acme.json' }]);
  });

  it('is not used for nearly the same header of another file, and a warning names it', async () => {
    const [header = '', ...rest] = aCsv(rows(2)).trimEnd().split('\n');
    const names = header.split(',');
    const file = [`${header},Campaign`, ...rest.map((line) => `${line},x`)].join('\n');
    const { summary, leads } = await importText(file, { acme: { columns: { Notes: null }, headers: names } });
    expect(summary).toMatchObject({ mapping: null, warnings: [{ code: 'mapping_not_used' }] });
    expect(leads).toHaveLength(2);
    const other = await importText(file, { acme: { columns: { Notes: null }, headers: names.slice(0, 5) } });
    expect(other.summary.warnings).toEqual([]);
  });

  it('is not used for another header', async () => {
    const { summary } = await importText(csv.replace('Colour', 'Color'), { acme: mapping });
    expect(summary).toMatchObject({ mapping: null, fileError: { code: 'missing_column' } });
  });

  it('of several the one that was written last is used, and a warning names the others', async () => {
    const latest = await importText(csv, { zulu: { ...mapping, columns: {} }, acme: mapping });
    expect(latest.summary.mapping?.key).toBe('mappings/acme.json');
    expect(latest.leads).toHaveLength(1);
    const { summary } = await importText(csv, { acme: mapping, old: mapping });
    expect(summary.warnings).toMatchObject([{ code: 'several_mappings', column: 'mappings/acme.json' }]);
  });

  it('that cannot be used refuses the file; one that cannot be read concerns nobody', async () => {
    const { summary } = await importText(csv, { acme: { ...mapping, dates: 'YDM' }, broken: '{' });
    expect(summary.fileError).toMatchObject({ code: 'invalid_mapping' });
  });

  it('finds a header none of whose names is known', async () => {
    const columns = Object.fromEntries(Object.keys(aRow(1)).map((name, at) => [`Feld ${at}`, name]));
    const own = aCsv(rows(2)).split('\n');
    const meanings = [
      'customer.first_name',
      'customer.last_name',
      'customer.email',
      'customer.phone',
      'company.name',
      'company.abn',
      'loan.requested_amount',
      'loan.installments',
      'loan.notes',
      'documents',
    ];
    const german = {
      columns: Object.fromEntries(Object.keys(columns).map((name, at) => [name, meanings[at]])),
      headers: Object.keys(columns),
    };
    const { leads } = await importText(['Bericht', Object.keys(columns).join(','), ...own.slice(1)].join('\n'), {
      german,
    });
    expect(leads).toHaveLength(2);
  });
});

it('a mapping that a command line has brought is told by the name of its own file', async () => {
  const csv = table({});
  const headers = csv.split('\n')[0]?.split(',');
  const { summary } = await importText(csv, { 'cli-partner-636fd57d': { headers, dates: 'YMD' } });
  expect(summary.fileError?.message).toContain('The mapping file partner.json cannot be used');
});

it('a value of the mapping that lumi would not take refuses the file, and names the place', async () => {
  const values = { 'loan.reason_for_loan': { 'Fit-out': 'equipment' } };
  const csv = table({ Purpose: 'Fit-out' });
  const { summary } = await importText(csv, { a: { values, headers: csv.split('\n')[0]?.split(',') } });
  expect(summary.fileError).toMatchObject({ code: 'invalid_mapping', message: expect.stringContaining('"Fit-out"') });
});

it('columns that are filled in and not sent are counted, and named to people', async () => {
  const { summary } = await importText(
    table({ Colour: 'red', Size: '', Flag: 'x' }, { Colour: '', Size: ' ', Flag: 'y' }),
  );
  expect(summary.notSent).toEqual([
    { header: 'Colour', filled: 1 },
    { header: 'Flag', filled: 2 },
  ]);
});

it.each([
  ['Mobile', 'Client Phon Number', 'customer.phone'],
  ['Mobile', 'How to reach them', 'customer.phone'],
  ['ABN', 'TaxNumber', 'company.abn'],
  ['First Name', 'Full Name', 'customer.first_name'],
])('a missing column is guessed by what the columns hold: %s as %s', async (known, title, missing) => {
  const csv = table({ 'First Name': 'Mira Okafor' }, { 'First Name': 'Jo Marble' }).replace(known, title);
  const { summary } = await importText(csv);
  expect(summary.fileError?.message).toContain(`${missing} (is it "${title}"?)`);
});

it('a column whose values do not fit is no guess', async () => {
  const { summary } = await importText(table({ Mobile: 'red' }).replace('Mobile', 'Moblie'));
  expect(summary.fileError?.message).not.toContain('is it');
});
