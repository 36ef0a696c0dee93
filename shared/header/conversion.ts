import { multiplied } from '../lead/cells/number.ts';
import { Refusal } from '../lead/refusal.ts';
import { foldedName } from '../words/folded-name.ts';

/** Units of a time, and how many of each are a year. */
export const unitsPerYear = { weeks: 52, months: 12, years: 1 } as const;
/** How often a loan is repaid, and how many repayments are a year. */
export const repaymentsPerYear = { weekly: 52, fortnightly: 26, monthly: 12, quarterly: 4 } as const;
/** What a turnover is of, and how many of each are a year. */
export const periodsPerYear = { week: 52, month: 12, quarter: 4, year: 1 } as const;

export type Unit = keyof typeof unitsPerYear;
export type Frequency = keyof typeof repaymentsPerYear;

/** What becomes of a cell's number before it is read. */
export type Conversion =
  /** It is multiplied. */
  | { readonly kind: 'times'; readonly times: number }
  /** A time becomes whole months. */
  | { readonly kind: 'months'; readonly unit: Unit }
  /** A term becomes a number of repayments; how often is said for all rows, or by a cell of the row. */
  | { readonly kind: 'repayments'; readonly unit: Unit; readonly repaid: Frequency | { readonly position: number } };

const frequencyWords: readonly (readonly [Frequency, readonly string[]])[] = [
  ['weekly', ['weekly', 'week', 'per week', 'every week', 'pw', 'w']],
  [
    'fortnightly',
    [
      'fortnightly',
      'fortnight',
      'per fortnight',
      'bi-weekly',
      'every two weeks',
      'every 2 weeks',
      'f/n',
      'fn',
      'pf',
      'f',
    ],
  ],
  ['monthly', ['monthly', 'month', 'per month', 'every month', 'calendar monthly', 'pm', 'm']],
  ['quarterly', ['quarterly', 'quarter', 'per quarter', 'every three months', 'every 3 months', 'q']],
];
const frequencyByWord = new Map(
  frequencyWords.flatMap(([frequency, words]) => words.map((word) => [foldedName(word), frequency] as const)),
);

/** How often a loan is repaid, by the usual words for it; undefined for any other text. */
export const frequencyOf = (text: string): Frequency | undefined => frequencyByWord.get(foldedName(text));

const time = /^(\d+(?:\.\d+)?)\s*([a-z]+)?\.?(?:\s*(?:and|,)?\s*(\d+(?:\.\d+)?)\s*([a-z]+)\.?)?$/i;
const unitOf = (word: string): Unit | undefined => {
  if (/^(?:w|wks?|weeks?)$/i.test(word)) return 'weeks';
  if (/^(?:m|mos?|mths?|mnths?|months?)$/i.test(word)) return 'months';
  return /^(?:y|yrs?|years?)$/i.test(word) ? 'years' : undefined;
};

/** A time in years: `36`, `36 months`, `1 year 6 months`; the unit that the text says goes before the mapping's. */
const yearsOf = (text: string, unit: Unit): number | undefined => {
  const [, first, word, second, other] = time.exec(text.trim()) ?? [];
  const [one, two] = [word === undefined ? unit : unitOf(word), unitOf(other ?? '')];
  if (first === undefined || one === undefined || (second !== undefined && two === undefined)) return undefined;
  return Number(first) / unitsPerYear[one] + (two === undefined ? 0 : Number(second) / unitsPerYear[two]);
};

const isWhole = (number: number): boolean => Math.abs(number - Math.round(number)) < 1e-6;

/** The text of a cell in the unit that lumi takes. A text that holds no time stays as it is, and its reader refuses it. */
export const converted = (text: string, conversion: Conversion, cells: readonly string[]): string | Refusal => {
  if (conversion.kind === 'times') return multiplied(text, conversion.times);
  const years = yearsOf(text, conversion.unit);
  if (years === undefined) return text;
  if (conversion.kind === 'months') return String(Math.round(years * 12));
  const { repaid } = conversion;
  const frequency = typeof repaid === 'string' ? repaid : frequencyOf(cells[repaid.position] ?? '');
  if (frequency === undefined)
    return new Refusal('unknown_frequency', `expected one of ${Object.keys(repaymentsPerYear).join(', ')}`);
  const repayments = years * repaymentsPerYear[frequency];
  if (isWhole(repayments)) return String(Math.round(repayments));
  return new Refusal('not_whole_repayments', `expected a whole number of ${frequency} repayments`);
};
