import type { ProblemCode } from '../words/problem-catalogue.ts';

/** A cell that cannot be read: the code of its problem and, in words, what was expected. It never holds the value. */
export class Refusal {
  readonly code: ProblemCode;
  readonly expected: string;
  /** What to do about this very value, where more can be said than the code's own tip does. */
  readonly tip: string | undefined;

  constructor(code: ProblemCode, expected: string, tip?: string) {
    this.code = code;
    this.expected = expected;
    this.tip = tip;
  }
}

/** A value that was read although something about its cell has to be told. */
export class Remarkable<Value> {
  /** Undefined where the cell was taken for empty. */
  readonly value: Value | undefined;
  /** Of the warning. */
  readonly code: ProblemCode;

  constructor(value: Value | undefined, code: ProblemCode) {
    this.value = value;
    this.code = code;
  }
}

/** Which of two numbers comes first in a date with slashes: `DMY` as in Australia, `MDY` as in the USA. */
export type DateOrder = 'DMY' | 'MDY';
/** Orders of dates that a file can show: those that a mapping can name, and two with the year first. */
export type SeenOrder = DateOrder | 'YMD' | 'YDM';

/** What reading a cell depends on beside its text. */
export interface CellRules {
  readonly dates: DateOrder;
  /** `YYYY-MM-DD` of the upload: nobody is born later. */
  readonly today: string;
  /** Orders of which some date of the file can only be one: a date that could be either is refused. */
  readonly seenOrders?: readonly SeenOrder[];
  /** Whether the file is a workbook whose days are counted from 1904. */
  readonly is1904?: boolean;
  /** Whether a comma may be a decimal one: another amount of the column can only be written so. */
  readonly decimalComma?: boolean;
}

/** Turns the trimmed text of a cell into the value that is sent; undefined where it says nothing. */
export type CellReader<Value> = (text: string, rules: CellRules) => Value | Remarkable<Value> | Refusal | undefined;

/** Whether a cell reads as a value, with something to tell or without. */
export const isRead = (read: unknown): boolean =>
  read instanceof Remarkable ? read.value !== undefined : read !== undefined && !(read instanceof Refusal);
