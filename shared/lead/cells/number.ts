import { type CellReader, Refusal } from '../refusal.ts';

interface Range {
  readonly min: number;
  readonly max: number;
}

const plainNumber = /^[+-]?\d+(\.\d+)?$/;
/** `50,000` and `50 000`: the same separator throughout. */
const groupedNumber = /^[+-]?\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+)(\.\d+)?$/;
/** `(1,000)`: how accountants write a negative number. */
const bracketed = /^\((.+)\)$/;

/** `15.000` is fifteen thousand in half of the world and fifteen in the other. */
const ambiguousPoint = /^[+-]?\d{1,3}(\.\d{3})+$/;

/** The value of a number written plainly or with thousands separated, or undefined: nothing is guessed. */
const numberOf = (text: string): number | undefined => {
  const inside = bracketed.exec(text)?.[1];
  if (inside !== undefined) return /^\d/.test(inside) ? numberOf(`-${inside}`) : undefined;
  if (ambiguousPoint.test(text)) return undefined;
  if (plainNumber.test(text)) return Number(text);
  return groupedNumber.test(text) ? Number(text.replaceAll(/[, ]/g, '')) : undefined;
};

const scientific = /^[+-]?\d+(\.\d+)?e[+-]?\d+$/i;

/** An amount without its `$`, `A$`, `AU$` or `AUD`. */
const withoutCurrency = (text: string): string =>
  text.replace(/^([+-]?\(?)(?:A(?:UD?)?\$|AUD ?|\$) ?/i, '$1').replace(/ ?AUD$/i, '');

const amountOf = (bare: string): number | undefined => (scientific.test(bare) ? Number(bare) : numberOf(bare));

/** A number in another unit, to the cent; a text that is none stays as it is, and its reader refuses it. */
export const multiplied = (text: string, times: number): string => {
  const plain = numberOf(text);
  const value = plain ?? amountOf(withoutCurrency(text));
  if (value === undefined) return text;
  const product = String(Math.round(value * times * 100) / 100);
  // Still an amount, which no column of counts takes.
  return plain === undefined ? `$${product}` : product;
};

const within = (value: number, range: Range): number | Refusal => {
  if (value < range.min || value > range.max) {
    return new Refusal('out_of_range', `expected a number from ${range.min} to ${range.max}`);
  }
  return value;
};

/** `12.500,50` and `12500,5`: a comma with one or two digits behind it can only be a decimal one. */
export const hasDecimalComma = (text: string): boolean => /\d,\d{1,2}\D*$/.test(text);

/** `15,000`: thousands, unless the comma of this column is a decimal one. */
const mayBeDecimalComma = (text: string): boolean => /^\D*\d{1,3},\d{3}\D*$/.test(text);

/** A count or a score: a whole number in a range. */
export const wholeNumber =
  (range: Range): CellReader<number> =>
  (text) => {
    const value = numberOf(text);
    if (value === undefined) {
      return new Refusal('not_a_number', 'expected a whole number written in digits, such as 24');
    }
    if (!Number.isInteger(value)) {
      return new Refusal('not_a_whole_number', 'expected a whole number, such as 24');
    }
    return within(value, range);
  };

/** Months that a business exists; what looks like the year of its beginning is none. */
export const monthsInBusiness: CellReader<number> = (text, rules) => {
  if (/^(?:19|20)\d\d$/.test(text))
    return new Refusal(
      'out_of_range',
      'expected a number of months, and found what looks like a year',
      'Write for how many months the business exists.',
    );
  return wholeNumber({ min: 0, max: 3_600 })(text, rules);
};

/** Dollars: `$` and thousands commas allowed; scientific notation too, since an amount keeps its meaning in it. */
export const money =
  (range: Range): CellReader<number> =>
  (text, { decimalComma }) => {
    if (decimalComma === true && mayBeDecimalComma(text))
      return new Refusal(
        'ambiguous_number',
        'expected an amount without separators: another amount of this column has a decimal comma',
      );
    const bare = withoutCurrency(text);
    const value = amountOf(bare);
    if (value === undefined || !Number.isFinite(value)) {
      return new Refusal('not_a_number', 'expected an amount in dollars, such as 50000 or $50,000.00');
    }
    if (/\.\d{3,}$/.test(bare) && !Number.isInteger(value * 100))
      return new Refusal('not_a_number', 'expected an amount in dollars and cents, with at most two decimals');
    return within(value, range);
  };

/** A spreadsheet's `1.1E+10` where an identifier belongs: its digits are gone. */
export const looksScientific = (text: string): boolean => scientific.test(text.replace(',', '.'));
