import { isUtf8 } from 'node:buffer';
import { type Encoding, encodeText, windows1252 } from '../../../shared/csv/encoding.ts';
import { otherLineEnd } from '../../../shared/csv/header-fault.ts';
import { cellName, type HeaderPlan } from '../../../shared/header/header.ts';
import { shown } from '../../../shared/words/escaping.ts';
import { fileFaultCatalogue } from '../../../shared/words/file-fault.ts';
import { type Problem, problem } from '../../../shared/words/problem.ts';
import type { ProblemCode } from '../../../shared/words/problem-catalogue.ts';

/** What a row's cells were written in: some faults show only by it. */
export interface RowFormat {
  readonly delimiter: string;
  readonly encoding: Encoding['name'];
  /** Whether they are cells of a workbook, which were never text of a file. */
  readonly isSheet: boolean;
}

/** Nothing of it could have been misread: it is ASCII on one line. */
const plainCell = /^[ -~]*$/;

const undecoded = '\ufffd';

const questionMarks = (text: string): number => text.split('?').length - 1;

/** Encodings of which a letter often has two bytes: those of a short name may be UTF-8 by chance. */
const twoByteEncoding = /^(?:gbk|big5|shift_jis|utf-)/;

/** Whether a cell read in a code page, Windows-1252 where none is named, is UTF-8: then its accents came out as two characters each. */
export const isMojibake = (cell: string, encoding: Encoding = windows1252): boolean => {
  if (!/[\u0080-\uffff]/.test(cell) || twoByteEncoding.test(encoding.name)) return false;
  const bytes = encodeText(cell, encoding);
  // What the encoding does not have becomes a question mark: then the cell was never read as Windows-1252.
  return questionMarks(bytes.toString('latin1')) === questionMarks(cell) && isUtf8(bytes);
};

/** Columns that a table must have before lines inside a cell can be told from rows. */
const leastColumns = 4;

const lineBreak = /[\r\n]/;

/** How many lines a cell holds, where some of them look like rows of the table; otherwise 0. */
const rowsInside = (cell: string, columns: number, delimiter: string): number => {
  if (columns < leastColumns || !lineBreak.test(cell)) return 0;
  const lines = cell.split(/\r\n|\n|\r/);
  const someLooksLikeARow = lines.length > 1 && lines.some((line) => line.split(delimiter).length >= columns);
  return someLooksLikeARow ? lines.length : 0;
};

/**
 * What is wrong with a row's cells as they were read, whichever column they are in. An earlier report's own columns
 * do not count: they repeat values that were wrong.
 */
export const misread = (cells: readonly string[], header: HeaderPlan, format: RowFormat): Problem[] => {
  const problems: Problem[] = [];
  const own = header.reportColumns.size === 0 ? undefined : new Set(header.reportColumns.values());
  for (let position = 0; position < cells.length; position += 1) {
    const cell = cells[position] ?? '';
    if (own?.has(position) === true || plainCell.test(cell)) continue;
    const column = header.columns[position];
    const add = (code: ProblemCode, predicate: string): void => {
      const what = `${cellName(header, position)} ${predicate}.`;
      problems.push(problem(code, { what, ...(column !== undefined && { column }) }));
    };
    const at = cell.indexOf(undecoded);
    if (at !== -1) add('undecodable', `holds bytes that are not ${format.encoding}, from character ${at + 1} on`);
    if (isMojibake(cell, { name: format.encoding, mark: false }))
      add('mojibake', `holds ${shown(cell)}: expected accents, and found UTF-8 in a file that is not UTF-8 throughout`);
    const lines = rowsInside(cell, header.kept.length, format.delimiter);
    if (lines > 0) add('swallowed_rows', `holds ${lines} lines, some of which look like rows`);
  }
  const lines = swallowedLines(cells, header.titles.length, format.delimiter);
  if (lines > 0 && problems.every(({ code }) => code !== 'swallowed_rows')) {
    const what = `The row contains ${lines} lines, each of which looks like a row of its own.`;
    problems.push(problem('swallowed_rows', { what }));
  }
  return problems;
};

/**
 * Cells beyond the header's columns.
 * @param usual so many empty ones stand behind every row of the file
 */
export const excessCells = (cells: readonly string[], { columns }: HeaderPlan, usual: number): Problem[] => {
  const beyond = cells.slice(columns.length);
  const excess = beyond.find((cell) => cell.trim() !== '');
  if (excess === undefined && (beyond.length === 0 || beyond.length === usual)) return [];
  if (cells.some((cell) => otherLineEnd.test(cell))) {
    const what = `The row has ${cells.length} cells and the header ${columns.length} columns: rows in it end with a character that no CSV ends lines with.`;
    return [problem('too_many_cells', { what, tip: fileFaultCatalogue.unknown_line_ends.tip })];
  }
  const why =
    excess === undefined
      ? 'a delimiter too many may have moved the others'
      : `the first cell too many holds ${shown(excess)}`;
  const what = `The row has ${cells.length} cells and the header ${columns.length} columns; ${why}.`;
  return [problem('too_many_cells', { what })];
};

/** Lines of a record that has swallowed others: each of them, taken alone, is a row; 0 where it has not. */
const swallowedLines = (cells: readonly string[], columns: number, delimiter: string): number => {
  if (columns < leastColumns || !cells.some((cell) => lineBreak.test(cell))) return 0;
  const lines = cells.join(delimiter).split(/\r\n|\n|\r/);
  const cellsOf = lines.map((line) => line.split(delimiter));
  const isRow = (line: readonly string[]): boolean =>
    line.length >= columns ||
    (line.length * 2 >= columns && line.some((cell) => /^\s*"?[^\s@]+@[^\s@]+\s*$/.test(cell)));
  return cellsOf.filter(isRow).length > 1 ? lines.length : 0;
};
