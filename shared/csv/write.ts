import { stringify } from 'csv-stringify/sync';
import type { Dialect } from './dialect.ts';
import { type Encoding, encodeText } from './encoding.ts';
import { guardCell } from './formula-guard.ts';
import type { Cells } from './records.ts';

interface Cell {
  readonly text: string;
  readonly isQuoted: boolean;
}

const cellsOf = ({ cells, quoted }: Cells): Cell[] => {
  const inQuotes = new Set(quoted);
  return cells.map((text, position) => ({ text: guardCell(text), isQuoted: inQuotes.has(position) }));
};

/**
 * Rows as bytes in the file's own dialect and encoding, each cell guarded against spreadsheets. A cell is in quotes
 * where it was, or where it must be.
 */
export const writeRecords = (rows: readonly Cells[], dialect: Dialect, encoding: Encoding): Buffer => {
  const text = stringify(rows.map(cellsOf), {
    delimiter: dialect.delimiter,
    record_delimiter: dialect.lineEnding,
    quoted_match: /[\r\n]/,
    cast: {
      object: (cell) => {
        const { text: value, isQuoted } = cell as unknown as Cell;
        return { value, quoted: isQuoted, quoted_empty: isQuoted };
      },
    },
  });
  return encodeText(text, encoding);
};
