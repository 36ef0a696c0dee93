import type { Encoding } from '../csv/encoding.ts';
import { type FileFault, fileFault } from '../words/file-fault.ts';
import { tableTips } from '../words/table-tips.ts';

/** What a file's name says that it is; undefined where it names nothing that can be imported. */
export type NamedKind = 'csv' | 'csv.gz' | 'workbook' | undefined;

/** What kind of input a file is by its name. An old workbook's is one that programs give to anything that Excel opens. */
export const namedKind = (name: string): NamedKind => {
  if (/\.csv$/i.test(name)) return 'csv';
  if (/\.csv\.gz$/i.test(name)) return 'csv.gz';
  return /\.(?:xlsx|xlsm|xls)$/i.test(name) ? 'workbook' : undefined;
};

const beginsWith = (head: Uint8Array, bytes: readonly number[]): boolean =>
  bytes.every((byte, index) => head[index] === byte);

/** The bytes by which a zip begins: with a file, or empty. */
const zips = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x50, 0x4b, 0x05, 0x06],
];
/** Those of Excel 97, and of every workbook that a password protects. */
const compound = [0xd0, 0xcf, 0x11, 0xe0];

/** What a file is by its first bytes: what holds other files, what is compressed, or anything else. */
export const containerKind = (head: Uint8Array): 'zip' | 'compound' | 'gzip' | undefined => {
  if (zips.some((bytes) => beginsWith(head, bytes))) return 'zip';
  if (beginsWith(head, compound)) return 'compound';
  return beginsWith(head, [0x1f, 0x8b]) ? 'gzip' : undefined;
};

interface Signature {
  readonly bytes: readonly number[];
  readonly kind: string;
  /** What to do. */
  readonly tip: string;
}

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];

const ofTable = 'Ask for the table itself, as an Excel workbook (.xlsx) or as a CSV.';
const unpacked = 'Drop the file without compressing it: a workbook is compressed already.';

const signatures: readonly Signature[] = [
  ...zips.map((bytes) => ({ bytes, kind: 'a workbook or another zip archive in a gzip file', tip: unpacked })),
  { bytes: compound, kind: 'an old Excel workbook in a gzip file', tip: unpacked },
  ...[0x00, 0x02, 0x04, 0x08].map((version) => ({
    bytes: [0x09, version],
    kind: 'a workbook of an Excel before 97 (.xls)',
    tip: tableTips.saveAsWorkbook,
  })),
  { bytes: ascii('%PDF'), kind: 'a PDF', tip: ofTable },
  { bytes: [0x89, 0x50, 0x4e, 0x47], kind: 'a PNG picture', tip: ofTable },
  { bytes: [0xff, 0xd8, 0xff], kind: 'a JPEG picture', tip: ofTable },
  { bytes: ascii('GIF8'), kind: 'a GIF picture', tip: ofTable },
  {
    bytes: ascii('{\\rtf'),
    kind: 'a rich text document',
    tip: tableTips.copyTable,
  },
  { bytes: [0x1f, 0x8b], kind: 'a gzip file in a gzip file', tip: 'Decompress it once more.' },
  { bytes: ascii('SQLite format'), kind: 'a database', tip: ofTable },
];

/** What NUL bytes make of a text: wide characters have them in turn, padding has them in a row. */
const nulKind = (head: Uint8Array): string | undefined => {
  const nuls = head.filter((byte) => byte === 0).length;
  if (nuls <= head.length * 0.3) return undefined;
  const firstNul = head.indexOf(0);
  if (head.subarray(firstNul).every((byte) => byte === 0))
    return 'a text that ends in NUL bytes, as of a damaged disk or a broken transfer';
  return nuls > head.length * 0.6 ? 'UTF-32 text' : 'UTF-16 text without a byte-order mark';
};

/** Bytes that text does not have, apart from tabs, line ends and form feeds; a few may be a damaged export. */
const isBinary = (head: Uint8Array): boolean =>
  head.filter((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d].includes(byte)).length > head.length * 0.1;

const unreadableText = (head: Uint8Array, { mark }: Encoding): string | undefined => {
  const utf32 = [
    [0xff, 0xfe, 0, 0],
    [0, 0, 0xfe, 0xff],
  ];
  if (utf32.some((bytes) => bytes.every((byte, index) => head[index] === byte))) return 'UTF-32 text';
  if (mark) return undefined;
  return nulKind(head) ?? (isBinary(head) ? 'a binary file' : undefined);
};

/** How a page begins that a program has named as a workbook, whole or a piece of one. */
const markup =
  /^\s*<(?:!doctype|!--|\?xml|(?:html|head|meta|title|style|script|link|body|center|div|table|thead|tbody|tr|t[dh]|p|br|h[1-6]|font|b|i|form|span)(?=[\s>/]))/i;

const textKind = (text: string): string | undefined => {
  if (markup.test(text)) return 'a web page or XML';
  if (/^\s*MIME-Version:/i.test(text)) return 'a web archive';
  // Programs write {} or [] above the header of a CSV.
  return /^\s*(?:\{\s*"|\[\s*["{[])/.test(text) || /^\s*(?:\{\}|\[\])\s*$/.test(text) ? 'JSON' : undefined;
};

/** What a web page, XML or JSON is that a program has named as a workbook or a CSV. */
const tipOfText = (kind: string): string =>
  kind === 'JSON' ? ofTable : 'Open it in Excel, choose "Save As" and "Excel Workbook (.xlsx)", and drop that.';

/** What the first bytes of a text show it to be, where that is no CSV. */
export const notCsv = (head: Uint8Array, encoding: Encoding): FileFault | undefined => {
  const signature = signatures.find(({ bytes }) => beginsWith(head, bytes));
  const text = new TextDecoder(encoding.name).decode(head.subarray(0, 512));
  const ofText = textKind(text);
  const kind = signature?.kind ?? ofText ?? unreadableText(head.subarray(0, 4096), encoding);
  if (kind === undefined) return undefined;
  const tip = signature?.tip ?? (ofText === undefined ? undefined : tipOfText(ofText));
  return fileFault('not_a_table', `The file is no table: it looks like ${kind}.`, null, tip);
};

/** A text whose name says nothing: it may be a CSV or a letter. */
export const unnamedText = (): FileFault =>
  fileFault(
    'not_a_table',
    'Nothing says that the file is a table: expected a name that ends in .xlsx, .csv or .csv.gz.',
    null,
    'If it is a CSV, let its name end in .csv.',
  );
