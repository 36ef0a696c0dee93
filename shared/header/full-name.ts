/** Words that belong to the family name behind them. */
const particles = new Set(
  'van von zu zum zur der den dem de da das do dos du di del della dei degli la las le los bin binti binte ibn al el ter ten te af av st st. ap mc mac'.split(
    ' ',
  ),
);
/** What may stand behind a family name. */
const suffixes = new Set(['jr', 'jr.', 'sr', 'sr.', 'ii', 'iii', 'iv']);
/** What stands before a name, and is none. What is a first name too, such as Major, Justice and The, is one here. */
const titles = new Set(
  'mr mrs ms miss mx mister mme madam dr doctor prof professor sir dame lord lady master rev reverend fr father sister capt captain lt lieutenant sgt sergeant senator cr councillor'.split(
    ' ',
  ),
);
const titlesBehind = new Set('mr mrs ms dr prof'.split(' '));
/** Hon Lee is a name, and Hon Tim Lee has a title. */
const honourable = /^(?:the )?hon(?:ourable)? \S+ /;

/** What stands behind a name and is none: of companies, and, written so, honours and degrees. */
const ofCompanies = new Set('pty ltd ltd. limited inc inc.'.split(' '));
const honours = new Set('AM AO OAM JP PhD CPA CA MBA Esq Esq.'.split(' '));

/** Whether words of a name, in lower case, begin or end with a title. */
const hasTitle = (words: readonly string[]): boolean => {
  const bare = words.map((word) => word.replace(/\.$/, ''));
  return titles.has(bare[0] ?? '') || titlesBehind.has(bare.at(-1) ?? '') || honourable.test(bare.join(' '));
};

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
  if (lower.some((word) => word === 'and' || word === 'or') || hasTitle(lower)) return undefined;
  // A family name alone: van der Berg. Van Nguyen is a whole one.
  if (words.length > 1 && words.slice(0, -1).every((word) => particles.has(word))) return undefined;
  if (words.length > 1 && ofCompanies.has(lower.at(-1) ?? '')) return undefined;
  if (text !== text.toUpperCase() && honours.has(words.at(-1) ?? '')) return undefined;
  let start = words.length - 1;
  if (start > 1 && suffixes.has(lower[start] ?? '')) start -= 1;
  while (start > 1 && particles.has(lower[start - 1] ?? '')) start -= 1;
  return words.length < 2
    ? { first: text, last: '' }
    : { first: words.slice(0, start).join(' '), last: words.slice(start).join(' ') };
};
