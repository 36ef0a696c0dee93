import { distance } from 'fastest-levenshtein';
import { canonicalColumns, requiredColumns } from './lead.ts';
import type { Mapping } from './mapping.ts';
import { wellKnownNames } from './well-known-names.ts';

/** The report's own columns, as `CONTRACT.md` names them; never part of a lead. */
const reportColumn = /^lead__/i;

/** What the header says about each position of a row. */
export interface HeaderPlan {
  /** The file's own names by position. */
  readonly titles: readonly string[];
  /** Canonical column by position; undefined where the position is only kept for the report. */
  readonly columns: readonly (string | undefined)[];
  /** The file's own name of each canonical column. */
  readonly names: ReadonlyMap<string, string>;
  /** Columns that matched nothing: kept in the report, never sent. */
  readonly ignored: readonly string[];
  /** Positions that a report writes back: all but the `lead__` columns of an earlier report. */
  readonly kept: readonly number[];
  /** Positions of an earlier report's columns, by their names. */
  readonly reportColumns: ReadonlyMap<string, number>;
}

export interface HeaderFault {
  readonly code: 'duplicate_column' | 'missing_column' | 'mapping_conflict';
  readonly message: string;
}

/** Case, spaces, `_`, `-`, `.` and the like make no difference between two names. */
const foldedName = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

const canonicalByName = new Map(canonicalColumns.map((column) => [foldedName(column), column]));
const wellKnownByName = new Map(
  Object.entries(wellKnownNames).flatMap(([column, names]) => names.map((name) => [foldedName(name), column] as const)),
);

const quoted = (name: string): string => `"${name.trim()}"`;

/** How many letters of a name may be wrong before it is another one: a short one has few to spare. */
const slipsIn = (folded: string): number => (folded.length < 5 ? 1 : Math.max(2, folded.length / 4));

/** The nearest known name, when it is near enough to be a slip of the keyboard. */
const nearest = (name: string, candidates: readonly string[]): string | undefined => {
  const folded = foldedName(name);
  const ranked = candidates
    .map((candidate) => ({ candidate, away: distance(folded, foldedName(candidate)) }))
    .toSorted((one, other) => one.away - other.away);
  const best = ranked[0];
  return best !== undefined && best.away <= slipsIn(folded) ? best.candidate : undefined;
};

/** A first line of which nothing is known is probably no header but a row: its cells must not be repeated. */
const noHeaderMessage =
  'No name in the first line is known, so it may be a row and not a header. Expected a header line such as First Name,Email,Mobile,Company,ABN,Amount,Instalments above the rows; other names can be mapped in a file under mappings/.';

/** The name of a file that probably means a column. */
const guessFor = (column: string, names: readonly string[]): string | undefined => {
  const known = [column, column.slice(column.lastIndexOf('.') + 1), ...(wellKnownNames[column] ?? [])];
  return names.find((name) => name.trim() !== '' && nearest(name, known) !== undefined);
};

/** Names found in a header that are repeated to a person; more would not be read. */
const shownNames = 20;

const missingMessage = (missing: readonly string[], ignored: readonly string[]): string => {
  const guesses = missing.map((column) => ({ column, guess: guessFor(column, ignored) }));
  const sentences = guesses.map(({ column, guess }) =>
    guess === undefined ? column : `${column} (did you mean it by ${quoted(guess)}?)`,
  );
  const unknown = ignored.slice(0, shownNames).map(quoted).join(', ');
  const found = ignored.length === 0 ? '' : ` Names that are not known: ${unknown}.`;
  const [example = { column: missing[0] ?? '', guess: ignored[0] }] = guesses.filter(
    ({ guess }) => guess !== undefined,
  );
  const mapping = JSON.stringify({ columns: { [example.guess?.trim() ?? 'Your name']: example.column } });
  return `The header has no column for ${sentences.join(', ')}.${found} Rename the columns, or map them in a file mappings/<name>.json such as ${mapping}; npm start -- suggest-mapping FILE writes a first one.`;
};

/** A mapping to begin with: names of a header that are not known, by the column that each probably means. */
export const suggestedColumns = (header: readonly string[]): Readonly<Record<string, string>> => {
  const isKnown = (name: string): boolean =>
    canonicalByName.has(foldedName(name)) || wellKnownByName.has(foldedName(name)) || reportColumn.test(name.trim());
  const taken = new Set(
    header.map((name) => canonicalByName.get(foldedName(name)) ?? wellKnownByName.get(foldedName(name))),
  );
  const unknown = header.filter((name) => name.trim() !== '' && !isKnown(name));
  const suggested: Record<string, string> = {};
  for (const column of canonicalColumns.filter((each) => !taken.has(each))) {
    const guess = guessFor(
      column,
      unknown.filter((name) => suggested[name.trim()] === undefined),
    );
    if (guess !== undefined) suggested[guess.trim()] = column;
  }
  return suggested;
};

/** Names of a header of which nothing is known, trimmed, and required columns that nothing stands for. */
export const openQuestions = (
  header: readonly string[],
  suggested: Readonly<Record<string, string>>,
): { readonly unknown: readonly string[]; readonly missing: readonly string[] } => {
  const known = (name: string): string | undefined =>
    canonicalByName.get(foldedName(name)) ?? wellKnownByName.get(foldedName(name)) ?? suggested[name.trim()];
  const columns = new Set(header.map(known));
  return {
    unknown: header
      .filter((name) => name.trim() !== '' && known(name) === undefined && !reportColumn.test(name.trim()))
      .map((name) => name.trim()),
    missing: requiredColumns(true).filter((column) => !columns.has(column)),
  };
};

/**
 * Matches a header to the canonical columns: canonical paths first, then well-known names, then the mapping file.
 * Two columns for one field, and a required field without a column or constant, are faults that name them.
 */
export const matchHeader = (
  header: readonly string[],
  mapping: Mapping,
  enforceMandatories: boolean,
): { readonly plan: HeaderPlan } | { readonly fault: HeaderFault } => {
  const mappedByName = new Map(Object.entries(mapping.columns).map(([name, column]) => [foldedName(name), column]));
  const names = new Map<string, string>();
  const reportColumns = new Map<string, number>();
  const columns: (string | undefined)[] = [];
  const ignored: string[] = [];
  for (const [position, name] of header.entries()) {
    if (reportColumn.test(name.trim())) {
      reportColumns.set(name.trim().toLowerCase(), position);
      columns.push(undefined);
      continue;
    }
    const folded = foldedName(name);
    const known = canonicalByName.get(folded) ?? wellKnownByName.get(folded);
    const mapped = mappedByName.get(folded);
    if (known !== undefined && mapped !== undefined && known !== mapped) {
      const message = `The mapping file maps ${quoted(name)} to ${mapped}, but that name already means ${known}. Rename the column in the CSV, and in the mapping file.`;
      return { fault: { code: 'mapping_conflict', message } };
    }
    const column = known ?? mapped;
    columns.push(column);
    if (column === undefined) {
      if (name.trim() !== '') ignored.push(name);
      continue;
    }
    const other = names.get(column);
    if (other !== undefined) {
      const message = `Two columns hold ${column}: ${quoted(other)} (column ${header.indexOf(other) + 1}) and ${quoted(name)} (column ${position + 1}). Rename or remove one of them.`;
      return { fault: { code: 'duplicate_column', message } };
    }
    names.set(column, name);
  }
  const missing = requiredColumns(enforceMandatories).filter(
    (column) => !names.has(column) && mapping.constants[column] === undefined,
  );
  if (missing.length > 0) {
    const message = names.size === 0 ? noHeaderMessage : missingMessage(missing, ignored);
    return { fault: { code: 'missing_column', message } };
  }
  const kept = [...header.keys()].filter((position) => !reportColumn.test(header[position]?.trim() ?? ''));
  return { plan: { titles: header, columns, names, ignored, kept, reportColumns } };
};

/** How a sentence to a person names the cell at a position: by the file's own header, or by its place in the row. */
export const cellName = ({ titles }: HeaderPlan, position: number): string =>
  titles[position]?.trim() || `Cell ${position + 1} of the row`;

/** The file's name of a canonical column, for a sentence to a person. */
export const headerName = (plan: HeaderPlan, column: string): string => plan.names.get(column)?.trim() ?? column;
