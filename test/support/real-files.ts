import { stringify } from 'csv-stringify/sync';
import { anAbn } from './sample-rows.ts';

/** A file as an office has it, with what a person does about it. */
export interface RealFile {
  readonly name: string;
  readonly csv: string;
  /** By its path below the folder of documents. */
  readonly documents: readonly string[];
  /** What `map` is told. */
  readonly decisions: readonly string[];
  /** Cells of the retry file that the person corrects: by column, from what to what. */
  readonly corrections: readonly (readonly [column: string, from: string, to: string])[];
  /** Documents that the person brings before the retry. */
  readonly brought: readonly string[];
  /** Good rows at the first try, and rows that are leads in the end. */
  readonly first: number;
  readonly leads: number;
  /** Members of every lead that the file has something for. */
  readonly members: readonly string[];
}

const firstNames = ['Mia', 'José', 'Liam', 'Zoë', 'Ava', 'Noah', 'Aisha', 'Wei', 'Priya', 'Tom'];
const lastNames = [
  'Nguyen',
  'O’Brien',
  'van der Berg',
  'Müller',
  'Smith',
  "D'Souza",
  'Khan',
  'Chen',
  'Patel',
  'Okafor',
];
const towns = [
  ['NSW', 'Parramatta', '2150'],
  ['VIC', 'Fitzroy', '3065'],
  ['QLD', 'Brisbane', '4000'],
  ['WA', 'Perth', '6000'],
] as const;

const at = <Item>(items: readonly Item[], index: number): Item => items[index % items.length] as Item;
const day = (index: number): string =>
  `${String(1 + (index % 27)).padStart(2, '0')}/${String(1 + (index % 12)).padStart(2, '0')}/${1960 + (index % 35)}`;
const mobile = (index: number): string => `0491 570 ${String(100 + (index % 800)).padStart(3, '0')}`;
const count = <Row>(rows: number, rowOf: (index: number) => Row): Row[] =>
  Array.from({ length: rows }, (_, index) => rowOf(index));
const plain = { documents: [], decisions: [], corrections: [], brought: [] } as const;
const usual = ['First Name', 'Last Name', 'Email', 'Mobile', 'Business Name', 'ABN', 'Amount', 'Instalments'];
const person = (index: number, domain: string): string[] => [
  at(firstNames, index),
  at(lastNames, index),
  `${domain}${index}@example.com`,
  mobile(index),
  `${domain} ${index} Pty Ltd`,
];

const aggregatorHeader =
  'Deal ID,Created Date,Last Modified,Stage,Broker,Broker Email,Branch,Aggregator,Referrer,Campaign,Applicant 1 Title,Applicant 1 First Name,Applicant 1 Middle Name,Applicant 1 Surname,Applicant 1 Date of Birth,Applicant 1 Email,Applicant 1 Mobile,Applicant 1 Home Phone,Applicant 1 Marital Status,Applicant 1 Dependants,Residential Unit,Residential Street,Residential Suburb,Residential State,Residential Postcode,Residential Status,Time at Address,Driver Licence No,Driver Licence State,Driver Licence Expiry,Credit Score,Entity Type,Business Name,Trading As,ABN,ACN,GST Registered,Industry,ANZSIC,Years Trading,FTE,Annual Turnover,Net Profit,Accountant,Accounting Software,Business Address Street,Business Address Suburb,Business Address State,Business Address Postcode,Website,Loan Amount,Loan Term (months),Repayment Frequency,Loan Purpose,Security Offered,Existing Lender,File Notes,Documents,Priority,Colour'.split(
    ',',
  );

const aggregatorRow = (index: number): string[] => {
  const [state, town, postcode] = at(towns, index);
  const cells: Readonly<Record<string, string>> = {
    'Deal ID': String(9000 + index),
    'Created Date': '2026-11-01',
    'Last Modified': '2026-11-02',
    Stage: 'Lead',
    Broker: 'Jo Broker',
    'Broker Email': 'jo@broker.example',
    'Applicant 1 First Name': at(firstNames, index),
    'Applicant 1 Surname': at(lastNames, index * 3),
    'Applicant 1 Date of Birth': day(index),
    'Applicant 1 Email': index === 17 ? 'not an address' : `agg${index}@example.com`,
    'Applicant 1 Mobile': mobile(index),
    'Applicant 1 Home Phone': index % 3 === 0 ? '02 9876 5432' : '',
    'Residential Street': 'Wattle Street',
    'Residential Suburb': town,
    'Residential State': state,
    'Residential Postcode': postcode,
    'Residential Status': 'Renting',
    'Time at Address': '2 years',
    'Driver Licence No': String(12_000_000 + index),
    'Driver Licence State': state,
    'Credit Score': String(600 + (index % 200)),
    'Business Name': `Biz ${index} Pty Ltd`,
    'Trading As': `Biz ${index}`,
    ABN: anAbn(index + 1000),
    Industry: 'Retail',
    ANZSIC: '4110',
    'Years Trading': String(1 + (index % 20)),
    FTE: String(1 + (index % 30)),
    'Annual Turnover': `$${(120_000 + index * 1000).toLocaleString('en-AU')}`,
    'Accounting Software': 'Xero',
    'Business Address Street': 'High Street',
    'Business Address Suburb': town,
    'Business Address State': state,
    'Business Address Postcode': postcode,
    Website: 'www.example.com',
    'Loan Amount': index === 99 ? 'lots' : `$${(10_000 + index * 100).toLocaleString('en-AU')}`,
    'Loan Term (months)': String(12 * (1 + (index % 5))),
    'Repayment Frequency': at(['Weekly', 'Monthly', 'Fortnightly'], index),
    'Loan Purpose': at(['Working capital', 'Equipment', 'Fit-out'], index),
    'File Notes': 'called twice',
    Priority: 'High',
  };
  return aggregatorHeader.map((name) => cells[name] ?? '');
};

const aggregator: RealFile = {
  ...plain,
  name: 'an aggregator’s export of 60 columns and 220 rows',
  csv: `\uFEFF${stringify([aggregatorHeader, ...count(220, aggregatorRow)], { record_delimiter: '\r\n' })}`,
  decisions: [
    'FTE=company.number_of_employees',
    'Loan Term (months)=loan.installments in months, repaid by "Repayment Frequency"',
    'File Notes=loan.notes',
  ],
  corrections: [
    ['Applicant 1 Email', 'not an address', 'fixed@example.com'],
    ['Loan Amount', 'lots', '15000'],
  ],
  first: 218,
  leads: 220,
  members: [
    'customer.date_of_birth',
    'customer.address.street',
    'customer.drivers_license_number',
    'company.months_in_business',
    'company.number_of_employees',
    'company.average_monthly_turnover',
    'company.address.postal_code',
    'loan.reason_for_loan',
    'loan.notes',
  ],
};

const titled: RealFile = {
  ...plain,
  name: 'a title, two header lines, headings of offices and a total',
  csv: stringify([
    ['Leads for lumi, November 2026', ...Array(8).fill('')],
    ['Printed 29/11/2026', ...Array(8).fill('')],
    ['Client', '', 'Contact', '', 'Business', '', 'Loan', '', ''],
    [...usual, 'DOB'],
    ['Sydney office', ...Array(8).fill('')],
    ...count(20, (index) => [...person(index, 'syd'), anAbn(index + 3000), String(20_000 + index), '52', day(index)]),
    ['Perth office', ...Array(8).fill('')],
    ...count(20, (index) => [...person(index, 'per'), anAbn(index + 3100), String(30_000 + index), '52', day(index)]),
    ['Total', '', '', '', '', '', '1000380', '', ''],
    ['Thank you for your business', ...Array(8).fill('')],
  ]),
  first: 40,
  leads: 40,
  members: ['customer.date_of_birth'],
};

const named: RealFile = {
  ...plain,
  name: 'names in one column, terms in years',
  csv: stringify([
    ['Client Name', 'E-mail', 'Contact No', 'Company', 'ABN', 'Finance Amount', 'Term (years)', 'Repaid', 'State'],
    ...count(60, (index) => [
      index === 5 ? 'Mr John & Mary Smith' : `${at(firstNames, index)} ${at(lastNames, index)}`,
      `named${index}@example.com`,
      mobile(index + 300),
      `Firm ${index}`,
      anAbn(index + 4000),
      `${30 + index},000`,
      String(1 + (index % 5)),
      'Weekly',
      index % 2 === 0 ? 'New South Wales' : 'NSW',
    ]),
  ]),
  decisions: ['Term (years)=loan.installments in years, repaid by "Repaid"'],
  corrections: [['Client Name', 'Mr John & Mary Smith', 'John Smith']],
  first: 59,
  leads: 60,
  members: ['customer.last_name', 'customer.address.state'],
};

const three: RealFile = {
  ...plain,
  name: 'three rows from a European spreadsheet',
  csv: [
    'First Name;Surname;Email;Phone;Business;ABN;Loan Amount;No. of Repayments',
    `Mia;Nguyen;m@example.com;412345678;Harbour Cafe;${anAbn(5000)};15000;52`,
    `José;Okafor;o@example.com;+61 412 345 679;Okafor Pty Ltd;${anAbn(5001)};$22,500.00;104`,
    `Zoë;Smith;z@example.com;0412 345 670.0;Smith & Co;${anAbn(5002)};8000;26`,
  ].join('\r\n'),
  first: 3,
  leads: 3,
  members: [],
};

const folderOf = (index: number): string => `${at(firstNames, index)} ${at(lastNames, index)} ${index}`;
/** As a Mac names it. */
const onDisk = (index: number): string => folderOf(index).normalize('NFD');

const folders: RealFile = {
  ...plain,
  name: 'a folder of documents for each client',
  csv: stringify([
    [...usual, 'Documents'],
    ...count(12, (index) => [
      ...person(index, 'doc'),
      anAbn(index + 6000),
      String(30_000 + index),
      '52',
      folderOf(index),
    ]),
  ]),
  documents: count(12, (index) =>
    index === 7
      ? [`${onDisk(index)}/.DS_Store`]
      : [`${onDisk(index)}/licence.pdf`, `${onDisk(index)}/Screenshot 9.41\u202fAM.png`, `${onDisk(index)}/.DS_Store`],
  ).flat(),
  brought: [`${onDisk(7)}/licence.pdf`],
  first: 11,
  leads: 12,
  members: [],
};

export const realFiles: readonly RealFile[] = [aggregator, titled, named, three, folders];
