import fc from 'fast-check';
import type { Dialect } from '../../shared/csv/dialect.ts';
import type { Encoding } from '../../shared/csv/encoding.ts';

export const delimiters = fc.constantFrom<Dialect['delimiter']>(',', ';', '\t', '|');
export const lineEndings = fc.constantFrom<Dialect['lineEnding']>('\n', '\r\n', '\r');
/** Encodings that hold any text. */
export const encodings = fc.constantFrom<Encoding>(
  { name: 'utf-8', mark: false },
  { name: 'utf-8', mark: true },
  { name: 'utf-16le', mark: true },
  { name: 'utf-16be', mark: true },
);
/** Any text that a cell can hold, and those that are known to be awkward. */
export const cell = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !/[\u0000\ufeff\ufffd]|\p{Cs}/u.test(text)),
  fc.constantFrom(
    '=1+1',
    "'=x",
    "''",
    '@a',
    '+61',
    '-',
    '\tx',
    '\rx',
    'a"b',
    'x;y',
    'x,y',
    'x|y',
    'two\nlines',
    'two\r\nlines',
    ' padded ',
  ),
);
