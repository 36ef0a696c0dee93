import { foldedName, knownColumnOf } from './column-name.ts';
import { requiredColumns } from './lead.ts';
import type { Mapping } from './mapping.ts';
import { missingColumnMessage, noHeaderMessage } from './missing-column.ts';
import { reportColumnOf } from './report-columns.ts';

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
  /** Positions of an earlier report's columns, by `reportColumns`. */
  readonly reportColumns: ReadonlyMap<string, number>;
}

export interface HeaderFault {
  readonly code: 'duplicate_column' | 'missing_column' | 'mapping_conflict';
  readonly message: string;
}

const quoted = (name: string): string => `"${name.trim()}"`;

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
    const reported = reportColumnOf(name);
    if (reported !== undefined) {
      reportColumns.set(reported, position);
      columns.push(undefined);
      continue;
    }
    const known = knownColumnOf(name);
    const mapped = mappedByName.get(foldedName(name));
    if (known !== undefined && mapped !== undefined && known !== mapped) {
      const message = `The mapping file maps ${quoted(name)} to ${mapped}, but that name already means ${known}.`;
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
      const message = `Two columns hold ${column}: ${quoted(other)} (column ${header.indexOf(other) + 1}) and ${quoted(name)} (column ${position + 1}).`;
      return { fault: { code: 'duplicate_column', message } };
    }
    names.set(column, name);
  }
  const missing = requiredColumns(enforceMandatories).filter(
    (column) => !names.has(column) && mapping.constants[column] === undefined,
  );
  if (missing.length > 0) {
    const message = names.size === 0 ? noHeaderMessage : missingColumnMessage(missing, ignored);
    return { fault: { code: 'missing_column', message } };
  }
  const kept = [...header.keys()].filter((position) => reportColumnOf(header[position] ?? '') === undefined);
  return { plan: { titles: header, columns, names, ignored, kept, reportColumns } };
};

/** How a sentence to a person names the cell at a position: by the file's own header, or by its place in the row. */
export const cellName = ({ titles }: HeaderPlan, position: number): string =>
  titles[position]?.trim() || `Cell ${position + 1} of the row`;

/** The file's name of a canonical column, for a sentence to a person. */
export const headerName = (plan: HeaderPlan, column: string): string => plan.names.get(column)?.trim() ?? column;
