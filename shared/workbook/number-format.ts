/** How a cell's number becomes text, as far as its format has a say. */
export type NumberFormat =
  | { readonly kind: 'number' }
  | { readonly kind: 'date'; readonly hasTime: boolean }
  | { readonly kind: 'percent'; readonly decimals: number }
  /** A mask of digits, in which a spreadsheet keeps the zeros of a phone or a postcode. */
  | { readonly kind: 'mask'; readonly pattern: readonly MaskPart[] };

/** A digit that is always shown, one that is shown where there is one, or a sign between them. */
type MaskPart = { readonly digit: '0' | '#' } | { readonly sign: string };

export const plainNumber: NumberFormat = { kind: 'number' };

/** ECMA-376, part 1, 18.8.30: formats that are known by their number; those of East Asian programs among them. */
const builtInDates: ReadonlySet<number> = new Set([14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]);
const builtInTimes: ReadonlySet<number> = new Set([18, 19, 20, 21, 22, 32, 33, 34, 35, 45, 47, 55, 56]);

/** One piece of a format's code: a quoted text, an escaped sign, what stands in brackets, or a single sign. */
const pieces = /"([^"]*)"?|\\(.)|[_*](.)|\[([^\]]*)\]|([\s\S])/g;

interface Piece {
  /** What is shown as it stands; undefined where the piece has a meaning. */
  readonly literal: string | undefined;
  /** In lower case. */
  readonly code: string;
  readonly isBracket: boolean;
}

const piecesOf = (format: string): Piece[] =>
  [...format.matchAll(pieces)].map(([, quoted, escaped, padding, bracket, sign = '']) => {
    const literal = quoted ?? escaped ?? (padding === undefined ? undefined : '');
    return { literal, code: (bracket ?? sign).toLowerCase(), isBracket: bracket !== undefined };
  });

/** The first section of a format: that of numbers above zero. */
const firstSection = (code: string): Piece[] => {
  const all = piecesOf(code);
  const end = all.findIndex(
    ({ literal, code: sign, isBracket }) => literal === undefined && !isBracket && sign === ';',
  );
  return end === -1 ? all : all.slice(0, end);
};

/** Signs that a phone or a number of some register has between its digits. */
const maskSign = /^[\d ()+\-./\u00a0]*$/;

const maskOf = (all: readonly Piece[]): NumberFormat | undefined => {
  const pattern: MaskPart[] = [];
  const isDigit = ({ literal, code, isBracket }: Piece): boolean =>
    !isBracket && literal === undefined && (code === '0' || code === '#');
  const last = all.findLastIndex(isDigit);
  for (const [at, piece] of all.entries()) {
    const { literal, code, isBracket } = piece;
    if (isBracket) continue;
    if (isDigit(piece)) pattern.push({ digit: code as '0' | '#' });
    else if (maskSign.test(literal ?? code) && !/^[./]$/.test(literal === undefined ? code : ''))
      pattern.push({ sign: literal ?? code });
    // A text before the digits is part of a number such as BR-0042; behind them it is their unit.
    else if (literal === undefined) return undefined;
    else if (at < last) pattern.push({ sign: literal });
  }
  const zeros = pattern.filter((part) => 'digit' in part && part.digit === '0').length;
  const hasDigit = pattern.some((part) => 'sign' in part && /\d/.test(part.sign));
  const digits = pattern.filter((part) => 'digit' in part).length;
  // A number of something has one or two zeros, and a text before it is its name.
  if (pattern.some((part) => 'sign' in part && /\p{L}/u.test(part.sign)))
    return zeros > 2 ? { kind: 'mask', pattern } : undefined;
  return zeros > 1 || (hasDigit && digits > 0) ? { kind: 'mask', pattern } : undefined;
};

const formatOfCode = (code: string): NumberFormat => {
  const all = firstSection(code);
  const meant = all.filter(({ literal }) => literal === undefined);
  const signs = meant.filter(({ isBracket }) => !isBracket).map(({ code: sign }) => sign);
  const text = signs.join('');
  // A time that has gone by, [h]:mm, is no moment.
  if (meant.some(({ code: sign, isBracket }) => isBracket && /^(?:h+|m+|s+)$/.test(sign))) return plainNumber;
  // Which section counts depends on the number.
  if (meant.some(({ code: sign, isBracket }) => isBracket && /^[<>=]/.test(sign))) return plainNumber;
  if (/general|standard|@/.test(text)) return plainNumber;
  if (/[ymdhs]/.test(text.replaceAll(/am\/pm|a\/p/g, 'h')))
    return { kind: 'date', hasTime: /[hs]|am\/pm|a\/p/.test(text) };
  if (text.includes('%')) return { kind: 'percent', decimals: /\.([0#?]+)/.exec(text)?.[1]?.length ?? 0 };
  return maskOf(all) ?? plainNumber;
};

/** How numbers of a format are shown. @param code of a format that the workbook defines itself */
export const numberFormat = (id: number, code: string | undefined): NumberFormat => {
  if (code !== undefined) return formatOfCode(code);
  if (builtInDates.has(id)) return { kind: 'date', hasTime: false };
  if (builtInTimes.has(id)) return { kind: 'date', hasTime: true };
  if (id === 9 || id === 10) return { kind: 'percent', decimals: id === 9 ? 0 : 2 };
  return plainNumber;
};

/** A whole number in a mask; its digits fill it from the right, and those before it stand in the first place. */
export const masked = (value: number, pattern: readonly MaskPart[]): string => {
  const digits = [...String(value)];
  const places = pattern.filter((part) => 'digit' in part).length;
  const lead = digits.splice(0, Math.max(0, digits.length - places)).join('');
  let missing = places - digits.length;
  let isFirst = true;
  let shown = '';
  for (const part of pattern) {
    if ('sign' in part) {
      shown += part.sign;
      continue;
    }
    if (isFirst) shown += lead;
    isFirst = false;
    if (missing > 0) {
      missing -= 1;
      shown += part.digit === '0' ? '0' : '';
    } else shown += digits.shift() ?? '';
  }
  return shown.trim();
};
