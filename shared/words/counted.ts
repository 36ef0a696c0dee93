/** `1 row`, `1,204 rows`. */
export const counted = (count: number, word: string): string =>
  `${count.toLocaleString('en-AU')} ${word}${count === 1 ? '' : 's'}`;
