import { type HeaderPlan, headerName } from '../../../shared/header/header.ts';
import { looksLikeLicence } from '../../../shared/lead/cells/licence.ts';
import { isInState } from '../../../shared/lead/cells/state-and-postcode.ts';
import type { StateCode } from '../../../shared/lead/fixed-values.ts';
import { meaningOf, type Problem, problem } from '../../../shared/words/problem.ts';
import type { ProblemCode } from '../../../shared/words/problem-catalogue.ts';
import { isEncodedText } from './broken-text.ts';
import { nameColumns } from './file-facts.ts';
import { mayBeProgramText } from './program-text.ts';

/** Columns whose text people wrote. */
const encodedColumns: ReadonlySet<string> = new Set([...nameColumns, 'loan.notes', 'company.business_description']);

/** A warning about a cell, with what the file calls its column. */
export const warningOf = (header: HeaderPlan, code: ProblemCode, column: string): Problem =>
  problem(code, { kind: 'warning', column, what: `${headerName(header, column)}: ${meaningOf(code)}` });

/** What is remarkable about a text that was read; undefined where nothing is. */
export const textWarning = (column: string, text: string, value: unknown): ProblemCode | undefined => {
  if (typeof value !== 'string' || column === 'customer.phone') return undefined;
  if (mayBeProgramText(text)) return 'placeholder_text';
  return encodedColumns.has(column) && isEncodedText(text) ? 'encoded_text' : undefined;
};

const places = [
  ['customer.address.postcode', 'customer.address.state'],
  ['company.address.postal_code', 'company.address.state'],
] as const;

/** Columns whose values are held against one another. */
export const crossColumns: readonly string[] = [
  ...places.flat(),
  'customer.drivers_license_number',
  'customer.drivers_license_state',
];

/** What is remarkable about values that belong together. */
export const crossWarnings = (values: ReadonlyMap<string, unknown>, header: HeaderPlan): Problem[] => {
  const warnings: Problem[] = [];
  for (const [postcodeColumn, stateColumn] of places) {
    const [code, inState] = [values.get(postcodeColumn), values.get(stateColumn)];
    if (code === undefined || inState === undefined) continue;
    if (!isInState(code as number, inState as StateCode))
      warnings.push(warningOf(header, 'postcode_not_in_state', postcodeColumn));
  }
  const licence = values.get('customer.drivers_license_number') as number | string | undefined;
  const licenceState = values.get('customer.drivers_license_state') as StateCode | undefined;
  if (licence !== undefined && !looksLikeLicence(licence, licenceState))
    warnings.push(warningOf(header, 'licence_shape', 'customer.drivers_license_number'));
  return warnings;
};
