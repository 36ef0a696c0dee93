import { stringify } from 'csv-stringify/sync';
import type { Dialect } from './dialect.ts';
import { type Encoding, encodeText } from './encoding.ts';
import { guardCell } from './formula-guard.ts';

/** Rows as bytes in the file's own dialect and encoding, each cell guarded against spreadsheets, quoted where it must be. */
export const writeRecords = (rows: readonly (readonly string[])[], dialect: Dialect, encoding: Encoding): Buffer => {
  const text = stringify(
    rows.map((row) => row.map(guardCell)),
    { delimiter: dialect.delimiter, record_delimiter: dialect.lineEnding, quoted_match: /[\r\n]|^\s|\s$/ },
  );
  return encodeText(text, encoding);
};
