import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import metadata from 'libphonenumber-js/min/metadata';
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

/** Where the library keeps the patterns of a country's types of numbers: fixed lines first, then mobiles. */
const typesIndex = 11;
const [fixedLine, mobile] = (metadata.countries.AU as unknown as Record<number, [string][]>)[typesIndex] ?? [];
/** An Australian fixed line or mobile, by the library's own patterns, without what else it can tell of a number. */
const usual = new RegExp(`^(?:0|\\+61)?((?:${fixedLine?.[0]})|(?:${mobile?.[0]}))$`);

/**
 * A phone number as the API's example has it: national digits for an Australian number (`0412345678`),
 * `+` and digits for any other.
 */
export const phone: CellReader<string> = (text) => {
  if (looksScientific(text)) {
    return new Refusal('scientific_notation', `${expected}, and found a number whose digits are lost`);
  }
  const digits = digitsOf(text);
  const national = usual.exec(digits)?.[1];
  if (national !== undefined) return `0${national}`;
  const number = /^\+?\d{5,20}$/.test(digits) ? parsePhoneNumberFromString(digits, 'AU') : undefined;
  if (number?.isValid() !== true) {
    return new Refusal('invalid_phone', number?.isPossible() === true ? notInUse : expected);
  }
  return number.countryCallingCode === '61' ? number.formatNational().replaceAll(/\D/g, '') : number.number;
};
