import { type CellReader, Refusal } from '../refusal.ts';
import { looksScientific } from './number.ts';

const abnWeights = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];
const acnWeights = [8, 7, 6, 5, 4, 3, 2, 1];

const weighted = (digits: readonly number[], weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0);

/** The ABN's check as the Australian Business Register documents it: first digit less one, weighted sum modulo 89. */
const isAbn = (digits: readonly number[]): boolean =>
  digits[0] !== 0 && weighted([(digits[0] ?? 0) - 1, ...digits.slice(1)], abnWeights) % 89 === 0;

/** The ACN's check as ASIC documents it: the ninth digit complements the weighted sum of the first eight, modulo 10. */
const isAcn = (digits: readonly number[]): boolean =>
  digits.some((digit) => digit !== 0) && (10 - (weighted(digits, acnWeights) % 10)) % 10 === digits[8];

/** An ABN (11 digits) or ACN (9 digits, which may have lost leading zeros of its own only if it still has 9), as a number. */
export const businessNumber: CellReader<number> = (text) => {
  if (looksScientific(text)) {
    return new Refusal(
      'scientific_notation',
      'expected the 11 digits of an ABN, and found a number whose digits are lost',
    );
  }
  const bare = text.replaceAll(/[\s.-]/g, '');
  const digits = /^\d+$/.test(bare) ? Array.from(bare, Number) : [];
  const valid = digits.length === 11 ? isAbn(digits) : digits.length === 9 && isAcn(digits);
  if (!valid) {
    const found = digits.length === 11 || digits.length === 9 ? ', and the check digit does not fit' : '';
    return new Refusal('invalid_abn', `expected an ABN of 11 digits or an ACN of 9 digits${found}`);
  }
  return Number(bare);
};
