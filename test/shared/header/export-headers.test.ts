import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { knownColumnOf } from '../../../shared/header/column-name.ts';
import { matchHeader } from '../../../shared/header/header.ts';
import { noMapping } from '../../../shared/header/mapping.ts';

/** The header names that CRMs, form tools and aggregators write, each set with where it is documented. */
const exports = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/export-headers.json'), 'utf8'),
) as readonly {
  readonly tool: string;
  readonly source: string;
  readonly headers: Readonly<Record<string, string | null>>;
}[];

it('at least ten tools are among the exports', () => {
  expect(exports.length).toBeGreaterThanOrEqual(10);
});

it.each(exports)('the names that $tool writes mean what they say, and no more', ({ headers }) => {
  const found = Object.fromEntries(Object.keys(headers).map((name) => [name, knownColumnOf(name) ?? null]));
  expect(found).toEqual(headers);
});

it.each(exports)('no two names that $tool writes contradict one another', ({ headers }) => {
  const matched = matchHeader(Object.keys(headers), noMapping, true);
  expect(matched.fault?.code).not.toBe('duplicate_column');
});

it.each([
  ['Loan Amount ($)', 'loan.requested_amount'],
  ['P/Code', 'customer.address.postcode'],
  ['Mobile (no spaces)', 'customer.phone'],
  ['First Name (legal)', 'customer.first_name'],
  ['Company (legal name)', 'company.name'],
  ['1. First Name', 'customer.first_name'],
  ['8) Instalments', 'loan.installments'],
  ['01 - Surname', 'customer.last_name'],
  ['Q2 - What is your email address?', 'customer.email'],
  ['State/Province', 'customer.address.state'],
  ['Company / Account', 'company.name'],
  ['How much would you like to borrow?', 'loan.requested_amount'],
  ['Mobile No.', 'customer.phone'],
  ['D.O.B.', 'customer.date_of_birth'],
  ['Purpose of Loan', 'loan.reason_for_loan'],
  ['What is your email address?', 'customer.email'],
  ['Email *', 'customer.email'],
  ['Date of Birth (DD/MM/YYYY)', 'customer.date_of_birth'],
  ['What is the name of your business?', 'company.name'],
  ['How many repayments?', 'loan.installments'],
  ['Term (months)', undefined],
  ['Years in business', undefined],
  ['Monthly Turnover (000s)', undefined],
  ['Loan Amount %', undefined],
  ['Loan Amount (€)', undefined],
  ['Loan Amount (AUD)', 'loan.requested_amount'],
  ['Amount / month', undefined],
  ['Repayments ($)', undefined],
  ['Repayments / Month', undefined],
  ['Months Trading / Years', undefined],
  ['Monthly Turnover/Expenses', undefined],
  ['Company Number', undefined],
  ['Business #', undefined],
  ['Street No.', 'customer.address.street_number'],
  ['Record ID', undefined],
  ['Lead Owner', undefined],
  ['Co./Last Name', undefined],
  ['Name', undefined],
])('the name %s means %s', (name, column) => {
  expect(knownColumnOf(name)).toBe(column);
});
