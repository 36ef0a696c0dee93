import { existsSync } from 'node:fs';
import { nearestName } from '../../../shared/words/nearest-name.ts';

/** The verb that a first word nearly is, where no file has that name. */
export const mistypedVerb = (word: string, verbs: readonly { name(): string }[]): string | undefined => {
  if (/[./\\]/.test(word) || existsSync(word)) return undefined;
  return nearestName(word, [...verbs.map((verb) => verb.name()), 'help']);
};
