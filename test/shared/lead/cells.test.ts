import { describe, expect, it } from 'vitest';
import { cellReaders } from '../../../shared/lead/lead.ts';
import { type CellRules, Refusal, Remarkable } from '../../../shared/lead/refusal.ts';

const australian: CellRules = { dates: 'DMY', today: '2026-11-23' };
const american: CellRules = { dates: 'MDY', today: '2026-11-23' };

/** What a cell is read as: the value, with the code of a warning where there is one, or the code of its problem. */
const read = (column: string, text: string, rules = australian): unknown => {
  const reader = cellReaders.get(column);
  if (reader === undefined) throw new Error(`no column ${column}`);
  const value = reader(text, rules);
  if (value instanceof Remarkable) return [value.value, value.code];
  return value instanceof Refusal ? value.code : value;
};

const cases: readonly [column: string, text: string, expected: unknown][] = [
  ['customer.email', 'ben@lumi.com.au', 'ben@lumi.com.au'],
  ['customer.email', 'Ben.Blah@Lumi.COM.AU', 'Ben.Blah@lumi.com.au'],
  ['customer.email', 'ben at lumi', 'invalid_email'],
  ['customer.email', 'a@b.com, c@d.com', 'invalid_email'],
  ['customer.email', 'accounts/sydney@example.com.au', 'accounts/sydney@example.com.au'],
  ['customer.email', 'a#b=c!{x}|y@example.com', 'a#b=c!{x}|y@example.com'],
  ['customer.email', "o'brien&sons@example.com", "o'brien&sons@example.com"],
  ['customer.email', 'info@example.xn--p1ai', 'info@example.xn--p1ai'],
  ['customer.email', 'mailto:ben@example.com', 'ben@example.com'],
  ['customer.email', 'o’brien@example.com', 'invalid_email'],
  ['customer.email', 'ben@example', 'invalid_email'],
  ['customer.email', 'ben@@example.com', 'invalid_email'],
  ['customer.email', '.ben@example.com', 'invalid_email'],
  ['customer.email', 'ben@-example.com', 'invalid_email'],
  ['customer.email', 'ben@1.2.3.4', 'invalid_email'],
  ['customer.email', 'Ben <ben@example.com>', 'invalid_email'],
  ['customer.phone', '0412 312 312', '0412312312'],
  ['customer.phone', '412312312', ['0412312312', 'phone_zero_restored']],
  ['customer.phone', '61412345678.0', ['0412345678', 'decimals_removed']],
  ['customer.phone', '412345678.00', ['0412345678', 'decimals_removed']],
  ['customer.phone', '1300123456.0', ['1300123456', 'decimals_removed']],
  ['customer.phone', 'tel:+61412345678', '0412345678'],
  ['customer.phone', 'p:+61412345678', '0412345678'],
  ['customer.phone', 'Mob: 0412 345 678', '0412345678'],
  ['customer.phone', "'0412345678", '0412345678'],
  ['customer.phone', '+61 (0)412 345 678', '0412345678'],
  ['customer.phone', '61 2 98765432', '0298765432'],
  ['customer.phone', '0412 345 678 / 02 9876 5432', 'invalid_phone'],
  ['customer.phone', '0412345678 or 0298765432', 'invalid_phone'],
  ['customer.phone', '02 9876 5432 ext 12', 'invalid_phone'],
  ['customer.phone', '+61 412 312 312', '0412312312'],
  ['customer.phone', '(02) 9876-5432', '0298765432'],
  ['customer.phone', '+64 21 123 4567', '+64211234567'],
  ['customer.phone', '4.12E+08', 'scientific_notation'],
  ['customer.phone', '12345', 'invalid_phone'],
  ['customer.phone', 'call the office', 'invalid_phone'],
  ['customer.date_of_birth', '1994-02-14', '1994-02-14'],
  ['customer.date_of_birth', '14/02/1994', '1994-02-14'],
  ['customer.date_of_birth', '4.2.1994', '1994-02-04'],
  ['customer.date_of_birth', '29/02/2023', 'invalid_date'],
  ['customer.date_of_birth', '02/14/1994', 'invalid_date'],
  ['customer.date_of_birth', '14/02/94', ['1994-02-14', 'two_digit_year_completed']],
  ['customer.date_of_birth', '14-Feb-94', ['1994-02-14', 'two_digit_year_completed']],
  ['customer.date_of_birth', '14/02/27', ['1927-02-14', 'two_digit_year_completed']],
  // On the day before their eighteenth birthday, and on it.
  ['customer.date_of_birth', '24/11/08', 'two_digit_year'],
  ['customer.date_of_birth', '23/11/08', ['2008-11-23', 'two_digit_year_completed']],
  ['customer.date_of_birth', '14/02/15', 'two_digit_year'],
  ['customer.date_of_birth', '1985/03/27', '1985-03-27'],
  ['customer.date_of_birth', '1985.03.27', '1985-03-27'],
  ['customer.date_of_birth', '1985/03-27', 'invalid_date'],
  ['customer.date_of_birth', '27 March 1985', '1985-03-27'],
  ['customer.date_of_birth', '27th Mar. 1985', '1985-03-27'],
  ['customer.date_of_birth', 'March 27, 1985', '1985-03-27'],
  ['customer.date_of_birth', '27 marble 1985', 'invalid_date'],
  ['customer.date_of_birth', '27 mayor 1985', 'invalid_date'],
  ['customer.date_of_birth', '27/03/1985 12:00:00 AM', '1985-03-27'],
  ['customer.date_of_birth', '27/03/1985 0:00', '1985-03-27'],
  ['customer.date_of_birth', '1985-03-27T00:00:00+11:00', '1985-03-27'],
  ['customer.date_of_birth', '1985-03-27T00:00:00.000Z', '1985-03-27'],
  ['customer.date_of_birth', '1985-03-26T14:00:00.000Z', 'invalid_date'],
  ['customer.date_of_birth', '27/03/1985 12:00:00 PM', 'invalid_date'],
  ['customer.date_of_birth', '0000-00-00', [undefined, 'zero_date']],
  ['customer.date_of_birth', '0000-00-00 00:00:00', [undefined, 'zero_date']],
  ['customer.date_of_birth', '0/0/00', [undefined, 'zero_date']],
  ['customer.date_of_birth', '0/01/1900', [undefined, 'zero_date']],
  ['customer.date_of_birth', '00/01/1900', [undefined, 'zero_date']],
  ['customer.date_of_birth', '30/12/1899', [undefined, 'zero_date']],
  ['customer.date_of_birth', '01/01/0001 00:00:00', [undefined, 'zero_date']],
  ['customer.date_of_birth', '1/01/4501', [undefined, 'zero_date']],
  ['customer.date_of_birth', '10/03/2025', ['2025-03-10', 'younger_than_18']],
  ['customer.date_of_birth', '34379', 'excel_serial_date'],
  ['customer.date_of_birth', '2026-11-24', 'date_out_of_range'],
  ['customer.date_of_birth', '1899-12-31', [undefined, 'zero_date']],
  ['customer.date_of_birth', '1899-11-30', 'date_out_of_range'],
  ['customer.address.postcode', '2022', 2022],
  ['customer.address.postcode', '0800', 800],
  ['customer.address.postcode', '800', 800],
  ['customer.address.postcode', '20220', 'invalid_postcode'],
  ['customer.address.postcode', '2150.0', [2150, 'decimals_removed']],
  ['customer.address.postcode', '800.00', [800, 'decimals_removed']],
  ['company.website', 'www.example.com.au', 'www.example.com.au'],
  ['company.website', 'https://example.com/about?x=1', 'https://example.com/about?x=1'],
  ['company.website', 'T.B.C.', 'invalid_website'],
  ['company.website', 'n.a.', 'invalid_website'],
  ['company.website', '12.5', 'invalid_website'],
  ['company.website', '10.0.0.1', 'invalid_website'],
  ['company.website', 'a.com, b.com', 'invalid_website'],
  ['company.website', 'see facebook.com', 'invalid_website'],
  ['customer.address.state', 'new south wales', 'NSW'],
  ['customer.address.state', 'n.s.w.', 'NSW'],
  ['customer.address.state', 'Bavaria', 'invalid_state'],
  ['customer.credit_score', '500', 500],
  ['customer.credit_score', '500.5', 'not_a_whole_number'],
  ['customer.credit_score', '1201', 'out_of_range'],
  ['customer.drivers_license_number', '12312312', 12312312],
  ['customer.drivers_license_number', '01231231', ['01231231', 'licence_sent_as_text']],
  ['customer.drivers_license_number', 'AB123', ['AB123', 'licence_sent_as_text']],
  ['customer.drivers_license_number', '12312312.0', [12312312, 'decimals_removed']],
  ['customer.drivers_license_number', '1.23E+07', 'scientific_notation'],
  ['company.abn', '51 824 753 556', 51824753556],
  ['company.abn', '51824753557', 'invalid_abn'],
  ['company.abn', '004 085 616', 'acn_leading_zero'],
  ['company.abn', 'ACN 004 085 616', 'acn_leading_zero'],
  ['company.abn', 'ABN 51 824 753 556', 51824753556],
  ['company.abn', 'A.B.N.: 51-824-753-556', 51824753556],
  ['company.abn', "'51824753556", 51824753556],
  ['company.abn', '51824753556.0', [51824753556, 'decimals_removed']],
  ['company.abn', 'ABN 51824753557', 'invalid_abn'],
  ['company.abn', '115213748', 'invalid_abn'],
  // 010 012 889 as a number with a decimal: nine digits, and the check digit fits by chance.
  ['company.abn', '10012889.0', 'invalid_abn'],
  ['company.abn', '5.1824753556E+10', 'scientific_notation'],
  ['company.abn', '000000000', 'invalid_abn'],
  ['company.average_monthly_turnover', '$1,234,678.50', 1234678.5],
  ['company.average_monthly_turnover', '1.5e4', 15000],
  ['company.average_monthly_turnover', '12,34', 'not_a_number'],
  ['company.average_monthly_turnover', '50.000,00', 'not_a_number'],
  ['loan.requested_amount', 'A$8000', 8000],
  ['loan.requested_amount', '0', 'out_of_range'],
  ['loan.requested_amount', 'twenty', 'not_a_number'],
  ['loan.requested_amount', '15.000', 'not_a_number'],
  ['loan.requested_amount', '15.00', 15],
  ['loan.installments', '1.000', 'not_a_number'],
  ['loan.reason_for_loan', '; ;', undefined],
  ['loan.installments', '52', 52],
  ['loan.installments', '52.0', 52],
  ['loan.reason_for_loan', 'Working Capital; other;other', ['workingCapital', 'other']],
  ['loan.reason_for_loan', 'boat', 'invalid_reason'],
];

describe('guarantee 7: refuse to guess', () => {
  it.each(cases)('the column %s with the text %j gives %j', (column, text, expected) => {
    expect(read(column, text)).toEqual(expected);
  });

  it('an amount that could be either is refused only where the column has a decimal comma', () => {
    const comma: CellRules = { ...australian, decimalComma: true };
    for (const text of ['15,000', '$15,000', '1,500'])
      expect(read('loan.requested_amount', text, comma)).toBe('ambiguous_number');
    for (const text of ['15000', '15,000,000', '15 000'])
      expect(read('loan.requested_amount', text, comma)).toEqual(expect.any(Number));
    expect(read('loan.requested_amount', '15,000')).toBe(15_000);
  });

  it('an ACN that begins with zero is told the ABN that its check digits give', () => {
    const refusal = cellReaders.get('company.abn')?.('004 085 616', australian);
    expect(refusal instanceof Refusal && refusal.tip).toContain('53 004 085 616');
  });

  it('dates are read month first only when the mapping says so', () => {
    expect(read('customer.date_of_birth', '02/14/1994', american)).toBe('1994-02-14');
    expect(read('customer.date_of_birth', '14/02/1994', american)).toBe('invalid_date');
  });
});
