/** `1 row`, `1,204 rows`. */
export const counted = (count: number, word: string): string =>
  `${count.toLocaleString('en-AU')} ${word}${count === 1 ? '' : 's'}`;

/** What a place of a table is called: a workbook's rows have numbers that everybody sees. */
export type PlaceWord = 'line' | 'row';

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** `line 4`, `rows 4, 5, …`. @param count of all places, of which these are the first */
export const placesText = (word: PlaceWord, lines: readonly number[], count = lines.length): string =>
  `${word}${count === 1 ? '' : 's'} ${lines.join(', ')}${count > lines.length ? ', …' : ''}`;

/** The same at the beginning of a sentence. */
export const placesAtBegin = (word: PlaceWord, lines: readonly number[]): string => capital(placesText(word, lines));
