import { requiredColumns } from '../lead/lead.ts';
import { reportColumnOf } from '../table/report-columns.ts';
import { shown, visibleText } from '../words/escaping.ts';
import { foldedLook } from '../words/folded-look.ts';
import { foldedName } from '../words/folded-name.ts';
import { knownColumnOf } from './column-name.ts';
import { type Conversion, periodsPerYear } from './conversion.ts';
import { distinctTitles } from './distinct-titles.ts';
import { type Mapping, type Meaning, repaidColumnOf } from './mapping.ts';
import {
  type Guesses,
  guessesFor,
  isMappingWorkbook,
  maskedName,
  missingColumnMessage,
  noHeaderFault,
} from './missing-column.ts';

/** Where the text of a column comes from. */
export interface Source {
  readonly position: number;
  /** What of the cell: all of it, or one of the two names that it holds. */
  readonly part: 'whole' | 'first_name' | 'last_name';
  /** What becomes of its number; absent: nothing. */
  readonly conversion?: Conversion;
  /** The lower counts first. Sources of one rank must agree in every row: nobody has said which of them counts. */
  readonly rank: number;
}

/** What the header says about each position of a row. */
export interface HeaderPlan {
  /** The file's own names by position; of two equal ones the second is `Name (2)`. */
  readonly titles: readonly string[];
  /** Canonical column by position; undefined where the position is only kept for the report. */
  readonly columns: readonly (string | undefined)[];
  /** Where each canonical column is read from, by rank: the first that is filled in counts. */
  readonly sources: ReadonlyMap<string, readonly Source[]>;
  /** The file's own name of each canonical column. */
  readonly names: ReadonlyMap<string, string>;
  /** Columns that have several headers though no mapping file says which one counts. */
  readonly several: readonly string[];
  /** Positions that matched nothing, or are kept out on purpose: kept in the report, never sent. */
  readonly ignored: readonly number[];
  /** Those of them that the mapping file keeps out. */
  readonly keptOut: readonly number[];
  /** Positions that a report writes back: all but the `lead__` columns of an earlier report. */
  readonly kept: readonly number[];
  /** Positions of an earlier report's columns, by `reportColumns`. */
  readonly reportColumns: ReadonlyMap<string, number>;
}

/** What the names of a header were taken for, so that a person sees where it went wrong. */
export interface SeenHeader {
  /** What each header was taken for. */
  readonly mapped: Readonly<Record<string, string>>;
  readonly ignored: readonly string[];
  /** For headers that were not understood, the column that each may stand for. */
  readonly guesses: Readonly<Record<string, string>>;
}

export interface HeaderFault {
  readonly code: 'missing_column' | 'unknown_delimiter' | 'invalid_mapping' | 'mapping_as_leads';
  readonly what: string;
  /** Absent where nothing of the line was known: it may be a row. */
  readonly seen?: SeenHeader;
  /** What else is wrong with the header. */
  readonly others?: readonly HeaderFault[];
}

/** A source with the column that it is of. */
interface FoundSource extends Source {
  readonly column: string;
  readonly isMapped: boolean;
}

/** Of several phones the one that people answer: a mobile, then a plain one, then home and work. */
const phoneRank = (name: string): number => {
  if (/mob|cell/i.test(name)) return 0;
  return /home|work|business|office|other|after/i.test(name) ? 2 : 1;
};

/** Which of several columns goes first by its name; equal where neither does. */
const rankOf = (column: string, name: string, header: readonly string[]): number => {
  // Two phones of one person are no contradiction, unless they have one name.
  if (column === 'customer.phone') {
    const first = header.findIndex((title) => foldedLook(title) === foldedLook(name));
    return phoneRank(name) * longestHeader + first;
  }
  return column === 'company.abn' && /^\W*a\W*c\W*n\b/i.test(name) ? 1 : 0;
};

/** A header has fewer names. */
const longestHeader = 1_000;

const conversionOf = (
  meaning: Exclude<Meaning, string | null | { split: unknown }>,
  positionOf: (name: string) => number,
): Conversion => {
  if ('times' in meaning) return { kind: 'times', times: meaning.times };
  if ('per' in meaning) return { kind: 'times', times: periodsPerYear[meaning.per] / 12 };
  if (!('repaid' in meaning)) return { kind: 'months', unit: meaning.unit };
  const { unit, repaid } = meaning;
  return {
    kind: 'repayments',
    unit,
    repaid: typeof repaid === 'string' ? repaid : { position: positionOf(repaid.column) },
  };
};

const sourcesOf = (
  meaning: Exclude<Meaning, null>,
  at: Pick<Source, 'position' | 'rank'>,
  positionOf: (name: string) => number = () => -1,
): FoundSource[] => {
  const source = { ...at, part: 'whole', isMapped: true } as const;
  if (typeof meaning === 'string') return [{ ...source, column: meaning }];
  if ('column' in meaning)
    return [{ ...source, column: meaning.column, conversion: conversionOf(meaning, positionOf) }];
  const [first, last] = meaning.split;
  return [
    { ...source, column: first, part: 'first_name' },
    { ...source, column: last, part: 'last_name' },
  ];
};

/** The sources of one column that count: those of the mapping file, where it names any, in their order. */
const counted = (sources: readonly FoundSource[]): readonly FoundSource[] => {
  const mapped = sources.filter(({ isMapped }) => isMapped);
  return (mapped.length > 0 ? mapped : sources).toSorted((one, other) => one.rank - other.rank);
};

/** Required columns that nothing in the header stands for. */
const missingFault = (missing: readonly string[], unknown: readonly string[], guesses: Guesses): HeaderFault[] =>
  missing.length === 0 ? [] : [{ code: 'missing_column', what: missingColumnMessage(missing, unknown, guesses) }];

/** A mapping that takes how often a loan is repaid from a column that the header does not have. */
const repaidFault = (mapping: Mapping, positionOf: (name: string) => number): HeaderFault[] => {
  const absent = mapping.columns
    .flatMap(([, meaning]) => repaidColumnOf(meaning))
    .filter((name) => positionOf(name) === -1);
  if (absent.length === 0) return [];
  const what = `The mapping file takes how often the loan is repaid from the column ${absent.map(shown).join(', ')}, which the header does not have.`;
  return [{ code: 'invalid_mapping', what }];
};

const seenHeader = (
  header: readonly string[],
  found: readonly FoundSource[],
  missing: readonly string[],
  guesses: Guesses,
): SeenHeader => {
  const taken = new Map(found.map(({ position, column }) => [position, column]));
  const known = [...header.keys()].flatMap((position): [string, string][] => {
    const column = taken.get(position);
    return column === undefined ? [] : [[visibleText(header[position]?.trim() ?? ''), column]];
  });
  const ignored = [...header.entries()]
    .filter(([position, name]) => !taken.has(position) && name.trim() !== '' && reportColumnOf(name) === undefined)
    .map(([position]) => position);
  return {
    mapped: Object.fromEntries(known),
    ignored: ignored.map((position) => visibleText(maskedName(header[position]?.trim() ?? ''))),
    guesses: guessesFor(missing, guesses),
  };
};

/** Positions whose cells say how often a loan is repaid, with what they are for. */
const frequencyPositions = (found: readonly FoundSource[]): Map<number, string> =>
  new Map(
    found.flatMap(({ conversion, column }): [number, string][] =>
      conversion?.kind === 'repayments' && typeof conversion.repaid === 'object'
        ? [[conversion.repaid.position, column]]
        : [],
    ),
  );

/** What a header comes to. */
export interface MatchedHeader {
  readonly plan: HeaderPlan;
  /** Why no row can be sent by the plan; absent where rows can. */
  readonly fault?: HeaderFault;
}

/**
 * Matches a header to the canonical columns: the mapping file first, then canonical paths, then well-known names. A
 * required field without a column or constant, and a mapping that names a column that is not there, are faults.
 * @param guesses what columns of other names may be, by what they hold
 */
export const matchHeader = (
  header: readonly string[],
  mapping: Mapping,
  enforceMandatories: boolean,
  guesses: Guesses = new Map(),
): MatchedHeader => {
  const titles = distinctTitles(header);
  const meanings = new Map(
    mapping.columns.map(([name, meaning], rank) => [foldedName(name), { meaning, rank }] as const),
  );
  const positionOf = (name: string): number => titles.findIndex((title) => foldedName(title) === foldedName(name));
  const reportColumns = new Map<string, number>();
  const found: FoundSource[] = [];
  const keptOut: number[] = [];
  for (const [position, name] of header.entries()) {
    const reported = reportColumnOf(name);
    if (reported !== undefined) {
      reportColumns.set(reported, position);
      continue;
    }
    const mapped = meanings.get(foldedName(titles[position] ?? '')) ?? meanings.get(foldedName(name));
    const known = knownColumnOf(name);
    if (mapped?.meaning === null) keptOut.push(position);
    if (mapped !== undefined && mapped.meaning !== null)
      found.push(...sourcesOf(mapped.meaning, { position, rank: mapped.rank }, positionOf));
    else if (mapped === undefined && known !== undefined)
      found.push({ column: known, position, part: 'whole', rank: rankOf(known, name, header), isMapped: false });
  }
  const frequencies = frequencyPositions(found);
  const sources = new Map<string, readonly Source[]>();
  const several: string[] = [];
  for (const [column, all] of Map.groupBy(found, (source) => source.column)) {
    const ofColumn = counted(all.filter(({ position, isMapped }) => isMapped || !frequencies.has(position)));
    if (ofColumn.length === 0) continue;
    if (ofColumn.length > 1 && ofColumn.every(({ isMapped }) => !isMapped)) several.push(column);
    sources.set(column, ofColumn);
  }
  const columns: (string | undefined)[] = header.map((_, position) => frequencies.get(position));
  for (const [column, all] of sources) for (const { position } of all) columns[position] ??= column;
  const isReported = (position: number): boolean => reportColumnOf(header[position] ?? '') !== undefined;
  const kept = [...header.keys()].filter((position) => !isReported(position));
  const ignored = kept.filter((position) => columns[position] === undefined && header[position]?.trim() !== '');
  const missing = requiredColumns(enforceMandatories).filter(
    (column) => !sources.has(column) && !mapping.constants.has(column),
  );
  const names = new Map([...sources].map(([column, [first]]) => [column, titles[first?.position ?? 0] ?? '']));
  const plan = { titles, columns, sources, names, several, ignored, keptOut, kept, reportColumns };
  if (missing.length > 0 && isMappingWorkbook(header))
    return { plan, fault: { code: 'mapping_as_leads', what: 'The file is a mapping workbook, and no file of leads.' } };
  if (missing.length > 0 && sources.size === 0) return { plan, fault: noHeaderFault(header) };
  const [first, ...others] = [
    ...missingFault(
      missing,
      ignored.map((position) => header[position] ?? ''),
      guesses,
    ),
    ...(frequencies.has(-1) ? repaidFault(mapping, positionOf) : []),
  ];
  if (first === undefined) return { plan };
  return { plan, fault: { ...first, seen: seenHeader(header, found, missing, guesses), others } };
};

/** The canonical columns that a line names, whatever else it holds. */
export const columnsNamed = (header: readonly string[], mapping: Mapping): ReadonlySet<string> => {
  const meanings = new Map(mapping.columns.map(([name, meaning]) => [foldedName(name), meaning]));
  const named = header.flatMap((name): (string | undefined)[] => {
    const meaning = meanings.get(foldedName(name));
    if (meaning === undefined) return [knownColumnOf(name)];
    return meaning === null ? [] : sourcesOf(meaning, { position: 0, rank: 0 }).map(({ column }) => column);
  });
  return new Set(named.filter((column) => column !== undefined));
};

/** Whether a row has something in a cell of a canonical column. */
export const isFilled = ({ sources }: HeaderPlan, cells: readonly string[], column: string): boolean =>
  (sources.get(column) ?? []).some(({ position }) => (cells[position]?.trim() ?? '') !== '');

/** How a sentence to a person names the cell at a position: by the file's own header, or by its place in the row. */
export const cellName = ({ titles }: HeaderPlan, position: number): string =>
  visibleText(titles[position]?.trim() ?? '') || `Cell ${position + 1} of the row`;

/** The file's name of a canonical column, for a sentence to a person. */
export const headerName = (plan: HeaderPlan, column: string): string =>
  visibleText(plan.names.get(column)?.trim() ?? '') || column;
