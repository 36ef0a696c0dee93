import { canonicalColumns } from './lead.ts';
import { wellKnownNames } from './well-known-names.ts';

/** Case, spaces, `_`, `-`, `.` and the like make no difference between two names. */
export const foldedName = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

const canonicalByName = new Map(canonicalColumns.map((column) => [foldedName(column), column]));
const wellKnownByName = new Map(
  Object.entries(wellKnownNames).flatMap(([column, names]) => names.map((name) => [foldedName(name), column] as const)),
);

/** The column that a name means without any mapping file; undefined where it means none. */
export const knownColumnOf = (name: string): string | undefined =>
  canonicalByName.get(foldedName(name)) ?? wellKnownByName.get(foldedName(name));
