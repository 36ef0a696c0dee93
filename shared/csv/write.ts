import { guardCell } from '../table/formula-guard.ts';
import type { Cells } from '../table/table.ts';
import type { Dialect } from './dialect.ts';
import { type Encoding, encodeText } from './encoding.ts';

const rowText = ({ cells, quoted }: Cells, delimiter: string): string => {
  let text = '';
  for (const [position, cell] of cells.entries()) {
    const guarded = guardCell(cell);
    const mustBeQuoted = guarded.includes(delimiter) || /["\r\n]/.test(guarded) || quoted.includes(position);
    text += position === 0 ? '' : delimiter;
    text += mustBeQuoted ? `"${guarded.replaceAll('"', '""')}"` : guarded;
  }
  return text;
};

/**
 * Rows as bytes in the file's own dialect and encoding, each cell guarded against spreadsheets. A cell is in quotes
 * where it was, or where it must be.
 */
export const writeRecords = (rows: readonly Cells[], { delimiter, lineEnding }: Dialect, encoding: Encoding): Buffer =>
  encodeText(rows.map((row) => `${rowText(row, delimiter)}${lineEnding}`).join(''), encoding);
