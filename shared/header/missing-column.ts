import { shown, visibleText } from '../words/escaping.ts';
import { columnsSheet, valuesSheet } from './mapping-sheets.ts';

/** What looks like a value and not like a name: then the line was a row, and its cells must not be repeated. */
const looksLikeValue = (name: string): boolean => /@|\d{4}|\$\s?\d|^\s*\d/.test(name);

const quoted = (name: string): string => (looksLikeValue(name) ? '"…"' : shown(name.trim()));

const expectedHeader =
  'Expected a header line such as First Name,Email,Mobile,Company,ABN,Amount,Instalments above the rows.';

/** Signs that separate columns elsewhere. */
const otherDelimiters: readonly (readonly [RegExp, string])[] = [
  [/~/g, '~'],
  [/\^/g, '^'],
  [/:/g, ':'],
  [/\u0001|\u001f/g, 'a control character'],
  [/ {2,}/g, 'spaces (fixed width)'],
];

/**
 * What is wrong with a first line of which nothing is known. It is probably no header but a row, so its cells are not
 * repeated.
 */
export const noHeaderFault = (
  header: readonly string[],
): { readonly code: 'missing_column' | 'unknown_delimiter'; readonly what: string } => {
  const [only = '', ...others] = header.filter((cell) => cell.trim() !== '');
  if (others.length > 0)
    return {
      code: 'missing_column',
      what: `No name in the first line is known, so it may be a row and not a header. ${expectedHeader}`,
    };
  if (/[,;\t|]/.test(only))
    return {
      code: 'unknown_delimiter',
      what: 'The header is one cell: each line stands in quotes as a whole, or the line sep= names another separator.',
    };
  const [delimiter] = otherDelimiters.filter(([sign]) => (only.match(sign)?.length ?? 0) >= 3);
  if (delimiter !== undefined)
    return {
      code: 'unknown_delimiter',
      what: `The columns seem to be separated by ${delimiter[1]}. Expected commas, semicolons, tabs or |.`,
    };
  return {
    code: 'missing_column',
    what: `The first line has one name, and it is not known. ${expectedHeader}`,
  };
};

/** Whether a header is that of a sheet in which somebody says what columns mean. */
export const isMappingWorkbook = (header: readonly string[]): boolean =>
  [columnsSheet, valuesSheet].some(({ head }) => head.every((name) => header.includes(name)));

/** For columns of lumi that no name stands for, the file's column that they may be. */
export type Guesses = ReadonlyMap<string, string>;

/** How a name of a header is shown that may be a value. */
export const maskedName = (name: string): string => (looksLikeValue(name) ? '…' : name);

/** For names of a header that are not understood, the missing column that each probably means. */
export const guessesFor = (missing: readonly string[], guesses: Guesses): Record<string, string> =>
  Object.fromEntries(
    missing.flatMap((column): [string, string][] => {
      const guess = guesses.get(column);
      return guess === undefined ? [] : [[visibleText(guess), column]];
    }),
  );

/** Names found in a header that are repeated to a person; more would not be read. */
const shownNames = 20;

/** Says which required columns are missing, and what in the header they may be. */
export const missingColumnMessage = (
  missing: readonly string[],
  unknown: readonly string[],
  guesses: Guesses,
): string => {
  const sentences = missing.map((column) => {
    const guess = guesses.get(column);
    return guess === undefined ? column : `${column} (is it ${quoted(guess)}?)`;
  });
  const found = unknown.length === 0 ? '' : ` Unknown names: ${unknown.slice(0, shownNames).map(quoted).join(', ')}.`;
  return `The header has no column for ${sentences.join(', ')}.${found}`;
};
