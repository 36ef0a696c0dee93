import { counted, placesText } from '../words/counted.ts';
import { fileWarningCatalogue } from '../words/file-fault.ts';
import { problemCatalogue } from '../words/problem-catalogue.ts';
import { isDoubt } from './status.ts';
import { placeWordOf, type Summary } from './summary.ts';

/** A warning of an import in words. It holds nothing of a cell. */
export interface Noticed {
  /** Canonical; empty where it is about the file as a whole. */
  readonly column: string;
  /** How many rows have it, and its first lines: `12 rows, lines 4, 5, …`; empty where it is about the file as a whole. */
  readonly where: string;
  /** What it is, and what to do. */
  readonly sentence: string;
}

/** Every code of a warning; what was stored in `summary.json` is read by it. */
const catalogue: Readonly<Record<string, { readonly meaning: string; readonly tip: string }>> = {
  ...problemCatalogue,
  ...fileWarningCatalogue,
};

/** What was noticed of an import; what may be at lumi without anybody knowing is among its steps. */
export const noticedOf = (summary: Pick<Summary, 'warnings' | 'source'>): readonly Noticed[] =>
  summary.warnings
    .filter((warning) => !isDoubt(warning))
    .map(({ code, column, count, lines }) => {
      const { meaning = code, tip = '' } = catalogue[code] ?? {};
      const rows = Object.hasOwn(fileWarningCatalogue, code) ? [] : [counted(count, 'row')];
      const named = lines.length === 0 ? [] : [placesText(placeWordOf(summary), lines, count)];
      return { column, where: [...rows, ...named].join(', '), sentence: `${meaning} ${tip}`.trim() };
    });
