import { type CellReader, Refusal } from '../refusal.ts';
import { looksScientific } from './number.ts';

const zero = '0'.charCodeAt(0);
const firstAbnWeight = 10;
const abnWeights = [firstAbnWeight, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
const acnWeights = [8, 7, 6, 5, 4, 3, 2, 1];

const weighted = (digits: string, weights: readonly number[]): number => {
  let sum = 0;
  for (const [index, weight] of weights.entries()) sum += weight * (digits.charCodeAt(index) - zero);
  return sum;
};

/** The ABN's check as the Australian Business Register documents it: first digit less one, weighted sum modulo 89. */
const isAbn = (digits: string): boolean =>
  !digits.startsWith('0') && (weighted(digits, abnWeights) - firstAbnWeight) % 89 === 0;

/** The ACN's check as ASIC documents it: the ninth digit complements the weighted sum of the first eight, modulo 10. */
const isAcn = (digits: string): boolean =>
  /[1-9]/.test(digits) && (10 - (weighted(digits, acnWeights) % 10)) % 10 === Number(digits.at(-1));

/** An ABN (11 digits) or ACN (9 digits, which may have lost leading zeros of its own only if it still has 9), as a number. */
export const businessNumber: CellReader<number> = (text) => {
  if (looksScientific(text)) {
    return new Refusal(
      'scientific_notation',
      'expected the 11 digits of an ABN, and found a number whose digits are lost',
    );
  }
  const bare = text.replaceAll(/[\s.-]/g, '');
  // Decimals are no digits of it: a spreadsheet took it for a number.
  const digits = /^\d+$/.test(bare) && !/\.\d{1,2}$/.test(text) ? bare : '';
  const valid = digits.length === 11 ? isAbn(digits) : digits.length === 9 && isAcn(digits);
  if (!valid) {
    const found = digits.length === 11 || digits.length === 9 ? ', and the check digit does not fit' : '';
    return new Refusal('invalid_abn', `expected an ABN of 11 digits or an ACN of 9 digits${found}`);
  }
  return Number(bare);
};
