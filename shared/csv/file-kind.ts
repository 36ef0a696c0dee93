import { type FileFault, fileFault } from './file-fault.ts';

interface Signature {
  readonly bytes: readonly number[];
  readonly kind: string;
}

const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];

const signatures: readonly Signature[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: 'an Excel workbook (.xlsx) or another zip archive' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], kind: 'an old Excel workbook (.xls)' },
  { bytes: ascii('%PDF'), kind: 'a PDF' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], kind: 'a PNG picture' },
  { bytes: [0xff, 0xd8, 0xff], kind: 'a JPEG picture' },
  { bytes: ascii('{\\rtf'), kind: 'a rich text document' },
  { bytes: [0x1f, 0x8b], kind: 'a gzip file (name it .csv.gz)' },
  { bytes: ascii('SQLite format'), kind: 'a database' },
];

const howToExport = 'In the spreadsheet choose "Save as" or "Download" and "CSV UTF-8", then drop that file.';

const textKind = (text: string): string | undefined => {
  if (/^\s*<(!doctype|html|\?xml|table)/i.test(text)) return 'a web page or XML';
  return /^\s*[[{]\s*["{[\]}]/.test(text) ? 'JSON' : undefined;
};

/** What the first bytes of a file show it to be, where that is not a CSV. */
export const notCsv = (head: Uint8Array, hasMark: boolean): FileFault | undefined => {
  const signature = signatures.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  const text = Buffer.from(head.subarray(0, 512)).toString('latin1');
  const binary =
    !hasMark && head.subarray(0, 4096).includes(0)
      ? 'a binary file, or UTF-16 text without a byte-order mark'
      : undefined;
  const kind = signature?.kind ?? textKind(text) ?? binary;
  return kind === undefined
    ? undefined
    : fileFault('not_csv', `The file is not a CSV: it looks like ${kind}. ${howToExport}`);
};
