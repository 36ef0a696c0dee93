/** A mark of the byte order that was read in another encoding. */
const wrongMark = /^(?:ï»¿)+/;

/**
 * Case, spaces, `_`, `-`, `.` and the like make no difference between two names; a percentage or another
 * currency is another thing.
 */
export const foldedName = (name: string): string =>
  name
    .replace(wrongMark, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}%€£¥]/gu, '');

/** Between digits, directly before one, or at the end of a word (all kept), and everything else that is no letter or digit. */
const meaningless =
  /((?<=\d)[.,/-](?=\d)|(?<![\p{L}\p{N}])[.+-](?=\d)|(?<=[\p{L}\p{N}])[+-](?![\p{L}\p{N}]))|[^\p{L}\p{N}<>≤≥%]/gu;

/**
 * As for names, but what tells one value from another stays: `< 1 year` and `> 1 year`, `1-3` and `13`, `1.5` and `15`,
 * `5+` and `5`, `A-` and `A`.
 */
export const foldedText = (text: string): string => {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .trim()
    .replaceAll(/\p{Pd}/gu, '-')
    .replaceAll('\u2044', '/')
    .replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .replaceAll(/(?<=\d) *- *(?=\d)/g, '-');
  const folded = plain.replaceAll(meaningless, '$1');
  return folded || plain;
};
