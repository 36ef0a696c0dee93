import { reportColumnOf } from '../csv/report-columns.ts';
import { requiredColumns } from '../lead/lead.ts';
import { shown, visibleText } from '../words/escaping.ts';
import { foldedName } from '../words/folded-name.ts';
import { knownColumnOf } from './column-name.ts';
import type { Mapping, Meaning } from './mapping.ts';
import { guessesFor, maskedName, missingColumnMessage, noHeaderFault } from './missing-column.ts';

/** Where the text of a column comes from. */
export interface Source {
  readonly position: number;
  /** What of the cell: all of it, or one of the two names that it holds. */
  readonly part: 'whole' | 'first_name' | 'last_name';
  /** What the number in the cell is multiplied by. */
  readonly times: number;
}

/** What the header says about each position of a row. */
export interface HeaderPlan {
  /** The file's own names by position. */
  readonly titles: readonly string[];
  /** Canonical column by position; undefined where the position is only kept for the report. */
  readonly columns: readonly (string | undefined)[];
  /** Where each canonical column is read from: the first source that is filled in counts. */
  readonly sources: ReadonlyMap<string, readonly Source[]>;
  /** The file's own name of each canonical column. */
  readonly names: ReadonlyMap<string, string>;
  /** Columns that have several headers though no mapping file says which one counts. */
  readonly several: readonly string[];
  /** Columns that matched nothing, or are kept out on purpose: kept in the report, never sent. */
  readonly ignored: readonly string[];
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
  readonly code: 'duplicate_column' | 'missing_column' | 'unknown_delimiter';
  readonly what: string;
  /** Absent where nothing of the line was known: it may be a row. */
  readonly seen?: SeenHeader;
}

const quoted = (name: string): string => shown(name.trim());

/** A source with its place among those of its column. */
interface RankedSource extends Source {
  readonly column: string;
  /** The file's name of it, folded. */
  readonly name: string;
  readonly rank: number;
  readonly isMapped: boolean;
}

/** Of several phones the one that people answer: a mobile, then a plain one, then home and work. */
const phoneRank = (name: string): number => {
  if (/mob|cell/i.test(name)) return 0;
  return /home|work|business|office|other|after/i.test(name) ? 2 : 1;
};

const sourcesOf = (
  meaning: Exclude<Meaning, null>,
  at: Pick<RankedSource, 'position' | 'rank' | 'name'>,
): RankedSource[] => {
  const source = { ...at, part: 'whole', times: 1, isMapped: true } as const;
  if (typeof meaning === 'string') return [{ ...source, column: meaning }];
  if ('times' in meaning) return [{ ...source, column: meaning.column, times: meaning.times }];
  const [first, last] = meaning.split;
  return [
    { ...source, column: first, part: 'first_name' },
    { ...source, column: last, part: 'last_name' },
  ];
};

/** The sources of one column in their order; undefined where nobody says which of them counts. */
const ordered = (column: string, sources: readonly RankedSource[]): readonly RankedSource[] | undefined => {
  const mapped = sources.filter(({ isMapped }) => isMapped);
  const counted = (mapped.length > 0 ? mapped : sources).toSorted((one, other) => one.rank - other.rank);
  const areDifferent = new Set(counted.map(({ name }) => name)).size === counted.length;
  const mayBeSeveral = counted.length === 1 || (areDifferent && (mapped.length > 0 || column === 'customer.phone'));
  return mayBeSeveral ? counted : undefined;
};

const duplicateMessage = (column: string, header: readonly string[], positions: readonly number[]): string => {
  const [one = 0, other = 0] = positions;
  const name = (position: number): string => `${quoted(header[position] ?? '')} (column ${position + 1})`;
  return `Two columns hold ${column}: ${name(one)} and ${name(other)}.`;
};

const seenHeader = (
  header: readonly string[],
  found: readonly RankedSource[],
  missing: readonly string[],
): SeenHeader => {
  const taken = new Map(found.map(({ position, column }) => [position, column]));
  const known = [...header.keys()].flatMap((position): [string, string][] => {
    const column = taken.get(position);
    return column === undefined ? [] : [[visibleText(header[position]?.trim() ?? ''), column]];
  });
  const ignored = [...header.entries()]
    .filter(([position, name]) => !taken.has(position) && name.trim() !== '' && reportColumnOf(name) === undefined)
    .map(([, name]) => name.trim());
  return {
    mapped: Object.fromEntries(known),
    ignored: ignored.map((name) => visibleText(maskedName(name))),
    guesses: guessesFor(missing, ignored),
  };
};

/**
 * Matches a header to the canonical columns: the mapping file first, then canonical paths, then well-known names.
 * Two columns for one field of which nobody says which one counts, and a required field without a column or constant,
 * are faults that name them.
 */
export const matchHeader = (
  header: readonly string[],
  mapping: Mapping,
  enforceMandatories: boolean,
): { readonly plan: HeaderPlan } | { readonly fault: HeaderFault } => {
  const meanings = new Map(
    mapping.columns.map(([name, meaning], rank) => [foldedName(name), { meaning, rank }] as const),
  );
  const reportColumns = new Map<string, number>();
  const found: RankedSource[] = [];
  for (const [position, name] of header.entries()) {
    const reported = reportColumnOf(name);
    if (reported !== undefined) {
      reportColumns.set(reported, position);
      continue;
    }
    const mapped = meanings.get(foldedName(name));
    const known = knownColumnOf(name);
    if (mapped !== undefined && mapped.meaning !== null)
      found.push(...sourcesOf(mapped.meaning, { position, rank: mapped.rank, name: foldedName(name) }));
    else if (mapped === undefined && known !== undefined)
      found.push({
        column: known,
        position,
        part: 'whole',
        times: 1,
        rank: phoneRank(name),
        isMapped: false,
        name: foldedName(name),
      });
  }
  const sources = new Map<string, readonly Source[]>();
  const several: string[] = [];
  for (const [column, all] of Map.groupBy(found, (source) => source.column)) {
    const counted = ordered(column, all);
    if (counted === undefined) {
      const positions = all.map(({ position }) => position);
      const what = duplicateMessage(column, header, positions);
      return { fault: { code: 'duplicate_column', what, seen: seenHeader(header, found, []) } };
    }
    if (counted.length > 1 && counted.every(({ isMapped }) => !isMapped)) several.push(column);
    sources.set(column, counted);
  }
  const columns: (string | undefined)[] = header.map(() => undefined);
  for (const [column, all] of sources) for (const { position } of all) columns[position] ??= column;
  const isReported = (position: number): boolean => reportColumnOf(header[position] ?? '') !== undefined;
  const kept = [...header.keys()].filter((position) => !isReported(position));
  const ignored = kept
    .filter((position) => columns[position] === undefined && header[position]?.trim() !== '')
    .map((position) => header[position] ?? '');
  const missing = requiredColumns(enforceMandatories).filter(
    (column) => !sources.has(column) && !mapping.constants.has(column),
  );
  if (missing.length > 0) {
    if (sources.size === 0) return { fault: noHeaderFault(header) };
    const what = missingColumnMessage(missing, ignored);
    return { fault: { code: 'missing_column', what, seen: seenHeader(header, found, missing) } };
  }
  const names = new Map([...sources].map(([column, [first]]) => [column, header[first?.position ?? 0] ?? '']));
  return { plan: { titles: header, columns, sources, names, several, ignored, kept, reportColumns } };
};

/** The canonical columns that a line names, whatever else it holds. */
export const columnsNamed = (header: readonly string[], mapping: Mapping): ReadonlySet<string> => {
  const meanings = new Map(mapping.columns.map(([name, meaning]) => [foldedName(name), meaning]));
  const named = header.flatMap((name): (string | undefined)[] => {
    const meaning = meanings.get(foldedName(name));
    if (meaning === undefined) return [knownColumnOf(name)];
    return meaning === null ? [] : sourcesOf(meaning, { position: 0, rank: 0, name: '' }).map(({ column }) => column);
  });
  return new Set(named.filter((column) => column !== undefined));
};

/** How a sentence to a person names the cell at a position: by the file's own header, or by its place in the row. */
export const cellName = ({ titles }: HeaderPlan, position: number): string =>
  visibleText(titles[position]?.trim() ?? '') || `Cell ${position + 1} of the row`;

/** The file's name of a canonical column, for a sentence to a person. */
export const headerName = (plan: HeaderPlan, column: string): string =>
  visibleText(plan.names.get(column)?.trim() ?? '') || column;
