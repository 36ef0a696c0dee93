import type { CellRange } from '../table/table.ts';

/** The position of a column by its letters: `A` is 0, `AA` 26. */
const positionOf = (letters: string): number => {
  let position = 0;
  for (let at = 0; at < letters.length; at += 1) position = position * 26 + (letters.charCodeAt(at) & 31);
  return position - 1;
};

/** The position of the column that a cell's name begins with: that of `C12` is 2; undefined where it names none. */
export const columnOf = (name: string): number | undefined => {
  let end = 0;
  while (end < name.length && (name.charCodeAt(end) | 32) >= 97 && (name.charCodeAt(end) | 32) <= 122) end += 1;
  return end === 0 || end > 3 ? undefined : positionOf(name.slice(0, end));
};

/** The letters of a column by its position. */
const lettersOf = (position: number): string => {
  let letters = '';
  for (let left = position + 1; left > 0; left = Math.floor((left - 1) / 26))
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  return letters;
};

/** The name of a cell: `C12`. */
export const cellAt = (line: number, position: number): string => `${lettersOf(position)}${line}`;

const range = /^\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$/i;

/** The cells of `A1:C3`; undefined where the text names none. */
export const rangeOf = (text: string): CellRange | undefined => {
  const [, left, top, right = left, bottom = top] = range.exec(text) ?? [];
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return undefined;
  return { top: Number(top), left: positionOf(left), bottom: Number(bottom), right: positionOf(right) };
};

/** The cells of a range, as a spreadsheet names them. */
export const rangeName = ({ top, left, bottom, right }: CellRange): string =>
  `${cellAt(top, left)}:${cellAt(bottom, right)}`;
