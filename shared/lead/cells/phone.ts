import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { type CellReader, Refusal } from '../refusal.ts';
import { looksScientific } from './number.ts';

const expected = 'expected an Australian phone number such as 0412 345 678, or an international one that starts with +';

const notInUse = 'expected a number that is in use: this one has the right form, and no such number has been given out';

/** Digits without their leading zero, as a spreadsheet leaves a number of 9 digits with its area code. */
const lostZero = /^[123478]\d{8}$/;

/** The digits of a phone cell, without what people put between them. */
const digitsOf = (text: string): string => text.replaceAll(/[\s().\-/]/g, '');

/** True where the leading zero had to be put back: worth a warning. */
export const phoneLostItsZero = (text: string): boolean => lostZero.test(digitsOf(text));

/**
 * A phone number as the API's example has it: national digits for an Australian number (`0412345678`),
 * `+` and digits for any other.
 */
export const phone: CellReader<string> = (text) => {
  if (looksScientific(text)) {
    return new Refusal('scientific_notation', `${expected}, and found a number whose digits are lost`);
  }
  const digits = digitsOf(text);
  const number = /^\+?\d{5,20}$/.test(digits) ? parsePhoneNumberFromString(digits, 'AU') : undefined;
  if (number?.isValid() !== true) {
    return new Refusal('invalid_phone', number?.isPossible() === true ? notInUse : expected);
  }
  return number.countryCallingCode === '61' ? number.formatNational().replaceAll(/\D/g, '') : number.number;
};
