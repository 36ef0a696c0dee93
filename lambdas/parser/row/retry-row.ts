import { ambiguousDateCodes } from '../../../shared/lead/cells/date.ts';
import { reportColumns } from '../../../shared/table/report-columns.ts';
import type { ProblemCode } from '../../../shared/words/problem-catalogue.ts';
import type { RowPlan } from './row-plan.ts';

/** What a report has said of a row that comes back; empty for a row of any other file. */
export const reportCell = (cells: readonly string[], plan: RowPlan, name: string): string => {
  const position = plan.header.reportColumns.get(name);
  return position === undefined ? '' : (cells[position] ?? '').trim();
};

/** The columns of which a report has said that they hold a formula, and no value. */
export const formulaColumns = (cells: readonly string[], plan: RowPlan): ReadonlySet<string> =>
  new Set(
    reportCell(cells, plan, reportColumns.errorCode)
      .split(';')
      .map((entry) => entry.trim().split(':'))
      .filter(([code]) => code === ('formula_without_value' satisfies ProblemCode))
      .map(([, column = '']) => column),
  );

/** The codes that a report has given a row that comes back. */
const codesOf = (cells: readonly string[], plan: RowPlan): ReadonlySet<string> =>
  new Set(
    reportCell(cells, plan, reportColumns.errorCode)
      .split(';')
      .map((entry) => entry.replace(/:.*$/, '').trim()),
  );

/**
 * The plan of a row of a retry file: what the file that it comes from has shown against it still counts, though the rows
 * that showed it are not there any more.
 */
export const planOfRetry = (cells: readonly string[], plan: RowPlan): RowPlan => {
  if (plan.header.reportColumns.size === 0) return plan;
  const codes = codesOf(cells, plan);
  const had = (...names: readonly ProblemCode[]): boolean => names.some((name) => codes.has(name));
  const { facts, rules } = plan;
  return {
    ...plan,
    rules: had(ambiguousDateCodes[rules.dates]) ? { ...rules, isContradicted: true } : rules,
    facts: {
      ...facts,
      ...(had('too_few_cells', 'torn_row') && { shortRows: false }),
      ...(had('too_many_cells') && { emptyCellsBehind: 0 }),
      ...(had('broken_text') && { brokenText: true }),
    },
  };
};
