import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readCsv } from '../../../shared/csv/open.ts';
import { matchHeader } from '../../../shared/header/header.ts';
import { noMapping } from '../../../shared/header/mapping.ts';
import { faultSentence } from '../../../shared/words/file-fault.ts';

/** What reading some bytes comes to, in words. */
const said = async (bytes: Buffer, gzip = false): Promise<string> => {
  async function* once(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const read = await readCsv({ open: async () => once(), gzip }, async (csv) => Array.fromAsync(csv.records));
  const fault = 'kind' in read ? read : read.find((each) => each.kind === 'fault');
  return fault === undefined ? 'a CSV' : `${fault.code}: ${faultSentence(fault)}`;
};

const text = 'First Name,Email\nAva,ava@example.com\n';
const zip = (entry: string): Buffer =>
  Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), Buffer.alloc(26), Buffer.from(entry)]);
const utf32 = Buffer.from(text.split('').flatMap((character) => [character.charCodeAt(0), 0, 0, 0]));

it.each([
  [
    'an OpenDocument spreadsheet',
    zip('mimetypeapplication/vnd.oasis.opendocument.spreadsheet'),
    'not_csv: .*\\(\\.ods\\)',
  ],
  ['a Numbers spreadsheet', zip('Index/Document.iwa'), 'not_csv: .*\\(\\.numbers\\)'],
  ['an Excel workbook', zip('xl/workbook.xml'), 'not_csv: .*\\(\\.xlsx\\)'],
  ['another zip archive', zip('holiday.txt'), 'not_csv: .*a zip archive'],
  ['UTF-32 without a mark', utf32, 'not_csv: .*UTF-32'],
  ['UTF-16 without a mark', Buffer.from(text, 'utf16le'), 'not_csv: .*UTF-16'],
  ['a text that ends in NUL bytes', Buffer.concat([Buffer.from(text), Buffer.alloc(200)]), 'not_csv: .*ends in NUL'],
  [
    'a workbook of 16,384 empty columns',
    Buffer.from(`First Name,Email${','.repeat(16_382)}\n`),
    'too_many_columns: .*[Rr]emove the empty columns',
  ],
  ['a quote inside a cell', Buffer.from('First Name,Email\nAva,a "b" c\n'), 'stray_quote: .*in cell 2 .*line 2'],
])('the message about %s says what it is', async (_, bytes, message) => {
  expect(await said(bytes)).toMatch(new RegExp(message));
});

it('a file that was compressed twice is not told to be renamed only', async () => {
  expect(await said(gzipSync(gzipSync(text)), true)).toMatch(/decompress it once more/);
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
  expect('fault' in matched && `${matched.fault.code}: ${matched.fault.what}`).toContain(message);
});

it.each([
  ['is cut off', (bytes: Buffer) => bytes.subarray(0, -12)],
  ['has a wrong checksum', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -8), Buffer.alloc(8, 7)])],
])('a compressed file that %s is refused, whatever its encoding is', async (_, damage) => {
  for (const encoding of ['utf8', 'latin1'] as const) {
    const whole = gzipSync(Buffer.from(`${text}Zoë,zoe@example.com\n`.repeat(5_000), encoding));
    expect(await said(damage(whole), true)).toMatch(/^not_gzip/);
  }
});
