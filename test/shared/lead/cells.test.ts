import { describe, expect, it } from 'vitest';
import { cellReaders } from '../../../shared/lead/lead.ts';
import { type CellRules, Refusal } from '../../../shared/lead/refusal.ts';

const australian: CellRules = { dates: 'DMY', today: '2026-11-23' };
const american: CellRules = { dates: 'MDY', today: '2026-11-23' };

/** What a cell is read as: the value, or the code of its problem. */
const read = (column: string, text: string, rules = australian): unknown => {
  const reader = cellReaders.get(column);
  if (reader === undefined) throw new Error(`no column ${column}`);
  const value = reader(text, rules);
  return value instanceof Refusal ? value.code : value;
};

const cases: readonly [column: string, text: string, expected: unknown][] = [
  ['customer.email', 'ben@lumi.com.au', 'ben@lumi.com.au'],
  ['customer.email', 'Ben.Blah@Lumi.COM.AU', 'Ben.Blah@lumi.com.au'],
  ['customer.email', 'ben at lumi', 'invalid_email'],
  ['customer.email', 'a@b.com, c@d.com', 'invalid_email'],
  ['customer.phone', '0412 312 312', '0412312312'],
  ['customer.phone', '412312312', '0412312312'],
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
  ['customer.date_of_birth', '14/02/94', 'two_digit_year'],
  ['customer.date_of_birth', '34379', 'excel_serial_date'],
  ['customer.date_of_birth', '2026-11-24', 'date_out_of_range'],
  ['customer.date_of_birth', '1899-12-31', 'date_out_of_range'],
  ['customer.address.postcode', '2022', 2022],
  ['customer.address.postcode', '0800', 800],
  ['customer.address.postcode', '800', 800],
  ['customer.address.postcode', '20220', 'invalid_postcode'],
  ['customer.address.state', 'new south wales', 'NSW'],
  ['customer.address.state', 'n.s.w.', 'NSW'],
  ['customer.address.state', 'Bavaria', 'invalid_state'],
  ['customer.credit_score', '500', 500],
  ['customer.credit_score', '500.5', 'not_a_whole_number'],
  ['customer.credit_score', '1201', 'out_of_range'],
  ['customer.drivers_license_number', '12312312', 12312312],
  ['customer.drivers_license_number', '01231231', '01231231'],
  ['customer.drivers_license_number', 'AB123', 'AB123'],
  ['customer.drivers_license_number', '1.23E+07', 'scientific_notation'],
  ['company.abn', '51 824 753 556', 51824753556],
  ['company.abn', '51824753557', 'invalid_abn'],
  ['company.abn', '004 085 616', 4085616],
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

  it('dates are read month first only when the mapping says so', () => {
    expect(read('customer.date_of_birth', '02/14/1994', american)).toBe('1994-02-14');
    expect(read('customer.date_of_birth', '14/02/1994', american)).toBe('invalid_date');
  });
});
