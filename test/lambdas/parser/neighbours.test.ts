import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { importIdOf } from '../../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../../shared/bucket/keys.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, anAbn, aRow, type SampleRow } from '../../support/sample-rows.ts';

/** What came of a file, as an outsider sees it. */
const importText = async (csv: string | Uint8Array) => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', csv);
  await harness.parse(upload);
  await harness.submit();
  const summary = (await harness.report(upload)) as Summary;
  const prefix = reportPrefix(upload.key, importIdOf(upload));
  const report: Record<string, string>[] =
    summary.rows === 0
      ? []
      : parse(harness.store.text(`${prefix}report.csv`) ?? '', { columns: true, relax_column_count: true });
  return {
    summary,
    report,
    leads: harness.api.leads.map(({ payload }) => payload),
    page: harness.store.text(`${prefix}report.html`),
  };
};

const importCells = (...cells: readonly SampleRow[]) =>
  importText(aCsv(cells.map((each, index) => aRow(index + 1, each))));

describe('ends of lines that no CSV has', () => {
  const table = aCsv([aRow(1), aRow(2)])
    .trimEnd()
    .split('\n');
  it.each(['\u000b', '\u000c', '\u001c', '\u001e', '\u0000', '\u0085', '\u2028', '\\n', '\\r\\n', '<br>', '<br/>'])(
    'a file whose lines end in %j is refused, and its page shows nothing of its rows',
    async (end) => {
      for (const last of ['', '\n']) {
        const { summary, page } = await importText(`${table.join(end)}${last}`);
        expect(summary.state).toBe('refused');
        expect(page).not.toContain('person1');
      }
    },
  );
});

describe('lines that are no leads', () => {
  const header = Object.keys(aRow(1));
  const line = (...cells: readonly string[]): string =>
    [...cells, ...Array(header.length - cells.length).fill('')].join(',');
  const good = aCsv([aRow(1, { Notes: 'call', Documents: '' }), aRow(2)])
    .trimEnd()
    .split('\n');

  it.each(['Sydney office', 'Printed 29/11/2026', '***', '-- end --', 'Page 1 of 2', '\u001a'])(
    'a line of %j is ignored wherever it stands, and costs no row',
    async (remark) => {
      for (const at of [1, 2, 3]) {
        const { summary } = await importText(good.toSpliced(at, 0, line(remark)).join('\n'));
        expect(summary.statuses).toMatchObject({ created: 2, ignored: 1 });
        expect(summary.warnings).toMatchObject([{ code: 'no_leads', lines: [at + 1] }]);
      }
    },
  );

  it.each([
    ['below a cell that is one of a list', 'State', { State: 'NSW' }, { created: 1, ignored: 1 }],
    ['below a cell that is not sent', 'Referrer', { Referrer: 'Word of mouth' }, { created: 1, ignored: 1 }],
    ['below a sentence that may go on', 'Notes', { Notes: 'Called about the' }, { rejected: 2 }],
    ['below a name that may go on', 'Suburb', { Suburb: 'Parramatta' }, { rejected: 2 }],
    ['below a company that may go on', 'Business Name', { 'Business Name': 'Okafor Tiling' }, { rejected: 2 }],
  ])('a remark in small letters %s', async (_, last, cells, statuses) => {
    const { [last]: end = '', ...others } = { ...aRow(1), Notes: '', ...cells } as SampleRow;
    const text = aCsv([{ ...others, [last]: end }]).trimEnd();
    const { summary } = await importText(`${text}\nthank you`);
    expect(summary.statuses).toMatchObject(statuses);
  });

  it.each([
    [line('Total', '', '', '', '', '', '20003'), 'ignored'],
    [line('NSW Total', '', '', '', '', '', '"$20,003.00"'), 'ignored'],
    [line('Grand total:', '', '', '', '', '', '"$20,003.00"'), 'ignored'],
    [line('Total', '', '', '', '', '', '"AUD 20,003"'), 'ignored'],
    [line('', '', '', '', 'Total Tiling', '', '50000'), 'rejected'],
    [line('', '', '', '', "Average Joe's Gym", '', '50000'), 'rejected'],
    [line('', '', '', '', 'Sum Of Parts', '', '50000'), 'rejected'],
    [line('', '', '', '', '', '', '50000', '52', 'call'), 'rejected'],
    [line('', '', 'left@example.com'), 'rejected'],
    [header.join(','), 'ignored'],
    [header.map((name) => name.toUpperCase()).join(','), 'ignored'],
  ])('%s is %s', async (text, status) => {
    const { report } = await importText([...good, text].join('\n'));
    expect(report.at(-1)?.['lead__Status']).toBe(status);
  });

  it.each(['1', '2026'])('the number %s below a row costs the row nothing', async (number) => {
    const { summary } = await importText([...good, line(number)].join('\n'));
    expect(summary.statuses).toMatchObject({ created: 2, rejected: 1 });
  });

  it('a line with the id of a lead is a row, whatever else it holds', async () => {
    const csv = `lead__Id,${header.join(',')}\n5b3c41aa9e8dec24a3117b3c,Mira${','.repeat(header.length - 1)}\n`;
    const { report } = await importText(csv);
    expect(report[0]?.['lead__Status']).not.toBe('ignored');
  });
});

describe('rows that were written for another table', () => {
  const [head = '', ...good] = aCsv([aRow(1), aRow(2), aRow(3)])
    .trimEnd()
    .split('\n');
  const width = head.split(',').length;
  const codesBelow = async (...below: readonly string[]) => {
    const { summary, report, leads } = await importText([head, ...good, ...below].join('\n'));
    expect([summary.state, leads.length]).toEqual(['completed', 3]);
    return report.slice(3).map((row) => row['lead__ErrorCode']);
  };
  const padded = (line: string): string => `${line}${','.repeat(width - line.split(',').length)}`;

  it.each([
    ['of offices', ['Office,Leads', 'Parramatta,3', 'Sydney,4']],
    ['of one line', ['Prepared by,Dan Quill']],
    ['of states and counts', ['State,Count,Share', 'NSW,12,40%', 'VIC,18,60%']],
    ['of brokers', ['Broker,Accreditation,Office', 'Dan Quill,88123,Sydney', 'Jen Fox,88124,Perth']],
    ['with words in the columns of details', ['a,b,not known,call her,Acme,n/a,soon,weekly']],
  ])('a table %s below the leads: its cause, once a line', async (_, table) => {
    expect(await codesBelow(...table)).toEqual(table.map(() => 'nothing_of_a_lead'));
    expect(await codesBelow(...table.map(padded))).toEqual(table.map(() => 'nothing_of_a_lead'));
  });

  it.each([
    ['a phone', 'Mira,Marble,,0491570110', 'required:customer.email'],
    ['a phone that is wrong', 'Mira,Marble,,0491', 'required:customer.email'],
    ['a phone in another column', 'Mira,0491570110', 'required:customer.email'],
    ['an amount', 'Mira,Marble,,,,,50000', 'required:customer.email'],
    ['an ABN', `Mira,Marble,,,,${anAbn(9)}`, 'required:customer.email'],
    ['an e-mail address', 'Mira,Marble,mira@example.com', 'required:customer.phone'],
    ['a document', 'Mira,Marble,,,,,,,,id.pdf', 'required:customer.email'],
  ])('a row with %s is told all that it lacks', async (_, line, code) => {
    const [codes] = await codesBelow(padded(line));
    expect(codes).toContain(code);
  });

  it.each([
    [';', /separated by ; and those of the header by ,/],
    ['\t', /separated by a tab and/],
    ['|', /separated by \| and/],
  ])('a row that is separated by %j: its cause, once', async (sign, words) => {
    for (const replaced of [good[0], good[0]?.replace('Company 1', 'Company 1 with a name')]) {
      const { report } = await importText([head, ...good.slice(1), replaced?.replaceAll(',', sign)].join('\n'));
      expect(report[2]).toMatchObject({ lead__ErrorCode: 'undivided_row', lead__Error: expect.stringMatching(words) });
    }
  });

  it('a row that stands in quotes as a whole: its cause, once', async () => {
    const { report } = await importText([head, ...good.slice(1), `"${good[0]}"`].join('\n'));
    expect(report[2]).toMatchObject({
      lead__ErrorCode: 'undivided_row',
      lead__Error: expect.stringContaining('quotes'),
    });
  });

  it('a row that is cut off is told so, and not what it lacks by that', async () => {
    const { report } = await importText([head, ...good.slice(1), 'Mira,,mira@'].join('\n'));
    expect(report[2]?.['lead__ErrorCode']).toBe('too_few_cells;invalid_email:customer.email');
  });
});

it.each(['', '\n', '\r\n'])(
  'a file whose lines end as on a mainframe is refused, in Windows-1252 too (last %j)',
  async (last) => {
    const table = aCsv([aRow(1, { Notes: 'café' }), aRow(2)]).trimEnd();
    const bytes = Buffer.from(`${table.replaceAll('\n', '\u0085')}${last}`, 'latin1');
    const { summary, page } = await importText(bytes);
    expect(summary.fileError?.code).toBe('unknown_line_ends');
    expect(page).not.toContain('person1');
  },
);

it('rows whose ends are none below a header that has one are told why', async () => {
  const [head = '', ...lines] = aCsv([aRow(1), aRow(2), aRow(3)])
    .trimEnd()
    .split('\n');
  const { report } = await importText(`${head}\n${lines.join('\u000b')}\n`);
  expect(report[0]?.['lead__Error']).toContain('a character that no CSV ends lines with');
});

describe('the fields of another program below the header', () => {
  const names = Object.keys(aRow(1));
  const fields: Readonly<Record<string, string>> = {
    'Business Name': 'ACCOUNT_NAME',
    ABN: 'ABN__C',
    Notes: 'x_note__c',
  };
  const below = names.map((name) => fields[name] ?? name.toUpperCase().replaceAll(' ', '_'));
  const [head = '', ...lines] = aCsv([aRow(1), aRow(2)])
    .trimEnd()
    .split('\n');

  it('are no lead, and cost nothing', async () => {
    const { summary } = await importText([head, below.join(','), ...lines].join('\n'));
    expect(summary.statuses).toMatchObject({ created: 2, ignored: 1 });
  });

  it('are another header where two of them have changed places', async () => {
    const [one = '', two = '', ...rest] = below;
    const { summary, leads } = await importText([head, [two, one, ...rest].join(','), ...lines].join('\n'));
    expect([summary.fileError?.code, leads.length]).toEqual(['second_header', 0]);
  });
});

describe('messages that are true', () => {
  it.each<[SampleRow, RegExp]>([
    [{ DOB: '27/03/1985 13:45' }, /a time of day that is not midnight/],
    [{ DOB: '31/04/1985' }, /a day that is in no calendar/],
    [{ DOB: '1985' }, /a year alone/],
    [{ DOB: 'Wed Mar 27 1985 14:30:00 GMT+1100' }, /a time of day that is not midnight/],
    [{ 'Street Number': '3-Dec' }, /has made a date of it.*a unit/],
    [{ 'Street Number': '3/12' }, /^(?!.*made a date).*a unit/],
    [{ 'Months in Business': '2019-03-01' }, /holds a date: write for how many months/],
    [{ 'Number of Employees': 'many' }, /TIP Write one number, in digits. Leave the cell empty/],
    [{ Amount: 'fifty' }, /TIP Write digits only/],
    [{ Email: 'mira@@example.com' }, /with one @/],
    [{ Mobile: '0491570110 (ext. 12)' }, /without its extension/],
    [{ Mobile: '049157000' }, /found 9 digits/],
    [{ Mobile: '04915701100' }, /found 11 digits/],
    [{ Email: 'mira@exa_mple.com' }, /found _ behind the @/],
    [{ Email: 'mira@example.com;' }, /without ; behind it/],
    [{ Email: 'jürgen@example.de' }, /letters that are not a to z/],
    [{ Instalments: '24 mth' }, /lumi counts repayments/],
    [{ Instalments: '3 years' }, /lumi counts repayments/],
    [{ 'Months in Business': '2 years' }, /two years are 24/],
    [{ 'Number of Employees': '4 people' }, /without its unit/],
    [{ Documents: 'N/A' }, /Leave the cell empty/],
  ])('%j', async (cells, words) => {
    const { report } = await importCells(cells);
    expect(`${report[0]?.['lead__Error']} TIP ${report[0]?.['lead__Tip']}`).toMatch(words);
  });

  it('a midnight of Greenwich is a date', async () => {
    const { leads } = await importCells({ DOB: '1985-03-27 00:00:00 UTC' });
    expect(leads[0]?.customer?.date_of_birth).toBe('1985-03-27');
  });
});

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

  it.each(['Caf=E9', 'Caf&eacute Nord', 'Caf\\xe9', 'Wattle<br>Tiling', 'Wattle\\,Tiling'])(
    '%s is sent with a warning',
    async (name) => {
      const { summary } = await importCells({ 'Business Name': name });
      expect(summary.warnings).toMatchObject([{ code: 'encoded_text', lines: [2] }]);
    },
  );

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
