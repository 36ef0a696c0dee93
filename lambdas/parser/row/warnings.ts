import { licenceIsText, looksLikeLicence } from '../../../shared/lead/cells/licence.ts';
import { phoneLostItsZero } from '../../../shared/lead/cells/phone.ts';
import { isInState, type StateCode } from '../../../shared/lead/cells/state-and-postcode.ts';
import { type Problem, problem } from '../../../shared/words/problem.ts';
import { isEncodedText } from './broken-text.ts';
import { nameColumns } from './file-facts.ts';

/** Columns whose text people wrote. */
const encodedColumns: ReadonlySet<string> = new Set([...nameColumns, 'loan.notes', 'company.business_description']);

/** What was repaired in a good cell, or is remarkable about it. */
export const cellWarnings = (column: string, text: string): Problem[] => {
  if (column === 'customer.phone' && phoneLostItsZero(text)) return [problem('phone_zero_restored', { column })];
  if (column === 'customer.drivers_license_number' && licenceIsText(text))
    return [problem('licence_sent_as_text', { column })];
  if (encodedColumns.has(column) && isEncodedText(text)) return [problem('encoded_text', { column })];
  return [];
};

const places = [
  ['customer.address.postcode', 'customer.address.state'],
  ['company.address.postal_code', 'company.address.state'],
] as const;

/** What is remarkable about values that belong together. */
export const crossWarnings = (values: ReadonlyMap<string, unknown>): Problem[] => {
  const warnings: Problem[] = [];
  for (const [postcodeColumn, stateColumn] of places) {
    const [code, inState] = [values.get(postcodeColumn), values.get(stateColumn)];
    if (code === undefined || inState === undefined) continue;
    if (!isInState(code as number, inState as StateCode))
      warnings.push(problem('postcode_not_in_state', { column: postcodeColumn }));
  }
  const licence = values.get('customer.drivers_license_number') as number | string | undefined;
  const licenceState = values.get('customer.drivers_license_state') as StateCode | undefined;
  if (licence !== undefined && !looksLikeLicence(licence, licenceState))
    warnings.push(problem('licence_shape', { column: 'customer.drivers_license_number' }));
  return warnings;
};
