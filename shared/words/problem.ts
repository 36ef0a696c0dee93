import { type ProblemCode, problemCatalogue } from './problem-catalogue.ts';
import { warningCatalogue } from './warning-catalogue.ts';

/** Whether a problem keeps a row from being sent, or is only told. */
export type ProblemKind = 'error' | 'warning';

/**
 * One thing to say of one row: data until it is shown, and nothing reads its sentences back. Only `code` and `column` may
 * reach a log.
 */
export interface Problem {
  readonly code: ProblemCode;
  readonly kind: ProblemKind;
  /** Canonical path, or absent where the problem is of the row as a whole. */
  readonly column?: string | undefined;
  /** A sentence with the file's own header, the value as the file has it, and what was expected. */
  readonly what: string;
  /** What to do, in sentences; never the value itself, since tips are on pages that are passed on. Empty: nothing. */
  readonly tip: string;
}

/** What a code means. */
export const meaningOf = (code: ProblemCode): string => problemCatalogue[code].meaning;

/** A problem as its code has it, where nothing more can be said of this very row. */
export const problem = (code: ProblemCode, more: Partial<Omit<Problem, 'code'>> = {}): Problem => {
  const { meaning, tip } = problemCatalogue[code];
  const kind = Object.hasOwn(warningCatalogue, code) ? 'warning' : 'error';
  return { code, kind, what: meaning, tip, ...more };
};

/** `code:column`, as in `lead__ErrorCode`. */
export const codeAndColumn = ({ code, column }: Pick<Problem, 'code' | 'column'>): string =>
  column === undefined ? code : `${code}:${column}`;

/** What to do about these problems, each piece of advice once. */
export const tipsFor = (problems: readonly Pick<Problem, 'tip'>[]): string =>
  [...new Set(problems.map(({ tip }) => tip))].join(' ').trim();
