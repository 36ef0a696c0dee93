import { spokenMapping } from '../bucket/keys.ts';
import { counted, placesText } from '../words/counted.ts';
import { visibleText } from '../words/escaping.ts';
import { fileWarningCatalogue } from '../words/file-fault.ts';
import { problemCatalogue } from '../words/problem-catalogue.ts';
import { headersOf } from './headers-of.ts';
import { isDoubt } from './status.ts';
import { placeWordOf, type Summary } from './summary.ts';

/** A warning of an import in words. It holds nothing of a cell. */
export interface Noticed {
  /** Canonical, or what people call a mapping file; empty where it is about the file as a whole. */
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

/** What was chosen without asking, and a reader may have meant otherwise. */
const choices: ReadonlySet<string> = new Set(['sheet_chosen', 'lines_above_header', 'several_columns']);

type Warned = Pick<Summary, 'warnings' | 'source'>;

const inWords = ({ code, column, count, lines }: Summary['warnings'][number], summary: Warned): Noticed => {
  const { meaning = code, tip = '' } = catalogue[code] ?? {};
  const rows = Object.hasOwn(fileWarningCatalogue, code) ? [] : [counted(count, 'row')];
  const named = lines.length === 0 ? [] : [placesText(placeWordOf(summary), lines, count)];
  return { column: spokenMapping(column), where: [...rows, ...named].join(', '), sentence: `${meaning} ${tip}`.trim() };
};

/** What was noticed of an import; what may be at lumi without anybody knowing is among its steps, and what was chosen stands before. */
export const noticedOf = (summary: Warned): readonly Noticed[] =>
  summary.warnings
    .filter((warning) => !isDoubt(warning) && !choices.has(warning.code))
    .map((warning) => inWords(warning, summary));

const mappingChosen = ({ mapping, warnings }: Pick<Summary, 'mapping' | 'warnings'>): string[] => {
  if (mapping === null || mapping.found === 'option') return [];
  const isChanged = warnings.some(({ code }) => code === 'changed_header');
  const madeFor = `it was made for ${isChanged ? 'nearly ' : ''}this header`;
  const why = mapping.found === 'header' ? madeFor : 'it has the name of the folder';
  return [`The mapping file ${visibleText(spokenMapping(mapping.key))} was used: ${why}.`];
};

/** What was chosen without asking, a sentence each. */
export const chosenOf = (summary: Warned & Pick<Summary, 'mapping' | 'columns'>): readonly string[] => [
  ...mappingChosen(summary),
  ...summary.warnings
    .filter(({ code }) => choices.has(code))
    .map((warning) => {
      const { where, sentence } = inWords(warning, summary);
      const isSheet = warning.code === 'sheet_chosen' && summary.source.sheet !== null;
      if (isSheet) return `The sheet ${visibleText(summary.source.sheet ?? '')} was read. ${sentence}`;
      const columns = headersOf(summary).get(warning.column);
      if (columns !== undefined) return `${columns}: ${sentence}`;
      return where === '' ? sentence : `${sentence} (${where})`;
    }),
];
