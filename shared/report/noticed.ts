import { fileWarningCatalogue } from '../words/file-fault.ts';
import { problemCatalogue } from '../words/problem-catalogue.ts';
import { isDoubt } from './status.ts';
import type { Summary } from './summary.ts';

/** A warning of an import in words. It holds nothing of a cell. */
export interface Noticed {
  /** Canonical; empty where it is about the file as a whole. */
  readonly column: string;
  /** Rows that have it; undefined where it is about all rows of the column or the file. */
  readonly rows: number | undefined;
  /** What it is, and what to do. */
  readonly sentence: string;
}

/** Every code of a warning; what was stored in `summary.json` is read by it. */
const catalogue: Readonly<Record<string, { readonly meaning: string; readonly tip: string }>> = {
  ...problemCatalogue,
  ...fileWarningCatalogue,
};

/** What was noticed of an import; what may be at lumi without anybody knowing is among its steps. */
export const noticedOf = ({ warnings }: Pick<Summary, 'warnings'>): readonly Noticed[] =>
  warnings
    .filter((warning) => !isDoubt(warning))
    .map(({ code, column, count }) => {
      const { meaning = code, tip = '' } = catalogue[code] ?? {};
      const rows = Object.hasOwn(fileWarningCatalogue, code) ? undefined : count;
      return { column, rows, sentence: `${meaning} ${tip}`.trim() };
    });
