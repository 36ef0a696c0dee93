import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { matchHeader } from '../../../shared/header/header.ts';
import { noMapping } from '../../../shared/header/mapping.ts';
import { TableFile } from '../../../shared/table/open-by-kind.ts';
import { faultSentence } from '../../../shared/words/file-fault.ts';
import { aWorkbook, aZip } from '../../support/a-workbook.ts';

/** What reading a file comes to, in words. */
const said = async (bytes: Buffer, name = 'a.csv'): Promise<string> => {
  async function* once(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const file = new TableFile(name, async () => once());
  const read = await file.read(async (table) => ({ table, all: await Array.fromAsync(table.records) }));
  file.close();
  const fault = 'kind' in read ? read : read.all.find((each) => each.kind === 'fault');
  if (fault !== undefined) return `${fault.code}: ${faultSentence(fault)}`;
  const { format, warnings } = 'kind' in read ? { format: {}, warnings: [] } : read.table;
  return ['sheet' in format ? 'a workbook' : 'a CSV', ...warnings.map(({ code }) => code)].join(', ');
};

const text = 'First Name,Email\nAva,ava@example.com\n';
const utf32 = Buffer.from(text.split('').flatMap((character) => [character.charCodeAt(0), 0, 0, 0]));
const leads = await aWorkbook({
  sheets: [
    {
      name: 'Leads',
      rows: [
        ['First Name', 'Email'],
        ['Ava', 'ava@example.com'],
      ],
    },
  ],
});
const compound = (mark: string): Buffer =>
  Buffer.concat([
    Buffer.from([0xd0, 0xcf, 0x11, 0xe0]),
    Buffer.alloc(5_000),
    Buffer.from(mark, 'utf16le'),
    Buffer.alloc(100),
  ]);

it.each([
  [
    'an OpenDocument spreadsheet',
    await aZip({ mimetype: 'x', 'content.xml': '<x/>' }),
    'not_a_table: .*\\(\\.ods\\).*Save As',
  ],
  ['a Numbers spreadsheet', await aZip({ 'Index/Document.iwa': '' }), 'not_a_table: .*\\(\\.numbers\\).*Export To'],
  ['a binary workbook', await aZip({ 'xl/workbook.bin': '' }), 'not_a_table: .*\\(\\.xlsb\\).*Save As'],
  ['a Word document', await aZip({ 'word/document.xml': '<x/>' }), 'not_a_table: .*a Word document'],
  ['another zip archive', await aZip({ 'holiday.txt': '' }), 'not_a_table: .*a zip archive.*Unpack it'],
  ['an empty zip archive', await aZip({}), 'not_a_table: .*a zip archive'],
  ['a workbook that is cut off', leads.subarray(0, -100), 'workbook_damaged: '],
  ['a workbook of Excel 97', compound('Workbook'), 'not_a_table: .*\\(\\.xls\\).*Save As'],
  ['a protected workbook', compound('EncryptedPackage'), 'workbook_protected: .*remove the password'],
  ['a compressed workbook', gzipSync(leads), 'not_a_table: .*without compressing it'],
  ['a web page', Buffer.from('<html><table></table></html>'), 'not_a_table: .*a web page or XML.*Save As'],
  ['JSON', Buffer.from('[{"a":1}]'), 'not_a_table: .*JSON'],
  ['UTF-32 without a mark', utf32, 'not_a_table: .*UTF-32'],
  ['UTF-16 without a mark', Buffer.from(text, 'utf16le'), 'not_a_table: .*UTF-16'],
  [
    'a text that ends in NUL bytes',
    Buffer.concat([Buffer.from(text), Buffer.alloc(200)]),
    'not_a_table: .*ends in NUL',
  ],
  [
    'a workbook of 16,384 empty columns',
    Buffer.from(`First Name,Email${','.repeat(16_382)}\n`),
    'too_many_columns: .*[Rr]emove the empty columns',
  ],
  ['a quote inside a cell', Buffer.from('First Name,Email\nAva,a "b" c\n'), 'stray_quote: .*in cell 2 .*line 2'],
])('the message about %s says what it is', async (_, bytes, message) => {
  expect(await said(bytes)).toMatch(new RegExp(message));
});

it.each([
  ['leads.csv', Buffer.from(text), 'a CSV'],
  ['leads.CSV.gz', gzipSync(text), 'a CSV'],
  ['leads.xlsx', leads, 'a workbook'],
  ['leads.xlsm', leads, 'a workbook'],
  ['leads.xls', leads, 'a workbook'],
  ['leads.csv', leads, 'a workbook, name_and_content_differ'],
  ['leads', leads, 'a workbook, name_and_content_differ'],
  ['leads.xlsx', Buffer.from(text), 'a CSV, name_and_content_differ'],
  ['leads.xls', Buffer.from(text), 'a CSV, name_and_content_differ'],
  ['leads.csv.gz', Buffer.from(text), 'a CSV, name_and_content_differ'],
  ['leads.csv', gzipSync(text), 'a CSV, name_and_content_differ'],
])('%s is read as what it is: %#', async (name, bytes, kind) => {
  expect(await said(bytes, name)).toBe(kind);
});

it.each([
  ['scan.pdf', Buffer.from('%PDF-1.7'), 'a PDF'],
  ['leads.xml', Buffer.from('<?xml version="1.0"?><x/>'), 'a web page or XML'],
  ['leads.xls', Buffer.from([0x09, 0x08, 0x10, 0, 0, 6, 5, 0]), 'an Excel before 97'],
])('%s is said to be what it is', async (name, bytes, kind) => {
  expect(await said(bytes, name)).toContain(kind);
});

it.each(['letter.txt', 'letter', 'leads.tsv'])('a text named %s may be anything', async (name) => {
  expect(await said(Buffer.from(text), name)).toMatch(/^not_a_table: .*let its name end in \.csv/);
});

it('a workbook that is too large is not kept', async () => {
  const large = Buffer.concat([leads.subarray(0, 4), Buffer.alloc(64 * 1024 * 1024)]);
  expect(await said(large, 'leads.xlsx')).toMatch(/^file_too_large: .*several workbooks/);
});

it('a file that was compressed twice is not told to be renamed only', async () => {
  expect(await said(gzipSync(gzipSync(text)))).toMatch(/Decompress it once more/);
});

it.each([
  [
    'a line in quotes as a whole',
    ['First Name,Email'],
    'unknown_delimiter: The header is one cell: each line stands in quotes as a whole',
  ],
  ['colons', ['First Name:Email:Mobile:ABN'], 'unknown_delimiter: The columns seem to be separated by :'],
  [
    'fixed width',
    ['First Name     Email     Mobile     ABN'],
    'unknown_delimiter: The columns seem to be separated by spaces (fixed width)',
  ],
  [
    'rows without a header',
    ['Ava', 'Sydney', 'blue'],
    'missing_column: No name in the first line is known, so it may be a row and not a header',
  ],
])('the refusal of %s says what is wrong with the first line', (_, header, message) => {
  const matched = matchHeader(header, noMapping, true);
  expect(`${matched.fault?.code}: ${matched.fault?.what}`).toContain(message);
});

it.each([
  ['is cut off', (bytes: Buffer) => bytes.subarray(0, -12)],
  ['has a wrong checksum', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -8), Buffer.alloc(8, 7)])],
])('a compressed file that %s is refused, whatever its encoding is', async (_, damage) => {
  for (const encoding of ['utf8', 'latin1'] as const) {
    const whole = gzipSync(Buffer.from(`${text}Zoë,zoe@example.com\n`.repeat(5_000), encoding));
    expect(await said(damage(whole))).toMatch(/^not_gzip/);
  }
});
