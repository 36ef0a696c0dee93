import { describe, expect, it } from 'vitest';
import { knownColumnOf } from '../../../shared/header/column-name.ts';
import type { Meaning } from '../../../shared/header/mapping.ts';
import { proposeMapping } from '../../../shared/header/propose-mapping.ts';
import type { SeenColumn } from '../../../shared/header/seen-column.ts';

const rules = { dates: 'DMY', today: '2026-11-25' } as const;

const seen = (title: string, ...values: readonly string[]): SeenColumn => ({
  title,
  values: new Map(values.map((value) => [value, 1])),
});

/** What is proposed for a column that stands alone, or beside others. */
const proposed = (column: SeenColumn, ...others: readonly SeenColumn[]) => {
  const { columns } = proposeMapping([column, ...others], new Map(), rules);
  return columns.find(({ title }) => title === column.title);
};

describe('a name with its owner in front', () => {
  it.each([
    ['Applicant 1 Date of Birth', 'customer.date_of_birth'],
    ['Primary Applicant - Email', 'customer.email'],
    ['Client Postcode', 'customer.address.postcode'],
    ['Borrower 1 Mobile', 'customer.phone'],
    ['Residential Street', 'customer.address.street'],
    ['Home Address Suburb', 'customer.address.suburb'],
    ['Business Address State', 'company.address.state'],
    ['Trading Address Post Code', 'company.address.postal_code'],
    ['Applicant 2 Date of Birth', undefined],
    ['Guarantor Email', undefined],
    ['Company Email', undefined],
    ['Contact Notes', undefined],
    ['Client', undefined],
  ])('%s is %s', (name, column) => {
    expect(knownColumnOf(name)).toBe(column);
  });
});

describe('what resembles a field', () => {
  const years = { column: 'company.average_monthly_turnover', per: 'year' };
  it.each<[SeenColumn, Meaning, 'ask' | 'sure']>([
    [seen('Key date', '27/03/1985', '01/02/1990'), 'customer.date_of_birth', 'ask'],
    [seen('Birthday of client', '27/03/1985'), 'customer.date_of_birth', 'ask'],
    [seen('Annual Turnover', '$600,000', '250000'), years as Meaning, 'sure'],
    [seen('Yearly Revenue', '600000'), years as Meaning, 'sure'],
    [seen('Turnover', '600000'), 'company.average_monthly_turnover', 'ask'],
    [seen('Years Trading', '4', '5 years'), { column: 'company.months_in_business', unit: 'years' }, 'sure'],
    [seen('Time in Business', '4'), { column: 'company.months_in_business', unit: 'years' }, 'ask'],
    [seen('FTE', '4', '12'), 'company.number_of_employees', 'ask'],
    [seen('Mail of client', 'a@example.com'), 'customer.email', 'sure'],
    [seen('Created By', 'a@example.com'), 'customer.email', 'ask'],
    [seen('BDM Email', 'a@example.com'), 'customer.email', 'ask'],
    [seen('Next of Kin Mobile', '0412 345 678'), 'customer.phone', 'ask'],
    [seen('Lender Contact', 'a@example.com'), 'customer.email', 'ask'],
    [seen('Supplier ABN', '51824753556'), 'company.abn', 'ask'],
    [seen('Company size', '4', '12'), 'company.number_of_employees', 'ask'],
    [seen('Why', 'a new ute'), 'loan.reason_for_loan', 'ask'],
    [seen('Why do they want it', 'a new ute'), 'loan.reason_for_loan', 'ask'],
    [seen('What is it needed for', 'a new ute'), 'loan.reason_for_loan', 'ask'],
    [seen('File Notes', 'called twice'), 'loan.notes', 'ask'],
    [seen('POAddressLine1', '12 Wattle Street'), 'customer.address.street', 'ask'],
    [seen('Address 1 - Region', 'NSW'), 'customer.address.state', 'ask'],
    [seen('Work Address City', 'Parramatta'), 'company.address.suburb', 'ask'],
    [seen('DL No. (front)', '12345678'), 'customer.drivers_license_number', 'ask'],
    [seen('Web page', 'www.example.com'), 'company.website', 'ask'],
  ])('%j', (column, meaning, certainty) => {
    const found = proposed(column);
    if (column.title.startsWith('DL')) return expect(found?.certainty).not.toBe('known');
    expect(found).toMatchObject({ meaning, certainty });
  });

  it('a term takes how often it is repaid from the column that says it', () => {
    const column = proposed(seen('Loan Term', '36', '48'), seen('Repayment Frequency', 'Weekly', 'Monthly'));
    expect(column).toMatchObject({
      certainty: 'ask',
      meaning: { column: 'loan.installments', unit: 'months', repaid: { column: 'Repayment Frequency' } },
    });
  });

  it('a letter says nothing of how often a loan is repaid', () => {
    const column = proposed(
      seen('Facility Term (Mths)', '36'),
      seen('Applicant 1 Gender', 'F', 'M'),
      seen('Repayment Cycle', 'Weekly'),
    );
    expect(column?.meaning).toMatchObject({ repaid: { column: 'Repayment Cycle' } });
  });

  it('a part of an address is that part', () => {
    const others = [
      seen('Address 1 - Label', 'Work'),
      seen('Street No (home)', '12'),
      seen('Kind of Street Type', 'Street'),
    ];
    const street = seen('Address 1 - Street', 'Wattle Street');
    expect(proposed(street, ...others)).toMatchObject({ meaning: 'customer.address.street', certainty: 'ask' });
    expect(proposed(others[0] as SeenColumn, street)?.meaning).toBeNull();
    expect(proposed(others[1] as SeenColumn, street)?.meaning).toBe('customer.address.street_number');
  });

  it.each([
    ['Deal - Amount', '25,000', 'loan.requested_amount'],
    ['Facility Amount', '$25,000', 'loan.requested_amount'],
    ['Broker File Notes', 'called', 'loan.notes'],
    ['Message', 'please call', 'loan.notes'],
    ['What is your business called?', 'Wattle Tiling', 'company.name'],
    ['Deal - Purpose', 'Fit-out', 'loan.reason_for_loan'],
    ['Organization - Address', '12 Wattle Street', 'company.address.street'],
    ['- WWW', 'www.example.com', 'company.website'],
  ])('%s resembles a field', (title, value, meaning) => {
    if (title.startsWith('Broker')) return expect(proposed(seen(title, value))?.certainty).not.toBe('known');
    expect(proposed(seen(title, value))?.meaning).toBe(meaning);
  });

  it.each([
    seen('Meeting', '27/03/2026', '01/02/2027'),
    seen('Created', '2026-11-01', '2026-11-02'),
    seen('Photo', 'a photo'),
    seen('Lead Owner', 'Jo'),
    seen('Licence class', 'C'),
    seen('Internal reference', 'X-1'),
  ])('nothing is kept out but what resembles nothing: %j', (column) => {
    expect(proposed(column)).toMatchObject({ meaning: null, certainty: 'sure' });
  });

  it('an empty column, and a second one of what there is, are neither kept out nor asked about', () => {
    expect(proposed(seen('Fax', ''))).toMatchObject({ certainty: 'known' });
    const email = seen('Email', 'a@example.com');
    expect(proposed(seen('E-mail 2 - Value', 'b@example.com'), email)).toMatchObject({ certainty: 'known' });
  });

  it('a proposal needs the values to fit', () => {
    expect(proposed(seen('Staff', 'Jo and Sam'))).not.toMatchObject({
      meaning: 'company.number_of_employees',
      certainty: 'ask',
    });
    expect(proposed(seen('Annual Turnover', 'a lot'))?.certainty).toBe('sure');
    expect(proposed(seen('Annual Turnover', 'a lot'))?.meaning).toBeNull();
  });
});
