import { distance } from 'fastest-levenshtein';
import { canonicalColumns, requiredColumns } from './lead.ts';
import type { Mapping } from './mapping.ts';
import { wellKnownNames } from './well-known-names.ts';

/** The report's own columns, as `CONTRACT.md` names them; never part of a lead. */
const reportColumn = /^lead__/i;

/** What the header says about each position of a row. */
export interface HeaderPlan {
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

const missingMessage = (missing: readonly string[], ignored: readonly string[]): string => {
  const sentences = missing.map((column) => {
    const known = [column, column.slice(column.lastIndexOf('.') + 1), ...(wellKnownNames[column] ?? [])];
    const guess = ignored.find((name) => name.trim() !== '' && nearest(name, known) !== undefined);
    return guess === undefined ? column : `${column} (did you mean it by ${quoted(guess)}?)`;
  });
  return `The header has no column for ${sentences.join(', ')}. Rename the columns, or map them in a file under mappings/.`;
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
      const message = `Two columns hold ${column}: ${quoted(other)} and ${quoted(name)}. Rename or remove one of them.`;
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
  return { plan: { columns, names, ignored, kept, reportColumns } };
};

/** The file's name of a canonical column, for a sentence to a person. */
export const headerName = (plan: HeaderPlan, column: string): string => plan.names.get(column)?.trim() ?? column;
