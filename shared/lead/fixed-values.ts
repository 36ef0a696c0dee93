/** The codes of states and territories that the API allows. */
export const stateCodes = ['ACT', 'NSW', 'NT', 'QLD', 'SA', 'TAS', 'VIC', 'WA'] as const;

/** A state or territory of Australia as the API writes it. */
export type StateCode = (typeof stateCodes)[number];

/** The loan reasons that the API documents. */
export const loanReasons = [
  'hiring',
  'inventory',
  'debtConsolidation',
  'marketing',
  'wages',
  'equipmentPurchasing',
  'expansion',
  'workingCapital',
  'other',
] as const;

export type LoanReason = (typeof loanReasons)[number];

/** What the columns take that take certain values only; who only names them needs no reader of cells. */
export const fixedValues: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['customer.address.state', stateCodes],
  ['customer.drivers_license_state', stateCodes],
  ['company.address.state', stateCodes],
  ['loan.reason_for_loan', loanReasons],
]);
