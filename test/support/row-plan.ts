import { plainFacts } from '../../lambdas/parser/row/file-facts.ts';
import type { RowFormat } from '../../lambdas/parser/row/misread.ts';
import { type RowPlan, valuesOf } from '../../lambdas/parser/row/row-plan.ts';
import { matchHeader } from '../../shared/header/header.ts';
import { noMapping } from '../../shared/header/mapping.ts';

/** The plan of a header that is good, as of 23 November 2026; throws where it is not. */
export const planOf = (
  names: readonly string[],
  enforceMandatories = true,
  mapping = noMapping,
  format: RowFormat = { delimiter: ',', encoding: 'utf-8', isSheet: false },
): RowPlan => {
  const matched = matchHeader(names, mapping, enforceMandatories);
  if (matched.fault !== undefined) throw new Error(matched.fault.what);
  return {
    header: matched.plan,
    headerLine: 1,
    format,
    mapping,
    values: valuesOf(mapping),
    enforceMandatories,
    rules: { dates: mapping.dates, today: '2026-11-23' },
    facts: plainFacts,
    sendsHidden: false,
  };
};
