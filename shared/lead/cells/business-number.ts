import { type CellReader, Refusal, Remarkable } from '../refusal.ts';
import { withoutDecimals } from './decimals.ts';
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

/** The ABN that a company has by its ACN: two check digits before it. */
const abnOf = (acn: string): string => {
  const prefixes = Array.from({ length: 90 }, (_, index) => String(index + 10));
  const abn = `${prefixes.find((prefix) => isAbn(`${prefix}${acn}`)) ?? ''}${acn}`;
  return abn.replace(/^(\d\d)(\d{3})(\d{3})(\d{3})$/, '$1 $2 $3 $4');
};

/** What people write before the number, or put around it. */
const label =
  /^'|^'?(?:abn\s*\/\s*acn|a\.?b\.?n|a\.?c\.?n)\.?(?:\s*(?:no\.?|number|#))?\s*[:#.-]?\s*|\s*\((?:abn|acn)\)$/i;

const tipForAcn = (acn: string): string =>
  `Write the company's ABN instead. By its ACN it would be ${abnOf(acn)}: compare it with abr.business.gov.au.`;

/** As a number an ACN that begins with zero would be another one: lumi takes no text here. */
const leadingZero = (acn: string): Refusal =>
  new Refusal(
    'acn_leading_zero',
    'expected an ABN: an ACN that begins with zero would lose the zero on its way to lumi',
    tipForAcn(acn),
  );

/** Eight digits that are an ACN with the zero that a spreadsheet took. */
const isShortAcn = (digits: string): boolean => digits.length === 8 && isAcn(`0${digits}`);

const found = (digits: string): string =>
  digits.length === 11 || digits.length === 9 ? ', and the check digit does not fit' : '';

/** An ABN (11 digits) or ACN (9 digits), as a number; a label before it and a spreadsheet's decimals are no part of it. */
export const businessNumber: CellReader<number> = (text) => {
  if (looksScientific(text)) {
    return new Refusal(
      'scientific_notation',
      'expected the 11 digits of an ABN, and found a number whose digits are lost',
    );
  }
  const whole = withoutDecimals(text.replace(label, ''));
  const bare = (whole ?? text.replace(label, '')).replaceAll(/[\s.-]/g, '');
  const digits = /^\d+$/.test(bare) && (whole !== undefined || !/[.,]\d{1,2}$/.test(text)) ? bare : '';
  const valid = digits.length === 11 ? isAbn(digits) : digits.length === 9 && isAcn(digits);
  const expected = 'expected an ABN of 11 digits or an ACN of 9 digits';
  if (isShortAcn(digits))
    return new Refusal(
      'invalid_abn',
      `${expected}, and found an ACN that has lost its leading zero`,
      tipForAcn(`0${digits}`),
    );
  if (!valid) return new Refusal('invalid_abn', `${expected}${found(digits)}`);
  if (digits.startsWith('0')) return leadingZero(digits);
  return whole === undefined ? Number(digits) : new Remarkable(Number(digits), 'decimals_removed');
};

/** Whether a text is the number of a company, whatever its check digit says. */
export const isBusinessNumber = (text: string): boolean => isBusinessDigits(text.replaceAll(/\D/g, ''));

const isBusinessDigits = (digits: string): boolean => digits.length === 11 || digits.length === 9;
