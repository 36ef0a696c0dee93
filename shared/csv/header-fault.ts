import { limits } from '../limits.ts';
import type { TableRecord } from '../table/table.ts';
import { type FileFault, fileFault } from '../words/file-fault.ts';
import type { Dialect } from './dialect.ts';

const lineEnd = /\r\n|\n|\r/;

/** A quote that opens in the header and is closed in a row: every line of it, taken alone, is a row. */
const swallowsRows = (header: readonly string[], { delimiter }: Dialect): boolean => {
  const lines = header.join(delimiter).split(lineEnd);
  const counts = new Set(lines.map((line) => line.split(delimiter).length));
  return lines.length > 1 && counts.size === 1 && Math.max(...counts) >= 4;
};

/** What some programs take for the end of a line, and no CSV does: control characters, separators of records, or the end written out. */
export const otherLineEnd = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u0085\u2028\u2029]/;
/** What stands for one where it is written out, or was read as Windows-1252: there a mainframe's line end is an ellipsis. */
const maybeLineEnd = /(?:\\r)?\\n|<br ?\/?>|\u2026/i;

/** A cell in quotes that CSV does not know: single ones, and those of a word processor. */
const otherQuotes = /^['‘’“”„«`´].*['‘’“”»`´]$/;

/** A header that holds rows as well: a name is no e-mail address. */
const holdsRows = (cells: readonly string[]): boolean =>
  cells.some((cell) => maybeLineEnd.test(cell)) && cells.some((cell) => /\S@\S/.test(cell));

/** What is wrong with the record that was taken for the header; undefined where nothing is. @param text how the file begins */
export const faultOfHeader = (text: string, { cells, line }: TableRecord, dialect: Dialect): FileFault | undefined => {
  if (
    cells.some((cell) => otherLineEnd.test(cell)) ||
    holdsRows(cells) ||
    (!lineEnd.test(text) && (otherLineEnd.test(text) || text.includes('\u2026')))
  ) {
    const message = 'The lines of the file end with a character that no CSV ends lines with, so it has no rows.';
    return fileFault('unknown_line_ends', message);
  }
  if (cells.length > 1 && cells.every((cell) => otherQuotes.test(cell.trim()))) {
    const message = `The names of the header on line ${line} stand in quotes that are no quotes of a CSV, which are straight and double (").`;
    return fileFault('stray_quote', message, line);
  }
  if (swallowsRows(cells, dialect)) {
    const message = `A quote that opens in the header on line ${line} is closed only in a row, so the header contains whole rows.`;
    return fileFault('stray_quote', message, line);
  }
  if (cells.length <= limits.maxColumns) return undefined;
  const message = `The header has ${cells.length} columns: expected at most ${limits.maxColumns}.`;
  return fileFault('too_many_columns', message, line);
};
