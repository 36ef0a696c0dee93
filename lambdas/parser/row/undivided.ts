/** Signs that separate the cells of a row. */
const delimiters = [',', ';', '\t', '|'];

/** The signs by which a text has so many cells that it may be a row which was not divided. */
export const dividingInto = (text: string, isRow: (cells: number) => boolean): readonly string[] =>
  delimiters.filter((sign) => isRow(text.split(sign).length));

/** How a sentence names a delimiter. */
export const spokenDelimiter = (sign: string): string => (sign === '\t' ? 'a tab' : sign);

/** Why a row that was not divided, or only here and there, is none; undefined where it is none of that kind. */
export const undividedRow = (cells: readonly string[], columns: number, delimiter: string): string | undefined => {
  if (columns < 3 || cells.length * 2 > columns) return undefined;
  const [sign] = dividingInto(cells.join(delimiter), (count) => count === columns);
  if (sign === undefined) return undefined;
  if (sign === delimiter)
    return cells.length === 1
      ? 'The row stands in quotes as a whole, so it is one cell.'
      : 'Several cells of the row stand in one pair of quotes.';
  return `The cells of the row are separated by ${spokenDelimiter(sign)} and those of the header by ${spokenDelimiter(delimiter)}.`;
};
