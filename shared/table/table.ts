import type { Dialect } from '../csv/dialect.ts';
import type { Encoding } from '../csv/encoding.ts';
import type { FileFault } from '../words/file-fault.ts';

/** Cells in the order of their columns, and which of them are in quotes, so that they can be written back as they were. */
export interface Cells {
  readonly cells: readonly string[];
  /** Positions of the cells in quotes, ascending. */
  readonly quoted: readonly number[];
}

/** One row of a table, its cells as the file has them. */
export interface TableRecord extends Cells {
  readonly kind: 'record';
  /** Line on which the record starts, of a workbook its row; the first of the file is 1. */
  readonly line: number;
  /** Whether a line break in a cell without quotes seems to have made two records of one row, this one among them. */
  readonly isTorn?: boolean;
  /** Whether the workbook hides the row. */
  readonly isHidden?: boolean;
  /** Positions of formulas whose value the workbook does not hold; their cells are the formulas. */
  readonly withoutValue?: readonly number[];
}

/** What of a file is read at once, in order; a fault is the last of all. */
export type RecordGroup = readonly (TableRecord | FileFault)[];

/** Every record of the groups, one after the other. */
export async function* eachRecord(groups: AsyncIterable<RecordGroup>): AsyncGenerator<TableRecord | FileFault> {
  for await (const group of groups) yield* group;
}

/** Opens the file once more from its first byte. */
export type OpenBytes = () => Promise<AsyncIterable<Uint8Array>>;

/** How a report of the file is written; of a CSV as the file is. The first reading finds it; every further reading is told. */
export interface TableFormat {
  readonly encoding: Encoding;
  readonly dialect: Dialect;
  /** The sheet of a workbook that was read; absent for a CSV. */
  readonly sheet?: string | undefined;
  /** Whether its days are counted from 1904. */
  readonly is1904?: boolean;
}

/** What is known of a file before it is read. */
export interface KnownFormat {
  readonly encoding?: Encoding;
  readonly sheet?: string | undefined;
  /** Whether somebody has said which encoding it is; a byte-order mark says more. */
  readonly isTold?: boolean;
  /** Absent: the first record is the header. */
  readonly header?: HeaderRules;
}

/** How a header is told from what stands above it. */
export interface HeaderRules {
  /** Whether a record is the header, whatever comes behind it. */
  readonly isHeader: (cells: readonly string[]) => boolean;
  /** How many names are known of a record that may be the header where no other is it; 0 where it cannot be. */
  readonly knownNames: (cells: readonly string[]) => number;
  /** How many of the names that are needed it has. */
  readonly namesIn: (cells: readonly string[]) => number;
}

/** A rectangle of cells; lines begin with 1, positions with 0. */
export interface CellRange {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** What was noticed of a file while it was opened, with the names that it is about. */
export interface OpenWarning {
  readonly code: 'name_and_content_differ' | 'sheet_chosen';
  readonly about: string;
}

/** A file whose header has been read; what is behind it can be read once, in groups or one record after the other. */
export interface OpenTable {
  readonly kind: 'table';
  readonly format: TableFormat;
  readonly header: Cells;
  /** Line on which the header starts. */
  readonly headerLine: number;
  /** Lines with content above it: a title, a date. */
  readonly linesAbove: readonly number[];
  readonly groups: AsyncGenerator<RecordGroup>;
  readonly records: AsyncGenerator<TableRecord | FileFault>;
  readonly warnings: readonly OpenWarning[];
  /** Cells of a workbook that are shown as one; known once all records were read. */
  readonly merges: readonly CellRange[];
  /** The table that the workbook itself says its rows are; absent where it says nothing. */
  readonly tableEnd?: TableEnd | undefined;
  /** Lets go of a file that is not read on. */
  readonly close: () => Promise<void>;
}

/** Where a workbook's own table ends. */
export interface TableEnd {
  /** Its last row. */
  readonly line: number;
  /** Whether that is one of totals. */
  readonly hasTotals: boolean;
}
