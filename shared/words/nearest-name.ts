import { distance } from 'fastest-levenshtein';
import { foldedName } from './folded-name.ts';

/** How many letters of a name may be wrong before it is another one: a short one has few to spare. */
const allowedTypos = (folded: string): number => (folded.length < 5 ? 1 : Math.max(2, folded.length / 4));

/** Two letters that changed places are one slip. */
const slips = (one: string, other: string): number => {
  const at = [...one].findIndex((letter, index) => letter !== other[index]);
  const swapped = `${one.slice(0, at)}${one[at + 1] ?? ''}${one[at] ?? ''}${one.slice(at + 2)}`;
  return swapped === other ? 1 : distance(one, other);
};

/** No name that is known is longer; what is longer is not compared. */
const longestName = 60;

/** The nearest of some names, when it is near enough to be a slip of the keyboard. */
export const nearestName = (name: string, candidates: readonly string[]): string | undefined => {
  const folded = foldedName(name);
  if (folded.length > longestName) return undefined;
  const ranked = candidates
    .map((candidate) => ({ candidate, typos: slips(folded, foldedName(candidate)) }))
    .toSorted((one, other) => one.typos - other.typos);
  const best = ranked[0];
  return best !== undefined && best.typos <= allowedTypos(folded) ? best.candidate : undefined;
};
