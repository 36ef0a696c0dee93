import { fileWarningCatalogue } from '../file-fault.ts';
import { problemCatalogue } from '../lead/problem.ts';
import { isDoubt } from './status.ts';
import type { Summary } from './summary.ts';

/** A warning of an import in words. It holds nothing of a cell. */
export interface Noticed {
  /** Canonical; empty where it is about the file as a whole. */
  readonly column: string;
  /** Rows that have it. */
  readonly count: number;
  /** What it is, and what to do. */
  readonly sentence: string;
}

const catalogue: Readonly<Record<string, { readonly meaning: string; readonly tip: string }>> = {
  ...problemCatalogue,
  ...fileWarningCatalogue,
};

const sentenceOf = (code: string): string => {
  const { meaning = code, tip = '' } = catalogue[code] ?? {};
  return `${meaning.replace(/^Warning: ./, (start) => start.slice(-1).toUpperCase())} ${tip}`.trim();
};

/** What was noticed of an import; what may be at lumi without anybody knowing is among its steps. */
export const noticedOf = ({ warnings }: Pick<Summary, 'warnings'>): readonly Noticed[] =>
  warnings
    .filter((warning) => !isDoubt(warning))
    .map(({ code, column, count }) => ({ column, count, sentence: sentenceOf(code) }));
