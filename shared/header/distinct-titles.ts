import { foldedLook } from '../words/folded-look.ts';

/** Names by which each is known: of equal ones the second is `Name (2)`. */
export const distinctTitles = (header: readonly string[]): readonly string[] => {
  const seen = new Map<string, number>();
  return header.map((name) => {
    const look = foldedLook(name);
    const count = (seen.get(look) ?? 0) + 1;
    seen.set(look, count);
    return count === 1 || look === '' ? name : `${name.trim()} (${count})`;
  });
};

/** A name without the number that tells it from an equal one. */
export const nameOf = (title: string): string => title.replace(/ \(\d{1,3}\)$/, '');
