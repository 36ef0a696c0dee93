/** A word or sign of a source, and where it stands. */
interface Token {
  readonly text: string;
  readonly at: number;
}

/** Comments, strings, words and numbers whole; everything else sign by sign. White space makes no difference. */
const tokenPattern = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[\w$#]+|[^\s\w$]/g;

const keywords = new Set(
  'async await break case const continue default else false for function if in instanceof let new null of return throw true try typeof undefined while yield'.split(
    ' ',
  ),
);

const isName = (text: string): boolean => /^[A-Za-z_$#]/.test(text) && !keywords.has(text);

const tokensOf = (source: string): Token[] =>
  [...source.matchAll(tokenPattern)]
    .map(({ 0: text, index }) => ({ text, at: index }))
    .filter(({ text }) => !/^\/[/*]/.test(text));

interface Match {
  readonly from: number;
  readonly to: number;
  /** What the source calls each name of the guard. */
  readonly names: ReadonlyMap<string, string>;
  /** How many names are the same in both. */
  readonly sameNames: number;
}

const matchAt = (source: readonly Token[], start: number, guard: readonly Token[]): Match | undefined => {
  const names = new Map<string, string>();
  let sameNames = 0;
  for (const [index, { text }] of guard.entries()) {
    const found = source[start + index]?.text;
    if (found === undefined) return undefined;
    const isRenamed = isName(text) && isName(found) && (names.get(text) ?? found) === found;
    if (found !== text && !isRenamed) return undefined;
    if (isName(text)) names.set(text, found);
    if (isName(text) && found === text) sameNames += 1;
  }
  const [first, last] = [source[start], source[start + guard.length - 1]];
  if (first === undefined || last === undefined) return undefined;
  return { from: first.at, to: last.at + last.text.length, names, sameNames };
};

/**
 * Replaces a piece of a source. It is found by its words and signs; names may have become others since the guard was
 * written down, and the replacement follows them. Throws where no place, or more than one, fits best.
 */
export const replaceGuard = (source: string, guard: string, instead: string): string => {
  const tokens = tokensOf(source);
  const wanted = tokensOf(guard);
  const matches = tokens.flatMap((_, start) => matchAt(tokens, start, wanted) ?? []);
  const most = Math.max(...matches.map(({ sameNames }) => sameNames));
  const [match, ...others] = matches.filter(({ sameNames }) => sameNames === most);
  if (match === undefined || others.length > 0) throw new Error(`it occurs ${matches.length} times: ${guard}`);
  const { from, to, names } = match;
  const renamed = instead.replaceAll(tokenPattern, (word) => names.get(word) ?? word);
  return source.slice(0, from) + renamed + source.slice(to);
};
