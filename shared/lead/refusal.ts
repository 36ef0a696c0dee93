import type { ProblemCode } from '../words/problem-catalogue.ts';

/** A cell that cannot be read: the code of its problem and, in words, what was expected. It never holds the value. */
export class Refusal {
  readonly code: ProblemCode;
  readonly expected: string;

  constructor(code: ProblemCode, expected: string) {
    this.code = code;
    this.expected = expected;
  }
}

/** Which of two numbers comes first in a date with slashes: `DMY` as in Australia, `MDY` as in the USA. */
export type DateOrder = 'DMY' | 'MDY';

/** What reading a cell depends on beside its text. */
export interface CellRules {
  readonly dates: DateOrder;
  /** `YYYY-MM-DD` of the upload: nobody is born later. */
  readonly today: string;
  /** Whether a date that could be either is refused: another one of the file can only be of the other order. */
  readonly isContradicted?: boolean;
}

/** Turns the trimmed text of a cell into the value that is sent; undefined where it says nothing. */
export type CellReader<Value> = (text: string, rules: CellRules) => Value | Refusal | undefined;
