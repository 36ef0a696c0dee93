import { stringify } from 'csv-stringify/sync';
import { canonicalColumns, requiredColumns } from '../../../shared/lead/lead.ts';

/** A good value of every column; the example person and company of the samples. */
const example: Readonly<Record<string, string>> = {
  'customer.first_name': 'Mia',
  'customer.last_name': 'Nguyen',
  'customer.email': 'mia.nguyen@example.com',
  'customer.phone': '0491 570 156',
  'customer.date_of_birth': '1985-03-27',
  'customer.address.street_number': '12',
  'customer.address.street': 'Harbour',
  'customer.address.street_type': 'Street',
  'customer.address.suburb': 'Sydney',
  'customer.address.postcode': '2000',
  'customer.address.state': 'NSW',
  'customer.address.country': 'Australia',
  'customer.credit_score': '720',
  'customer.defaults': '0',
  'customer.drivers_license_number': '12345678',
  'customer.drivers_license_state': 'NSW',
  'company.name': 'Harbour Cafe Pty Ltd',
  'company.abn': '51 824 753 556',
  'company.defaults': '0',
  'company.months_in_business': '36',
  'company.accounting_software': 'Xero',
  'company.business_description': 'Coffee and breakfast',
  'company.industry': 'Hospitality',
  'company.average_monthly_turnover': '42000',
  'company.website': 'www.example.com',
  'company.number_of_employees': '6',
  'company.address.street_number': '12',
  'company.address.street': 'Harbour',
  'company.address.street_type': 'Street',
  'company.address.suburb': 'Sydney',
  'company.address.postal_code': '2000',
  'company.address.state': 'NSW',
  'company.address.country': 'Australia',
  'loan.requested_amount': '50000',
  'loan.installments': '52',
  'loan.notes': 'Call after 4 pm',
  'loan.reason_for_loan': 'equipmentPurchasing;workingCapital',
  documents: '',
};

/** Every column, the required ones first. */
export const templateColumns: readonly string[] = [
  ...requiredColumns(true),
  ...canonicalColumns.filter((column) => !requiredColumns(true).includes(column)),
];

export const exampleOf = (column: string): string => example[column] ?? '';

/** A CSV with every column and one row to write over. */
export const templateCsv = (): string => stringify([[...templateColumns], templateColumns.map(exampleOf)]);
