import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const weights = [3, 5, 7, 9, 11, 13, 15, 17, 19];

/** A valid ABN for every number below 900 million: its first two digits make the weighted sum divisible by 89. */
const abnOf = (number: number): string => {
  const tail = String(100_000_000 + number);
  const sum = weights.reduce((all, weight, index) => all + weight * Number(tail[index]), 0);
  return `${10 + ((89 - (sum % 89)) % 89)}${tail}`;
};

/** What every lead has: nine columns, and no two rows have a cell in common but the instalments. */
const shortColumns: Readonly<Record<string, (row: number) => string>> = {
  'First Name': (row) => `First${row}`,
  'Last Name': (row) => `Last${row}`,
  Email: (row) => `person${row}@example.com`,
  Mobile: (row) => `04${10_000_000 + (row % 29_000_000)}`,
  'Business Name': (row) => `Company ${row}`,
  ABN: abnOf,
  Amount: (row) => `$${10_000 + row}.00`,
  Instalments: (row) => String(12 + (row % 48)),
  Notes: (row) => `Called on day ${row} about ute ${row}`,
};

const states = ['NSW', 'VIC', 'QLD', 'WA', 'SA', 'TAS', 'ACT', 'NT'];
const state = (row: number): string => states[row % states.length] ?? 'NSW';
const postcode = (row: number): string => String(2000 + (row % 900));
const day = (row: number): string => String(1 + (row % 28)).padStart(2, '0');

/** All that a lead can have, and two columns of the broker's own: 38 of them. */
const allColumns: Readonly<Record<string, (row: number) => string>> = {
  ...shortColumns,
  'customer.date_of_birth': (row) => `${1950 + (row % 50)}-${String(1 + (row % 12)).padStart(2, '0')}-${day(row)}`,
  'customer.address.street_number': (row) => String(1 + row),
  'customer.address.street': (row) => `Street ${row}`,
  'customer.address.street_type': () => 'Road',
  'customer.address.suburb': (row) => `Suburb ${row}`,
  'customer.address.postcode': postcode,
  'customer.address.state': state,
  'customer.address.country': () => 'Australia',
  'customer.credit_score': (row) => String(300 + (row % 600)),
  'customer.defaults': (row) => String(row % 3),
  'customer.drivers_license_number': (row) => String(10_000_000 + row),
  'customer.drivers_license_state': state,
  'company.defaults': (row) => String(row % 2),
  'company.months_in_business': (row) => String(6 + (row % 200)),
  'company.accounting_software': () => 'Xero',
  'company.business_description': (row) => `Sells ${row} things`,
  'company.industry': (row) => `Industry ${row % 97}`,
  'company.average_monthly_turnover': (row) => String(5_000 + row),
  'company.website': (row) => `https://company${row}.example.com`,
  'company.number_of_employees': (row) => String(1 + (row % 90)),
  'company.address.street_number': (row) => String(2 + row),
  'company.address.street': (row) => `Lane ${row}`,
  'company.address.suburb': (row) => `Town ${row}`,
  'company.address.postal_code': postcode,
  'company.address.state': state,
  'loan.reason_for_loan': () => 'workingCapital',
  Referrer: (row) => `Partner ${row % 31}`,
  'CRM ID': (row) => `C-${row}`,
};

const birthDate = (order: 'iso' | 'dmy') => (row: number) => {
  const [date, month, year] = [day(row), String(1 + (row % 12)).padStart(2, '0'), String(1950 + (row % 50))];
  return order === 'iso' ? `${year}-${month}-${date}` : `${date}/${month}/${year}`;
};

export const columnSets = {
  short: shortColumns,
  all: allColumns,
  /** With birth dates as programs and as Australians write them. */
  iso: { ...shortColumns, 'Date of Birth': birthDate('iso') },
  dmy: { ...shortColumns, 'Date of Birth': birthDate('dmy') },
} as const;

/** Rows per piece of text. */
const piece = 1_000;

function* linesOf(rows: number, columns: (typeof columnSets)[keyof typeof columnSets]): Generator<string> {
  const cells = Object.values(columns);
  yield `${Object.keys(columns).join(',')}\n`;
  for (let start = 0; start < rows; start += piece) {
    let text = '';
    for (let row = start; row < Math.min(start + piece, rows); row += 1)
      text += `${cells.map((cell) => cell(row)).join(',')}\n`;
    yield text;
  }
}

/** Writes a CSV of good rows that differ in every cell, so that nothing can be remembered from one to the next. */
export const writeDistinctRows = (path: string, rows: number, columns: keyof typeof columnSets): Promise<void> =>
  pipeline(Readable.from(linesOf(rows, columnSets[columns])), createWriteStream(path));
