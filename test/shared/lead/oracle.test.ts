import google from 'google-libphonenumber';
import { stdnum } from 'stdnum';
import { expect, it } from 'vitest';
import { cellReaders } from '../../../shared/lead/lead.ts';
import { type CellRules, Refusal } from '../../../shared/lead/refusal.ts';

// Libraries that the product does not use, asked the same questions.
const rules: CellRules = { dates: 'DMY', today: '2026-11-23' };
const isRead = (column: string, text: string): boolean => !(cellReaders.get(column)?.(text, rules) instanceof Refusal);

/** Numbers all over the place, always the same ones. */
const numbers = (count: number, digits: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    String((BigInt(index + 1) * 2_654_435_761n * 97n) % 10n ** BigInt(digits)).padStart(digits, '0'),
  );

it('ABNs are those that another library knows', () => {
  let valid = 0;
  for (const tail of numbers(2_000, 9)) {
    // One of some ninety check digits fits, so each tail has its good ones. The other library knows no check below 11.
    for (const check of ['11', '37', '51', '64', '83', '99']) {
      const abn = `${check}${tail}`;
      const expected = stdnum.AU?.abn?.validate(abn).isValid;
      if (expected === true) valid += 1;
      expect(isRead('company.abn', abn), abn).toBe(expected);
    }
  }
  expect(valid).toBeGreaterThan(50);
});

it('ACNs are those that another library knows', () => {
  let valid = 0;
  for (const acn of numbers(5_000, 9)) {
    const expected = stdnum.AU?.acn?.validate(acn).isValid;
    if (expected === true) valid += 1;
    // Good ones that begin with zero cannot be sent as a number.
    expect(isRead('company.abn', acn), acn).toBe(expected === true && !acn.startsWith('0'));
  }
  expect(valid).toBeGreaterThan(200);
  // The other library takes nine zeros for an ACN; no company has that one.
  expect(isRead('company.abn', '000000000')).toBe(false);
});

it('Australian phone numbers are those that another library knows, and come out the same', () => {
  const util = google.PhoneNumberUtil.getInstance();
  let valid = 0;
  for (const prefix of [
    '04',
    '02',
    '03',
    '07',
    '08',
    '13',
    '1300',
    '1800',
    '+61 4',
    '+61 2',
    '0011 61 4',
    '05',
    '01',
  ]) {
    for (const tail of numbers(300, 10)) {
      const text = `${prefix}${tail.slice(0, prefix.startsWith('13') && prefix.length === 2 ? 4 : prefix.length > 2 && !/\s/.test(prefix) ? 6 : 8)}`;
      // A range that was opened after the other library's last version.
      if (
        /0?496/.test(
          text
            .replaceAll(/\D/g, '')
            .replace(/^(0011)?61/, '0')
            .slice(0, 4),
        )
      )
        continue;
      const theirs = util.parse(text, 'AU');
      const expected = util.isValidNumber(theirs);
      const ours = cellReaders.get('customer.phone')?.(text, rules);
      expect(!(ours instanceof Refusal), text).toBe(expected);
      if (!expected) continue;
      valid += 1;
      const national = String(ours);
      expect(util.format(util.parse(national, 'AU'), google.PhoneNumberFormat.E164)).toBe(
        util.format(theirs, google.PhoneNumberFormat.E164),
      );
    }
  }
  expect(valid).toBeGreaterThan(1_000);
});
