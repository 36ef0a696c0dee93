import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromMetadata, toMetadata } from '../../shared/bucket/metadata-text.ts';
import { aWorkbook } from '../support/a-workbook.ts';
import { addsUp, type EmbeddedSystem, startSystem, statusesOf } from '../support/embedded-system.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

let system: EmbeddedSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  await system.stop();
});

const creations = (): number => system.api.requests.create;

it('an option travels with letters that S3 writes in its own way', async () => {
  const header = Object.keys(aRow(1));
  const sheets = ['Übersicht 2026', '東京'].map((name, index) => ({
    name,
    rows: [header, header.map((column) => aRow(4_000 + index)[column] ?? '')],
  }));
  const workbook = await aWorkbook({ sheets });
  for (const [name, sheet] of [
    ['as the console writes it', '=?UTF-8?Q?=C3=9Cbersicht_2026?='],
    ['as this project writes it', toMetadata('東京')],
  ] as const) {
    const { summary } = await system.import(`incoming/${name}.xlsx`, workbook, { sheet });
    expect([summary.source.sheet, summary.statuses.created]).toEqual([fromMetadata(sheet), 1]);
  }
});

describe('guarantee 4: nothing is sent from a file that cannot be read to its end', () => {
  const broken: readonly [name: string, content: string | Uint8Array, code: string, line: number | null][] = [
    [
      'unclosed-quote',
      `${aCsv(rows(60))}First,"Last,a@example.com\n${aCsv(rows(3)).split('\n')[1]}\n`,
      'unclosed_quote',
      62,
    ],
    ['stray-quote', `${aCsv(rows(30))}First,La"st,a@example.com\n`, 'stray_quote', 32],
    ['empty', '', 'empty_file', null],
    ['workbook', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0), 'workbook_damaged', null],
    ['page', '<!doctype html><html><body>Please sign in</body></html>', 'not_a_table', null],
    ['no-email-column', 'First Name,Mobile\nAva,0491570006\n', 'missing_column', 1],
  ];

  it.each(broken)(
    'the broken file %s is refused with its fault, and nothing is sent',
    async (name, content, code, line) => {
      const before = creations();
      const done = await system.import(`incoming/${name}.csv`, content);
      expect(done.summary.fileError).toMatchObject({ code, line });
      expect(done.summary).toMatchObject({ state: 'refused', rows: 0 });
      expect(addsUp(done)).toBe(true);
      expect(done.html).toContain('refused');
      expect(creations()).toBe(before);
    },
  );

  it('the refusal of a file names the missing column and suggests what was meant', async () => {
    const done = await system.import('incoming/slip.csv', 'First Name,Emial,Mobile,Company,ABN,Amount,Instalments\n');
    expect(done.summary.fileError?.message).toContain('customer.email');
    expect(done.summary.fileError?.message).toContain('"Emial"');
  });

  it('the report of a file without a header repeats none of its cells', async () => {
    const done = await system.import(
      'incoming/headless.csv',
      aCsv([aRow(1)])
        .split('\n')
        .slice(1)
        .join('\n'),
    );
    expect(done.summary.fileError).toMatchObject({ code: 'missing_column' });
    expect(done.html + JSON.stringify(done.summary)).not.toMatch(/First1|person1|Company 1/);
  });

  it('a file above max-rejected is refused as a whole, and its good rows are not sent', async () => {
    const before = creations();
    const table = [aRow(501), aRow(502, { Email: 'wrong' }), aRow(503, { ABN: '1' })];
    const done = await system.import('incoming/too-bad.csv', aCsv(table), { 'max-rejected': '1' });
    expect(statusesOf(done)).toEqual(['not_sent', 'rejected', 'rejected']);
    expect(done.summary).toMatchObject({ state: 'refused', fileError: { code: 'max_rejected_exceeded' } });
    expect(done.retry).toHaveLength(3);
    expect(creations()).toBe(before);
  });

  it('lines that are no leads do not count in the share of max-rejected', async () => {
    const table = [aRow(521), aRow(522, { ABN: '1' })];
    const remarks = 'Printed on Monday\n***\nThank you for your business\n';
    const done = await system.import('incoming/remarks.csv', `${aCsv(table)}${remarks}`, { 'max-rejected': '49%' });
    expect(done.summary.fileError?.message).toContain('1 of 2 rows are rejected');
    const more = await system.import('incoming/more.csv', `${aCsv(table)}${remarks}`, { 'max-rejected': '50%' });
    expect(more.summary.statuses).toMatchObject({ created: 1, rejected: 1, ignored: 3 });
  });

  it('the good rows of a file are sent when max-rejected allows the bad ones', async () => {
    const table = [aRow(511), aRow(512), aRow(513, { ABN: '1' })];
    const done = await system.import('incoming/good-enough.csv', aCsv(table), { 'max-rejected': '34%' });
    expect(statusesOf(done)).toEqual(['created', 'created', 'rejected']);
  });
});

describe('what is dropped into the bucket', () => {
  it('a file with only a header is an import of no rows', async () => {
    const done = await system.import('incoming/header-only.csv', aCsv([aRow(1)]).split('\n')[0] ?? '');
    expect(done.summary).toMatchObject({ state: 'completed', rows: 0, fileError: null });
    expect(done.summary.warnings).toContainEqual({ code: 'no_rows', column: '', count: 1, lines: [] });
  });

  it('a file may end in lines of empty cells, as spreadsheets leave them', async () => {
    const done = await system.import('incoming/tail.csv', `${aCsv(rows(2, 641))},,,,,,,,,\n  \n, ,,,,,,,,\n`, {
      'max-rejected': '0',
    });
    expect(statusesOf(done)).toEqual(['created', 'created']);
  });

  it.each(['letter.txt', 'leads', 'leads.docx'])('a text named %s gets a report that refuses it', async (name) => {
    const done = await system.import(`incoming/${name}`, aCsv(rows(1, 621)));
    expect(done.summary.fileError?.code).toBe('not_a_table');
  });

  it('a CSV that is named as a workbook is read, with a warning', async () => {
    const done = await system.import('incoming/leads.xlsx', aCsv(rows(2, 631)));
    expect(statusesOf(done)).toEqual(['created', 'created']);
    expect(done.summary.warnings).toMatchObject([{ code: 'name_and_content_differ' }]);
  });

  it('a folder that is made in the console is ignored', async () => {
    await system.drop('incoming/folder/', '');
    await system.import('incoming/folder/one.csv', aCsv([aRow(601)]));
    expect(await system.importer.reportOf('incoming/folder/')).toBeUndefined();
  });

  it('a compressed file is imported', async () => {
    const done = await system.import('incoming/small.csv.gz', gzipSync(aCsv(rows(3, 611))));
    expect(statusesOf(done)).toEqual(['created', 'created', 'created']);
    expect(done.summary.reports.report).toMatch(/^reports\/small\/\d{8}T\d{6}Z-[0-9a-f]{8}\/report\.csv$/);
  });

  it.each([
    ['dry-run', 'perhaps'],
    ['max-rejected', 'many'],
    ['give-up-after', 'soon'],
    ['colour', 'blue'],
    ['mapping', 'none-such'],
  ])('a file with the option %s = %s is refused', async (option, value) => {
    const done = await system.import(`incoming/option-${option}.csv`, aCsv([aRow(621)]), { [option]: value });
    expect(done.summary.fileError?.message).toContain(option === 'mapping' ? 'none-such' : option);
    expect(done.summary.state).toBe('refused');
  });

  it.each([';', '\t', '|'])('a file may separate cells by %j', async (delimiter) => {
    const number = 630 + delimiter.charCodeAt(0);
    const csv = aCsv([aRow(number)]).replaceAll(',', delimiter);
    const done = await system.import(`incoming/delimiter-${number}.csv`, `\uFEFF${csv.replaceAll('\n', '\r\n')}`);
    expect(
      statusesOf({
        ...done,
        report: done.reportText
          .split('\r\n')
          .slice(1, -1)
          .map((line) => ({ lead__Status: line.split(delimiter)[1] ?? '' })),
      }),
    ).toEqual(['created']);
    expect(done.summary.source).toMatchObject({ delimiter, lineEnding: 'CRLF', encoding: 'utf-8-bom' });
    expect(done.reportText.startsWith('\uFEFFlead__Line')).toBe(true);
  });
});

describe('a dry run', () => {
  it('a dry run checks rows, documents and duplicates, and sends nothing', async () => {
    await system.importer.upload('documents/here.txt', 'here');
    await system.import('incoming/before-dry.csv', aCsv([aRow(701)]));
    const before = creations();
    const table = [
      aRow(701),
      aRow(702),
      aRow(703, { Email: 'wrong' }),
      aRow(704, { Documents: 'gone.pdf' }),
      aRow(705, { Documents: 'here.txt' }),
    ];
    const done = await system.import('validate/dry.csv', aCsv(table));
    expect(statusesOf(done)).toEqual(['duplicate', 'valid', 'rejected', 'rejected', 'valid']);
    expect(done.summary.mode).toBe('dry-run');
    expect(creations()).toBe(before);
    const real = await system.import('incoming/after-dry.csv', aCsv([aRow(702)]));
    expect(statusesOf(real)).toEqual(['created']);
  });
});

describe('a mapping file', () => {
  it('a mapping file maps the headers of a partner, fills in constants and is found by the sub-folder', async () => {
    const mapping = {
      columns: { 'Applicant Mail': 'customer.email' },
      constants: { 'loan.installments': 26 },
      dates: 'MDY',
    };
    await system.importer.upload('mappings/acme.json', JSON.stringify(mapping));
    const { Email, Instalments, ...rest } = aRow(801);
    const done = await system.import(
      'incoming/acme/leads.csv',
      aCsv([{ ...rest, 'Applicant Mail': Email ?? '', DOB: '03/27/1985' }]),
    );
    expect(statusesOf(done)).toEqual(['created']);
    const lead = system.api.store.all().at(-1)?.payload;
    expect(lead?.loan?.installments).toBe(26);
    expect(lead?.customer?.date_of_birth).toBe('1985-03-27');
    expect(done.summary.columns.mapped['Applicant Mail']).toBe('customer.email');
    expect(Instalments).toBe('52');
  });

  it('a mapping file that maps to an unknown column refuses the file', async () => {
    await system.importer.upload('mappings/bad.json', JSON.stringify({ columns: { A: 'customer.shoe_size' } }));
    const done = await system.import('incoming/bad-mapping.csv', aCsv([aRow(802)]), { mapping: 'bad' });
    expect(done.summary.fileError).toMatchObject({ code: 'invalid_mapping' });
    expect(done.summary.fileError?.message).toContain('customer.shoe_size');
  });
});
