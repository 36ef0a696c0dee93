/** Words that belong to the family name behind them. */
const particles = new Set(
  'van von der den de da das do dos du di del della la le bin binti binte ibn al el ter ten te st st. ap mc mac'.split(
    ' ',
  ),
);
/** What may stand behind a family name. */
const suffixes = new Set(['jr', 'jr.', 'sr', 'sr.', 'ii', 'iii', 'iv']);
const titles = new Set('mr mrs ms miss mx dr prof sir dame rev capt mr. mrs. ms. dr. prof. rev. capt.'.split(' '));
/** What stands behind a name and is none: of companies, and, written so, honours and degrees. */
const ofCompanies = new Set('pty ltd ltd. limited inc inc.'.split(' '));
const honours = new Set('AM AO OAM JP PhD CPA CA MBA Esq Esq.'.split(' '));

/** A full name as two. */
export interface TwoNames {
  readonly first: string;
  /** Empty where there is one word only. */
  readonly last: string;
}

/**
 * Takes a full name apart before its last word, with the particles that belong to it; undefined where it may be anything
 * else than a first and a last name: the names of two people, a name the other way round, one with a title.
 */
export const twoNamesOf = (text: string): TwoNames | undefined => {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const lower = words.map((word) => word.toLowerCase());
  if (/[,;&/+|\\()[\]@]|(?:^|\s)\p{Pd}+(?:\s|$)/u.test(text)) return undefined;
  if (lower.some((word) => word === 'and' || word === 'or') || titles.has(lower[0] ?? '')) return undefined;
  if (words.length > 1 && ofCompanies.has(lower.at(-1) ?? '')) return undefined;
  if (text !== text.toUpperCase() && honours.has(words.at(-1) ?? '')) return undefined;
  let start = words.length - 1;
  if (start > 1 && suffixes.has(lower[start] ?? '')) start -= 1;
  while (start > 1 && particles.has(lower[start - 1] ?? '')) start -= 1;
  return words.length < 2
    ? { first: text, last: '' }
    : { first: words.slice(0, start).join(' '), last: words.slice(start).join(' ') };
};
