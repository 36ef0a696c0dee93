import { stringify } from 'csv-stringify/sync';
import { anAbn } from './sample-rows.ts';

/** An export as a system writes it, and what only its owner can say of it, as arguments of `map`. */
export interface BrokersExport {
  readonly name: string;
  readonly bytes: Buffer;
  readonly decisions: readonly string[];
  readonly leads: number;
}

const firstNames = ['Mia', 'José', 'Liam', 'Zoë', 'Noah', 'Ava'];
const lastNames = ['Nguyen', 'van der Berg', 'Smith', "O'Brien", 'de Souza'];

const pick = (items: readonly string[], number: number): string => items[number % items.length] ?? '';
const mobile = (number: number): string => `0491 570 ${100 + (number % 60)}`;
const date = (number: number): string =>
  `${String((number % 28) + 1).padStart(2, '0')}/${String((number % 12) + 1).padStart(2, '0')}/${1960 + (number % 35)}`;

const csv = (header: readonly string[], rowOf: (number: number) => readonly string[], count: number): string[][] => [
  [...header],
  ...Array.from({ length: count }, (_, number) => [...rowOf(number)]),
];

const excelHeader = [
  'Client Name',
  'E-mail',
  'Mobile No.',
  'D.O.B.',
  'Business',
  'ABN',
  'Loan Amount ($)',
  'Term (months)',
  'Purpose of Loan',
  'P/Code',
  'State',
  'Years in business',
];

const excelRow =
  (offset: number) =>
  (number: number): string[] => [
    `${pick(firstNames, number)} ${pick(lastNames, number)}`,
    `excel${offset + number}@example.com`,
    mobile(number),
    date(number),
    `Biz ${number} Pty Ltd`,
    anAbn(offset + number),
    `$${(10_000 + number).toLocaleString('en-AU')}.00`,
    pick(['12', '24', '36'], number),
    pick(['Equipment purchase', 'Refinance', 'Working Capital', 'Fit out'], number),
    pick(['2000', '2150'], number),
    pick(['New South Wales', 'NSW'], number),
    String(1 + (number % 12)),
  ];

const bytesOf = (rows: readonly (readonly string[])[], mark = ''): Buffer =>
  Buffer.from(mark + stringify(rows as string[][], { record_delimiter: '\r\n' }), 'utf8');

const blank = excelHeader.map(() => '');
const titled = (title: string): string[] => [title, ...blank.slice(1)];

/** Excel, Excel with a title and a total, Google Forms, a Salesforce report, HubSpot contacts. */
export const brokersExports = (count: number): readonly BrokersExport[] => [
  {
    name: 'excel.csv',
    bytes: bytesOf(csv(excelHeader, excelRow(0), count), '\uFEFF'),
    decisions: ['--column', 'Term (months)=loan.installments'],
    leads: count,
  },
  {
    name: 'excel-with-a-title.csv',
    bytes: bytesOf(
      [
        titled('Broker Leads'),
        titled('Exported 24/11/2026'),
        blank,
        ...csv(excelHeader, excelRow(10_000), count),
        titled(`Total ${count} leads`),
      ],
      '\uFEFF',
    ),
    decisions: ['--column', 'Term (months)=loan.installments'],
    leads: count,
  },
  {
    name: 'google-forms.csv',
    bytes: bytesOf(
      csv(
        [
          'Timestamp',
          'What is your first name?',
          'What is your last name?',
          'What is your email address?',
          'Best contact number',
          'What is the name of your business?',
          'ABN or ACN',
          'How much would you like to borrow?',
          'What will you use the funds for?',
          'How many repayments?',
          'How long have you been in business? (years)',
        ],
        (number) => [
          '2026/11/01 9:01:02 am GMT+11',
          pick(firstNames, number),
          pick(lastNames, number),
          `form${number}@example.com`,
          mobile(number),
          `Biz ${number}`,
          anAbn(20_000 + number),
          String(20_000 + number),
          pick(['New ute', 'Cash flow', 'Marketing', 'Stock'], number),
          '52',
          String(1 + (number % 9)),
        ],
        count,
      ),
    ),
    decisions: [],
    leads: count,
  },
  {
    name: 'salesforce-report.csv',
    bytes: bytesOf([
      ...csv(
        [
          'First Name',
          'Last Name',
          'Email',
          'Mobile',
          'Phone',
          'Company / Account',
          'ABN',
          'Amount',
          'Loan Term',
          'Lead Source',
          'Lead Owner',
          'State/Province',
          'Zip/Postal Code',
        ],
        (number) => [
          pick(firstNames, number),
          pick(lastNames, number),
          `sales${number}@example.com`,
          number % 3 === 0 ? '' : mobile(number),
          '(02) 9876 5432',
          `Biz ${number}`,
          anAbn(30_000 + number),
          `AUD ${(30_000 + number).toLocaleString('en-AU')}.00`,
          pick(['3 years', '2 years'], number),
          'Web',
          'Jo',
          'NSW',
          '2000',
        ],
        count,
      ),
      [`Grand Totals (${count} records)`],
      ['Confidential Information - Do Not Distribute'],
    ]),
    decisions: [
      '--column',
      'Loan Term=loan.installments',
      '--value',
      'loan.installments:3 years=36',
      '--value',
      'loan.installments:2 years=24',
    ],
    leads: count,
  },
  {
    name: 'hubspot-contacts.csv',
    bytes: bytesOf(
      csv(
        [
          'Record ID',
          'First Name',
          'Last Name',
          'Email',
          'Phone Number',
          'Mobile Phone Number',
          'Company name',
          'ABN number',
          'Loan amount requested',
          'Number of repayments',
          'Loan purpose',
          'Postal Code',
          'State/Region',
          'Create Date',
          'Contact owner',
        ],
        (number) => [
          String(90_000 + number),
          pick(firstNames, number),
          pick(lastNames, number),
          `hub${number}@example.com`,
          '',
          mobile(number),
          `Biz ${number}`,
          anAbn(40_000 + number),
          String(40_000 + number),
          '52',
          pick(['Equipment', 'Working capital', 'Other'], number),
          '2000',
          'NSW',
          '2026-11-01 10:00',
          'Jo',
        ],
        count,
      ),
    ),
    decisions: [],
    leads: count,
  },
];
