import { describe, expect, it } from 'vitest';
import { importCells, importText } from '../../support/import-text.ts';
import { aCsv, anAbn, aRow, type SampleRow } from '../../support/sample-rows.ts';

it.each(['രാജന്\u200d', 'രാജന്\u200d പിള്ള', 'ন্\u200d'])('a joiner that makes a letter stays: %j', async (name) => {
  const { leads } = await importCells({ 'Last Name': name });
  expect(leads[0]?.customer?.last_name).toBe(name);
  const stray = await importCells({ 'Last Name': 'Okafor\u200d' });
  expect(stray.leads[0]?.customer?.last_name).toBe('Okafor');
});

describe('values that are what they look like', () => {
  it.each<[SampleRow, string, unknown]>([
    [{ Mobile: '0491570156.0' }, 'phone', '0491570156'],
    [{ Mobile: 'Mob 0491570110' }, 'phone', '0491570110'],
    [{ Mobile: 'ph. 0491570156' }, 'phone', '0491570156'],
    [{ Mobile: "'0491570156" }, 'phone', '0491570156'],
    [{ Email: "'mira@example.com" }, 'email', 'mira@example.com'],
    [{ 'First Name': "'Mira" }, 'first_name', 'Mira'],
    [{ 'Last Name': "'t Hooft" }, 'last_name', "'t Hooft"],
    [{ 'First Name': "'Ofa" }, 'first_name', "'Ofa"],
    [{ 'Last Name': "'Akau'ola" }, 'last_name', "'Akau'ola"],
    [{ 'First Name': "'Ofa", Mobile: "'0491570156" }, 'first_name', 'Ofa'],
    [{ 'Last Name': "'Okafor", Email: "'anna@example.com" }, 'last_name', 'Okafor'],
    [{ Email: "'anna@example.com" }, 'email', 'anna@example.com'],
    [{ 'Last Name': 'O‘Brien' }, 'last_name', 'O‘Brien'],
    [{ 'Last Name': 'Fa‘asavalu' }, 'last_name', 'Fa‘asavalu'],
    [{ DOB: '29/02/00' }, 'date_of_birth', '2000-02-29'],
    [{ DOB: '27/Mar/1985' }, 'date_of_birth', '1985-03-27'],
    [{ DOB: '27.mar.1985' }, 'date_of_birth', '1985-03-27'],
    [{ DOB: '19850327' }, 'date_of_birth', '1985-03-27'],
    [{ DOB: 'Wed Mar 27 1985' }, 'date_of_birth', '1985-03-27'],
    [{ DOB: 'Wed Mar 27 1985 00:00:00 GMT+1100 (Australian Eastern Daylight Time)' }, 'date_of_birth', '1985-03-27'],
    [{ DOB: 'Wed, 27 Mar 1985 00:00:00 GMT' }, 'date_of_birth', '1985-03-27'],
    [{ DOB: 'Wednesday 27/03/1985' }, 'date_of_birth', '1985-03-27'],
    [{ DOB: '27/03/1985 12:00:00 a.\u00a0m.' }, 'date_of_birth', '1985-03-27'],
    [{ DOB: '27/03/1985 0:00:00 AM' }, 'date_of_birth', '1985-03-27'],
    [{ DOB: '27.03.1985 0:00 Uhr' }, 'date_of_birth', '1985-03-27'],
    [{ DOB: '27.03.1985 00.00.00' }, 'date_of_birth', '1985-03-27'],
    [{ DOB: '1985-03-27T00' }, 'date_of_birth', '1985-03-27'],
    ...[
      '27/03/1985, 12:00:00 am',
      '27/03/1985, 12:00:00\u202fam',
      '27/03/1985, 00:00:00',
      '27.3.1985, 00:00',
      '1985-03-27 00:00:00+00',
      'Mar 27 1985 12:00:00:000AM',
      '1985-03-27Z',
      '1985-03-27+10:00',
      '1985-03-27T00:00:00+10:00[Australia/Sydney]',
      '1985. 03. 27.',
    ].map((DOB): [SampleRow, string, unknown] => [{ DOB }, 'date_of_birth', '1985-03-27']),
    ...[
      '-0001-11-30',
      '-0001-11-30T00:00:00+00:00',
      '30/11/-0001',
      'Nov 30 -0001',
      'Jan  1 1900 12:00AM',
      '0000',
      '00/00',
      '1858-11-17',
      '00/Jan/1900',
      '30/12/1899, 12:00:00 am',
    ].map((DOB): [SampleRow, string, unknown] => [{ DOB }, 'date_of_birth', undefined]),
    ...['00000000', '1904-01-01', '9999-12-31', '31/12/9999', '  /  /    ', '__/__/____', '01/01/0100', '1/1/1800'].map(
      (DOB): [SampleRow, string, unknown] => [{ DOB }, 'date_of_birth', undefined],
    ),
    [{ DOB: '0-Jan-1900' }, 'date_of_birth', undefined],
    [{ DOB: '12:00:00 AM' }, 'date_of_birth', undefined],
    [{ DOB: '0000-01-01' }, 'date_of_birth', undefined],
    [{ 'Licence Number': '01234567.0' }, 'drivers_license_number', '01234567'],
    [{ 'Licence Number': "'01234567" }, 'drivers_license_number', '01234567'],
  ])('%j', async (cells, member, value) => {
    const { leads, report } = await importCells(cells);
    expect(report[0]?.['lead__Error']).toBe('');
    const { customer = {} } = leads[0] ?? {};
    expect((customer as Record<string, unknown>)[member]).toEqual(value);
  });

  it.each<[SampleRow, number]>([
    [{ Amount: "'50000" }, 50_000],
    [{ Amount: 'A$ 50,000' }, 50_000],
    [{ Amount: 'AU$50,000' }, 50_000],
  ])('%j is an amount', async (cells, amount) => {
    expect((await importCells(cells)).leads[0]?.loan?.requested_amount).toBe(amount);
  });

  it.each([`ABN/ACN: ${anAbn(7)}`, `${anAbn(7)} (ABN)`, `${anAbn(7)}.0`, `'${anAbn(7)}`])(
    '%s is an ABN',
    async (ABN) => {
      expect((await importCells({ ABN })).leads[0]?.company?.abn).toBe(Number(anAbn(7)));
    },
  );

  it.each<SampleRow>([
    { DOB: '0001-03-27' },
    { DOB: '41' },
    { DOB: '1900-02-10' },
    { DOB: '27/03/1985 12:00:00 PM' },
    { DOB: '27/03/0085' },
    { 'Licence Number': '#N/A' },
    { 'Licence Number': '[object Object]' },
    { 'Business Name': '[null]' },
    { 'Business Name': '<nil>' },
    { 'Business Name': '[object Object],[object Object]' },
    { 'Business Name': 'undefined undefined' },
    { 'Business Name': '#REF! #REF!' },
    { 'Business Name': '1.#QNAN' },
    { 'Business Name': 'Jos‚ Pty' },
    { 'Months in Business': '2020' },
    { Website: 'www.a.com/www.b.com' },
    { Website: 'www.a.comwww.b.com' },
  ])('%j is refused', async (cells) => {
    expect((await importCells(cells)).report[0]?.['lead__Status']).toBe('rejected');
  });

  it.each([
    'Caf=E9',
    'Okafor=20Pty',
    'O=92Brien Co',
    'Okafor_x000d_',
    'Caf\\u{e9}',
    'A\\/B Co',
    'Okafor &copy Co',
    '<b>Okafor</b>',
    'Caf&eacute Nord',
    'Caf\\xe9',
    'Wattle<br>Tiling',
    'Wattle\\,Tiling',
  ])('%s is sent with a warning', async (name) => {
    const { summary } = await importCells({ 'Business Name': name });
    expect(summary.warnings).toMatchObject([{ code: 'encoded_text', lines: [2] }]);
  });

  it.each(['term=24', 'see https://example.com/x?id=21', 'Okafor (https://example.com/?pvs=84&x=3)', 'rate=12.5'])(
    '%s is no text of an e-mail',
    async (notes) => {
      expect((await importCells({ Notes: notes })).summary.warnings).toEqual([]);
    },
  );

  it.each([
    ['Mon 03/04/1985', '1979-03-27', /another one of the week/],
    ['"Tuesday, 05/06/1990"', 'Wed 03/27/1985', /another date of this column is month first/],
    ['03/04/1985', "'03/27/1985", /another date of this column is month first/],
  ])('%s is no date to be sure of beside %s', async (doubtful, clear, words) => {
    const { report } = await importCells({ DOB: doubtful.replaceAll('"', '') }, { DOB: clear });
    expect(report[0]?.['lead__Error']).toMatch(words);
  });

  it('a date that is in no calendar shows no order', async () => {
    const { report } = await importCells({ DOB: '1985-04-03' }, { DOB: '1985-31-02' });
    expect(report[0]?.['lead__Error']).toBe('');
  });

  it('a retry file that comes back as it is sends no date that could be another', async () => {
    const row = {
      ...aRow(1),
      DOB: '1985-04-03',
      lead__Status: 'rejected',
      lead__ErrorCode: 'ambiguous_iso_date:customer.date_of_birth',
    };
    const short = {
      ...aRow(2),
      DOB: '01/02/03',
      lead__Status: 'rejected',
      lead__ErrorCode: 'ambiguous_date:customer.date_of_birth',
    };
    const { leads } = await importText(aCsv([row, short]));
    expect(leads).toEqual([]);
    const mended = await importText(
      aCsv([
        { ...row, DOB: '4 March 1985' },
        { ...short, DOB: '2001-02-03' },
      ]),
    );
    expect(mended.leads).toHaveLength(2);
  });

  it.each([
    ['01/02/03', '85/03/27', /another date of this column has its year first/],
    ['1985-03-04', '1979-27-03', /another date of this column has its day before its month/],
  ])('%s beside %s could be another date', async (doubtful, clear, words) => {
    const { report, leads } = await importCells({ DOB: doubtful }, { DOB: clear }, { DOB: '1985-03-27' });
    expect([leads.length, report[0]?.['lead__Error']]).toEqual([1, expect.stringMatching(words)]);
  });

  it('a zero date is no evidence of an order, and contradicts no other date', async () => {
    const { leads } = await importCells({ DOB: '03/04/1985' }, { DOB: '05/06/1979' }, { DOB: '12/30/1899' });
    expect(leads).toHaveLength(3);
    const two = await importCells({ DOB: '0/0/0000', 'Date of Birth': '27/03/1985' });
    expect(two.leads[0]?.customer?.date_of_birth).toBe('1985-03-27');
  });

  it('a value that is not known leaves it to the other column', async () => {
    const { leads } = await importCells({ Mobile: 'N/A', Phone: '02 9876 5432' });
    expect(leads[0]?.customer?.phone).toBe('0298765432');
  });

  it('a dotted capital is the letter that it looks like', async () => {
    const { summary } = await importText(aCsv(['Şahin', 'ŞAHİN'].map((name) => aRow(1, { 'Last Name': name }))));
    expect(summary.statuses).toMatchObject({ created: 1, duplicate: 1 });
  });
});
