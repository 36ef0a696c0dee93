import { type FileFault, fileFault } from '../words/file-fault.ts';
import type { Encoding } from './encoding.ts';

/** A file that can be imported, by its name. */
export interface InputFileKind {
  /** Whether the content is compressed. */
  readonly gzip: boolean;
}

/** What kind of input a file is by its name; a fault where it is none. */
export const inputFileKind = (name: string): InputFileKind | FileFault => {
  const match = /\.csv(\.gz)?$/i.exec(name);
  return match === null
    ? fileFault('not_csv', 'The file is not a CSV by its name: expected a name that ends in .csv or .csv.gz.')
    : { gzip: match[1] !== undefined };
};

interface Signature {
  readonly bytes: readonly number[];
  readonly kind: string;
}

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** What a zip archive holds shows in its first entries. */
const zip = [0x50, 0x4b, 0x03, 0x04];
const zipKinds: readonly (readonly [string, string])[] = [
  ['opendocument.spreadsheet', 'an OpenDocument spreadsheet (.ods)'],
  ['Index/', 'a Numbers spreadsheet (.numbers)'],
  ['xl/', 'an Excel workbook (.xlsx)'],
  ['[Content_Types].xml', 'an Excel workbook (.xlsx) or another Office document'],
];

const zipKind = (head: Uint8Array): string => {
  const text = Buffer.from(head).toString('latin1');
  return zipKinds.find(([mark]) => text.includes(mark))?.[1] ?? 'a zip archive';
};

const signatures: readonly Signature[] = [
  { bytes: zip, kind: 'a zip archive' },
  { bytes: [0x50, 0x4b, 0x05, 0x06], kind: 'an empty zip archive' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], kind: 'an old Excel workbook (.xls)' },
  { bytes: ascii('%PDF'), kind: 'a PDF' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], kind: 'a PNG picture' },
  { bytes: [0xff, 0xd8, 0xff], kind: 'a JPEG picture' },
  { bytes: ascii('{\\rtf'), kind: 'a rich text document' },
  { bytes: [0x1f, 0x8b], kind: 'a gzip file (name it .csv.gz, or decompress it once more)' },
  { bytes: ascii('SQLite format'), kind: 'a database' },
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

const textKind = (text: string): string | undefined => {
  if (/^\s*<(!doctype|html|\?xml|table)/i.test(text)) return 'a web page or XML';
  // MYOB writes {} above the header of a CSV.
  return /^\s*(?:\{\s*"|\[\s*["{[\]])/.test(text) || text.trim() === '{}' ? 'JSON' : undefined;
};

/** What the first bytes of a file show it to be, where that is not a CSV. */
export const notCsv = (head: Uint8Array, encoding: Encoding): FileFault | undefined => {
  const signature = signatures.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  const text = new TextDecoder(encoding.name).decode(head.subarray(0, 512));
  const found = signature?.bytes === zip ? zipKind(head) : signature?.kind;
  const kind = found ?? textKind(text) ?? unreadableText(head.subarray(0, 4096), encoding);
  return kind === undefined ? undefined : fileFault('not_csv', `The file is not a CSV: it looks like ${kind}.`);
};
