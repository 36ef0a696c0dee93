/** What people call the columns of a lead, in the order in which a lead is told; each is a name that the importer knows by itself. */
export const plainNames: Readonly<Record<string, string>> = {
  'customer.first_name': 'First Name',
  'customer.last_name': 'Last Name',
  'customer.email': 'Email',
  'customer.phone': 'Mobile',
  'customer.date_of_birth': 'Date of Birth',
  'customer.address.street_number': 'Home Street Number',
  'customer.address.street': 'Home Street',
  'customer.address.street_type': 'Home Street Type',
  'customer.address.suburb': 'Home Suburb',
  'customer.address.postcode': 'Home Postcode',
  'customer.address.state': 'Home State',
  'customer.address.country': 'Home Country',
  'customer.credit_score': 'Credit Score',
  'customer.defaults': 'Personal Defaults',
  'customer.drivers_license_number': 'Driver Licence Number',
  'customer.drivers_license_state': 'Driver Licence State',
  'company.name': 'Company Name',
  'company.abn': 'ABN',
  'company.defaults': 'Company Defaults',
  'company.months_in_business': 'Months in Business',
  'company.accounting_software': 'Accounting Software',
  'company.business_description': 'Business Description',
  'company.industry': 'Industry',
  'company.average_monthly_turnover': 'Average Monthly Turnover',
  'company.website': 'Website',
  'company.number_of_employees': 'Number of Employees',
  'company.address.street_number': 'Company Street Number',
  'company.address.street': 'Company Street',
  'company.address.street_type': 'Company Street Type',
  'company.address.suburb': 'Company Suburb',
  'company.address.postal_code': 'Company Postcode',
  'company.address.state': 'Company State',
  'company.address.country': 'Company Country',
  'loan.requested_amount': 'Loan Amount',
  'loan.installments': 'Number of Repayments',
  'loan.notes': 'Notes',
  'loan.reason_for_loan': 'Reason for Loan',
  documents: 'Documents',
};

/** What is said of a column that holds nothing for lumi. */
export const keepOut = 'keep out';
/** What is said of a column that holds both names. */
export const bothNames = 'first name and last name';

/** Everything that a column of a file can be. */
export const meaningChoices: readonly string[] = [...Object.values(plainNames), bothNames, keepOut];

/** A sentence in which lumi's columns are called as people call them. What stands in quotes is the file's own. */
export const inPlainWords = (sentence: string): string =>
  sentence.replaceAll(/"[^"]*"|\b(?:customer|company|loan)\.[a-z_.]*[a-z]/g, (found) => plainNames[found] ?? found);
