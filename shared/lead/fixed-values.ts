import { loanReasons } from './cells/list.ts';
import { stateCodes } from './cells/state-and-postcode.ts';

/** What the columns take that take certain values only; who only names them needs no reader of cells. */
export const fixedValues: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['customer.address.state', stateCodes],
  ['customer.drivers_license_state', stateCodes],
  ['company.address.state', stateCodes],
  ['loan.reason_for_loan', loanReasons],
]);
