import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import metadata from 'libphonenumber-js/min/metadata';
import { type CellReader, Refusal, Remarkable } from '../refusal.ts';
import { withoutDecimals } from './decimals.ts';
import { looksScientific } from './number.ts';

const expected = 'expected an Australian phone number such as 0412 345 678, or an international one that starts with +';

/** Digits of the shortest numbers that people have. */
const shortest = 8;

const notInUse = 'expected a number that is in use: this one has the right form, and no such number has been given out';

/** What programs and links write before a number, and what keeps a spreadsheet from taking it for one. */
const before = /^(?:'|(?:p|t|m|c|tel|ph|phone|mob|mobile|callto|sms|whatsapp)(?::(?:\/\/)?|\.? (?=[+\d(])))\s*/i;

/** Whether a text holds two numbers, whatever stands between them. */
const isSeveral = (text: string): boolean =>
  text.split(/[/;,|&\n]|:::|\b(?:or|and)\b/i).filter((part) => part.replaceAll(/\D/g, '').length >= 6).length > 1;

const extension =
  /\d[\s,;-]{0,3}\(?(?:x|ext\.?|extn\.?|extension|#|poste|durchwahl|dw|int\.?|anexo|interno)[:=]?\s*\d{1,6}\)?$/i;

/** Digits without their leading zero, as a spreadsheet leaves a number of 9 digits with its area code. */
const lostZero = /^[123478]\d{8}$/;

/** The digits of a phone, without what people put between them, and without the zero that is said within Australia only. */
const digitsOf = (text: string): string =>
  text
    .replace(/^\+?61\s*\(0\)/, '+61')
    .replaceAll(/[\s().\-/]/g, '')
    .replace(/^00(?=61\d{9}$)/, '+');

/** Where the library keeps the patterns of a country's types of numbers: fixed lines first, then mobiles. */
const typesIndex = 11;
const [fixedLine, mobile] = (metadata.countries.AU as unknown as Record<number, [string][]>)[typesIndex] ?? [];
/** An Australian fixed line or mobile, by the library's own patterns, without what else it can tell of a number. */
const usual = new RegExp(`^(?:0|\\+?61)?((?:${fixedLine?.[0]})|(?:${mobile?.[0]}))$`);

const numberOf = (digits: string): string | Refusal => {
  const national = usual.exec(digits)?.[1];
  if (national !== undefined) return `0${national}`;
  // Area codes and mobiles of Australia have ten digits, their zero included.
  const within = digits.replace(/^\+?61(?=[23478])/, '0');
  if (/^0[23478]\d+$/.test(within) && within.length !== 10)
    return new Refusal('invalid_phone', `${expected}, and found ${within.length} digits`);
  const number = /^\+?\d{5,20}$/.test(digits) ? parsePhoneNumberFromString(digits, 'AU') : undefined;
  if (number?.isValid() !== true)
    return new Refusal(
      'invalid_phone',
      number?.isPossible() === true && digits.length >= shortest ? notInUse : expected,
    );
  return number.countryCallingCode === '61' ? number.formatNational().replaceAll(/\D/g, '') : number.number;
};

/**
 * A phone number as the API's example has it: national digits for an Australian number (`0412345678`),
 * `+` and digits for any other.
 */
export const phone: CellReader<string> = (text) => {
  if (looksScientific(text)) {
    return new Refusal('scientific_notation', `${expected}, and found a number whose digits are lost`);
  }
  const given = /^[\d+(]/.test(text) ? text : text.replace(before, '');
  const whole = withoutDecimals(given);
  const digits = digitsOf(whole ?? given);
  const number = numberOf(digits);
  if (number instanceof Refusal) {
    if (isSeveral(given))
      return new Refusal(
        'invalid_phone',
        'expected one number, and found two',
        'Write only one number: the one that the customer answers.',
      );
    if (extension.test(given))
      return new Refusal(
        'invalid_phone',
        'expected a number without an extension',
        'Write the number without its extension; the extension can go into the notes.',
      );
    return number;
  }
  if (whole !== undefined) return new Remarkable(number, 'decimals_removed');
  return lostZero.test(digits) ? new Remarkable(number, 'phone_zero_restored') : number;
};
