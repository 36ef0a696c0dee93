import type { CellRange } from '../table/table.ts';

const beforeA = 96;

/** The position of the column that a cell's name begins with: that of `C12` is 2, of `AA1` 26; undefined where it names none. */
export const columnOf = (name: string): number | undefined => {
  let [place, letters] = [0, 0];
  for (; letters < name.length; letters += 1) {
    const letter = (name.charCodeAt(letters) | 32) - beforeA;
    if (letter < 1 || letter > 26) break;
    place = place * 26 + letter;
  }
  return letters === 0 || letters > 3 ? undefined : place - 1;
};

/** The letters of a column by its position. */
export const lettersOf = (position: number): string => {
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
  return { top: Number(top), left: columnOf(left) ?? 0, bottom: Number(bottom), right: columnOf(right) ?? 0 };
};

/** The cells of a range, as a spreadsheet names them. */
export const rangeName = ({ top, left, bottom, right }: CellRange): string =>
  `${cellAt(top, left)}:${cellAt(bottom, right)}`;
