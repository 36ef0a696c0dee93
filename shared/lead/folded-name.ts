/** Case, spaces, `_`, `-`, `.` and the like make no difference between two names; a percentage is another thing. */
export const foldedName = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}%]/gu, '');

/**
 * As for names, but what tells one value from another stays: `< 1 year` and `> 1 year`, `1-3` and `13`, `1.5` and `15`,
 * `5+` and `5`.
 */
export const foldedText = (text: string): string => {
  const lower = text.normalize('NFKC').toLowerCase().trim();
  const folded = lower
    .replaceAll(/\p{Pd}/gu, '-')
    .replaceAll(/[^\p{L}\p{N}<>≤≥.+-]/gu, '')
    .replaceAll(/(?<!\d)[.+-]|[.-](?!\d)/g, '');
  return folded || lower;
};
