import { knownColumnOf } from './column-name.ts';
import { canonicalColumns, requiredColumns } from './lead.ts';
import { guessFor } from './missing-column.ts';
import { reportColumnOf } from './report-columns.ts';

/** A mapping to begin with: names of a header that are not known, by the column that each probably means. */
export const suggestedColumns = (header: readonly string[]): Readonly<Record<string, string>> => {
  const isKnown = (name: string): boolean => knownColumnOf(name) !== undefined || reportColumnOf(name) !== undefined;
  const taken = new Set(header.map(knownColumnOf));
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
export const unmatchedColumns = (
  header: readonly string[],
  suggested: Readonly<Record<string, string>>,
): { readonly unknown: readonly string[]; readonly missing: readonly string[] } => {
  const known = (name: string): string | undefined => knownColumnOf(name) ?? suggested[name.trim()];
  const columns = new Set(header.map(known));
  return {
    unknown: header
      .filter((name) => name.trim() !== '' && known(name) === undefined && reportColumnOf(name) === undefined)
      .map((name) => name.trim()),
    missing: requiredColumns(true).filter((column) => !columns.has(column)),
  };
};
