import { fixedValues } from '../lead/fixed-values.ts';
import { requiredColumns } from '../lead/lead.ts';
import type { CellRules } from '../lead/refusal.ts';
import { reportColumnOf } from '../table/report-columns.ts';
import { foldedName, foldedText } from '../words/folded-name.ts';
import { knownColumnOf } from './column-name.ts';
import type { Mapping, Meaning } from './mapping.ts';
import type { MappingSheets } from './mapping-sheets.ts';
import { columnsOf, unitChoices, wordsFor } from './mapping-words.ts';
import { keepOut, plainNames } from './plain-names.ts';
import { type MappingProposal, proposeMapping } from './propose-mapping.ts';
import { type ColumnProposal, filledIn, type SeenColumn } from './seen-column.ts';

/** Texts of fixed lists that a workbook asks about, and how long each may be: more of it would not be a list. */
const maxValues = 200;
const maxTextLength = 60;

/** A file as it was read, before its mapping is asked for. */
export interface ReadFile {
  readonly columns: readonly SeenColumn[];
  /** How many rows have something in each, where that is more than what was seen. */
  readonly filled: readonly number[];
  readonly mapping: Mapping;
  readonly enforceMandatories: boolean;
  readonly rules: CellRules;
}

/** Whether these sheets can say all that a mapping file says: otherwise what they replace would lose something. */
const isSayable = ({ columns, values, constants, dates, encoding }: Mapping): boolean =>
  constants.size === 0 &&
  dates === 'DMY' &&
  encoding === undefined &&
  columns.every(([, meaning]) => wordsFor(meaning) !== undefined) &&
  values.every(([column, texts]) => fixedValues.has(column) && texts.every(([text]) => text.length <= maxTextLength)) &&
  values.flatMap(([, texts]) => texts).length <= maxValues;

/** What a mapping says of columns, by folded header. */
export const decidedIn = ({ columns }: Mapping): ReadonlyMap<string, Meaning> =>
  new Map(columns.map(([name, meaning]) => [foldedName(name), meaning] as const));

/** Whether enough of a header is understood that the names of its columns are no person's row. */
const isHeader = (
  columns: readonly SeenColumn[],
  decided: ReadonlyMap<string, Meaning>,
  required: readonly string[],
): boolean => {
  const known = new Set(
    columns.flatMap(({ title }): readonly string[] => {
      const said = decided.get(foldedName(title));
      const named = knownColumnOf(title);
      if (said !== undefined) return columnsOf(said);
      return named === undefined ? [] : [named];
    }),
  );
  return required.filter((column) => known.has(column)).length * 2 >= required.length;
};

/** The one column that a meaning names; none for both names together. */
const columnOf = (meaning: Meaning): string | undefined => {
  const [only, ...others] = columnsOf(meaning);
  return others.length === 0 ? only : undefined;
};

/** Columns in a sentence. */
const listed = (columns: readonly string[]): string =>
  columns.map((column) => plainNames[column] ?? column).join(' or ');

/** What is asked of a column, in words; empty where nothing is. @param missing what lumi needs and nothing stands for */
const askedOf = ({ meaning, why, certainty }: ColumnProposal, isSaid: boolean, missing: readonly string[]): string => {
  if (isSaid || certainty === 'known') return '';
  if (meaning === null)
    return missing.length === 0 ? '' : `Is it ${listed(missing)}? lumi needs ${missing.length === 1 ? 'it' : 'them'}.`;
  const words = wordsFor(meaning);
  const name = words === undefined ? '' : `${words.meaning}${words.unit === '' ? '' : ` (${words.unit})`}`;
  return certainty === 'ask' ? `Is it ${name}? ${why}` : `Taken for ${name}: ${why}`;
};

type ValueRow = MappingSheets['values'][number];

/** What the mapping in use says of texts of fixed lists, and what is asked of others. */
const valueRows = (
  { values }: MappingProposal,
  titleOf: (column: string) => string,
  { mapping }: ReadFile,
): { readonly said: ValueRow[]; readonly asked: ValueRow[] } => {
  const rowOf = (column: string, rest: Pick<ValueRow, 'text' | 'rows' | 'meaning'>): ValueRow => ({
    title: titleOf(column),
    ...rest,
    choices: [...(fixedValues.get(column) ?? [])],
  });
  const said = mapping.values.flatMap(([column, texts]) =>
    texts.map(([text, value]) => rowOf(column, { text, rows: 0, meaning: String(value).trim() || keepOut })),
  );
  const isSaid = ({ title, text }: ValueRow): boolean =>
    said.some((other) => other.title === title && foldedText(other.text) === foldedText(text));
  const asked = values
    .filter(({ column, text }) => fixedValues.has(column) && text.length <= maxTextLength)
    .map(({ column, text, count, value }) => rowOf(column, { text, rows: count, meaning: value ?? '' }));
  return { said, asked: asked.filter((row) => !isSaid(row)) };
};

/** What a workbook asks of a file, and whether something has to be said at all. */
export const mappingSheetsOf = (file: ReadFile): { readonly sheets: MappingSheets; readonly isAsked: boolean } => {
  const { columns, filled, mapping, enforceMandatories, rules } = file;
  const decided = decidedIn(mapping);
  const proposal = proposeMapping(columns, decided, rules);
  const byTitle = new Map(proposal.columns.map((each) => [each.title, each]));
  const own = columns.flatMap((column, index) => {
    const proposed = byTitle.get(column.title.trim());
    return column.title.trim() === '' || reportColumnOf(column.title) !== undefined || proposed === undefined
      ? []
      : [{ proposed, filled: Math.max(filled[index] ?? 0, filledIn(column)) }];
  });
  const asked = new Set(
    proposal.columns.filter(({ certainty }) => certainty === 'ask').map(({ meaning }) => columnOf(meaning)),
  );
  const missing = proposal.missing.filter(
    (column) => requiredColumns(enforceMandatories).includes(column) && !asked.has(column),
  );
  const rows = own.map(({ proposed, filled: count }) => {
    const { title, meaning, certainty } = proposed;
    const isSaid = decided.has(foldedName(title));
    const isTaken = meaning !== null && (isSaid || certainty !== 'ask');
    const words = isTaken || isSaid ? wordsFor(meaning) : undefined;
    const column = columnOf(meaning);
    return {
      title,
      filled: count,
      meaning: words?.meaning ?? '',
      unit: words?.unit ?? '',
      units: [...(unitChoices[column ?? ''] ?? [])],
      decide: askedOf(proposed, isSaid, missing),
    };
  });
  const titleOf = (column: string): string =>
    proposal.columns.find(({ meaning }) => columnOf(meaning) === column)?.title ?? plainNames[column] ?? column;
  const { said, asked: open } = valueRows(proposal, titleOf, file);
  const values = [...said, ...open].slice(0, maxValues);
  const isAsked = missing.length > 0 || rows.some(({ decide }) => decide !== '') || open.length > 0;
  return { sheets: { columns: rows, values }, isAsked };
};

/**
 * What is to be decided about a file, as people are asked it in a workbook; undefined where nothing is, where too little of
 * the header is understood, or where the mapping file in use says what these sheets cannot.
 */
export const askMapping = (file: ReadFile): MappingSheets | undefined => {
  const { columns, mapping, enforceMandatories } = file;
  if (!isSayable(mapping) || !isHeader(columns, decidedIn(mapping), requiredColumns(enforceMandatories)))
    return undefined;
  const { sheets, isAsked } = mappingSheetsOf(file);
  return isAsked ? sheets : undefined;
};
