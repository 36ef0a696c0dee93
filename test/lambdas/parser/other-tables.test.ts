import { describe, expect, it } from 'vitest';
import { importText } from '../../support/import-text.ts';
import { aCsv, anAbn, aRow } from '../../support/sample-rows.ts';

describe('a habit of short rows', () => {
  const [head = '', ...good] = aCsv([aRow(1, { Notes: 'a' }), aRow(2, { Notes: 'b' })])
    .trimEnd()
    .split('\n');
  // A delimiter is lost: its notes move into the place before them, and everything reads well.
  const lost = aCsv([aRow(9, { Notes: 'WattleParramatta' })])
    .trimEnd()
    .split('\n')[1]
    ?.slice(0, -1);
  const statusOfLost = async (...lines: readonly string[]) => {
    const { report } = await importText([head, good[0], ...lines, lost, good[1]].join('\n'));
    return report.find((row) => row['First Name'] === 'First9')?.['lead__Status'];
  };

  it.each([
    ['remarks of two cells', ['# one, two', '# three, four', '# five, six']],
    ['places', ['Sydney, NSW', 'Melbourne, VIC', 'Perth, WA']],
    ['totals', ['Total,3', 'Total,4', 'Total,5']],
    ['addresses', ['a@example.com', 'b@example.com', 'c@example.com']],
    ['rows that are cut off', ['Mira,Marble,mira@example.com', 'Jo,Marble,jo@example.com', 'Al,Marble,al@example.com']],
  ])('is not made by %s', async (_, lines) => {
    expect(await statusOfLost(...lines)).toBe('rejected');
  });

  it('is made by three leads that are good', async () => {
    const short = good.map((line) => line.replace(/,a,$|,b,$/, ''));
    const third =
      aCsv([aRow(3)])
        .trimEnd()
        .split('\n')[1]
        ?.slice(0, -2) ?? '';
    expect(await statusOfLost(...short, third)).toBe('created');
  });
});

it.each(['\ufeff', 'ï»¿'])(
  'a mark of the byte order %j before the header again costs nothing, in quotes or not',
  async (mark) => {
    const quoted = (cells: readonly string[]): string => cells.map((cell) => `"${cell}"`).join(',');
    const table = (numbers: readonly number[], write: (cells: readonly string[]) => string): string =>
      [Object.keys(aRow(1)), ...numbers.map((number) => Object.values(aRow(number)))].map(write).join('\r\n');
    for (const write of [quoted, (cells: readonly string[]) => cells.join(',')]) {
      const { summary } = await importText(`\ufeff${table([1], write)}\r\n${mark}${table([2], write)}`);
      expect(summary.statuses).toMatchObject({ created: 2, ignored: 1 });
    }
  },
);

it.each([
  ['types', 'text,text,email,phone,text,number,currency,number,text,text'],
  ['what is required', 'required,optional,required,required,required,required,required,required,optional,optional'],
  ['rules', '---,---,---,---,---,---,---,---,---,---'],
  [
    'names of a program',
    'properties.firstname,properties.lastname,properties.email,properties.mobile,company,abn,amount,instalments,notes,documents',
  ],
])('a line of %s below the header is no lead', async (_, line) => {
  const [head, ...rows] = aCsv([aRow(1)])
    .trimEnd()
    .split('\n');
  const { summary } = await importText([head, line, ...rows].join('\n'));
  expect(summary.statuses).toMatchObject({ created: 1, ignored: 1 });
});

it('another header of one more column is no header again', async () => {
  const [head = '', row = ''] = aCsv([aRow(1)])
    .trimEnd()
    .split('\n');
  const { summary } = await importText([head, row, `${head},Colour`, `${row},red`].join('\n'));
  expect(summary.fileError?.code).toBe('second_header');
});

it.each(["'", '“'])('a file whose cells stand in %s is told so once', async (quote) => {
  const end = quote === '“' ? '”' : quote;
  const lines = aCsv([aRow(1)])
    .trimEnd()
    .split('\n');
  const text = lines
    .map((line) =>
      line
        .split(',')
        .map((cell) => `${quote}${cell}${end}`)
        .join(','),
    )
    .join('\n');
  const { summary } = await importText(text);
  expect(summary.errors.map(({ code }) => code)).toEqual(['stray_quote']);
});

it('where no line is the header the one of most names is taken, and no line of groups', async () => {
  const names = ['First', 'Surname', 'Mail', 'Mob', 'Company', 'ABN no', 'Amount req.', 'Term', 'Suburb'];
  const groups = ['Client', '', 'Contact', '', 'Company', '', 'Loan', '', ''];
  const { summary } = await importText([groups, names, ['Mira', 'Okafor']].map((cells) => cells.join(',')).join('\n'));
  expect(summary.fileError?.message).toContain('"Amount req."');
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
    ['a folder of documents', 'Mira,Marble,,,,,,,,smith', 'required:customer.email'],
    [
      'details in words',
      'Jo,Smith,jo at example dot com,(call the office),Smith,to come,fifty,soon',
      'invalid_email:customer.email',
    ],
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

  it('a row of which some cells stand in one pair of quotes is told so', async () => {
    const [first = ''] = good;
    const cells = first.split(',');
    const { report } = await importText(
      [head, ...good.slice(1), `"${cells.slice(0, 4).join(',')}","${cells.slice(4).join(',')}"`].join('\n'),
    );
    expect(report[2]?.['lead__Error']).toContain('one pair of quotes');
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

  it('are another header where rows stand above them, or a column means another one', async () => {
    const [row = ''] = lines;
    for (const text of [
      [head, row, below.join(','), ...lines],
      [head, row, head.replace('Amount', 'Weeks').replace('Instalments', 'Facility'), ...lines],
      [head, row, head.replace('Amount', 'Instalments').replace('Instalments', 'Facility'), ...lines],
    ]) {
      const { summary, leads } = await importText(text.join('\n'));
      expect([summary.fileError?.code, leads.length]).toEqual(['second_header', 0]);
    }
    const kept = await importText([`${head},Colour`, `${row},`, `${head},Shade`, `${row},`].join('\n'));
    expect(kept.summary.statuses).toMatchObject({ created: 1, duplicate: 1, ignored: 1 });
  });

  it('are another header where two of them have changed places', async () => {
    const [one = '', two = '', ...rest] = below;
    const { summary, leads } = await importText([head, [two, one, ...rest].join(','), ...lines].join('\n'));
    expect([summary.fileError?.code, leads.length]).toEqual(['second_header', 0]);
  });
});

it.each(['{}', '[]'])('%s above a header is no JSON', async (above) => {
  const { summary } = await importText(`${above}\n${aCsv([aRow(1)])}`);
  expect(summary.statuses).toMatchObject({ created: 1 });
});
