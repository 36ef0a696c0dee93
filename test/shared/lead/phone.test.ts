import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { expect, it } from 'vitest';
import { phone } from '../../../shared/lead/cells/phone.ts';
import { Refusal, Remarkable } from '../../../shared/lead/refusal.ts';

const rules = { dates: 'DMY', today: '2026-11-25' } as const;

/** What the library makes of a number, without any shortcut. */
const byLibrary = (digits: string): string | undefined => {
  // A country code without its plus, and with the prefix of most other countries, is taken for that.
  const number = parsePhoneNumberFromString(digits.replace(/^(?:00)?61(?=\d{9}$)/, '+61'), 'AU');
  if (number?.isValid() !== true) return undefined;
  return number.countryCallingCode === '61' ? number.formatNational().replaceAll(/\D/g, '') : number.number;
};

const verdictOn = (text: string): string | undefined => {
  const read = phone(text, rules);
  return read instanceof Refusal ? undefined : read instanceof Remarkable ? read.value : read;
};

it('the shortcut for Australian fixed lines and mobiles gives the verdicts of the library', () => {
  const digits = (length: number) => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length });
  const number = fc
    .tuple(
      fc.constantFrom('', '0', '+61', '61', '+610', '0061'),
      fc.constantFrom('', '4', '2', '3', '7', '8', '85', '89', '14', '13'),
      fc.integer({ min: 5, max: 10 }),
    )
    .chain(([prefix, area, length]) => digits(length).map((rest) => `${prefix}${area}${rest.join('')}`));
  fc.assert(
    fc.property(number, (text) => {
      fc.pre(/^\+?\d{5,20}$/.test(text));
      expect(verdictOn(text)).toBe(byLibrary(text));
    }),
    { numRuns: 100_000 },
  );
});
