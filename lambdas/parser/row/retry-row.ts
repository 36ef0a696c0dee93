import { reportColumns } from '../../../shared/csv/report-columns.ts';
import { orderNames } from '../../../shared/lead/cells/date.ts';
import type { ProblemCode } from '../../../shared/words/problem.ts';
import type { RowPlan } from './row-plan.ts';

/** What a report has said of a row that comes back; empty for a row of any other file. */
export const reportCell = (cells: readonly string[], plan: RowPlan, name: string): string => {
  const position = plan.header.reportColumns.get(name);
  return position === undefined ? '' : (cells[position] ?? '').trim();
};

/** Whether the mapping file says by now what a date of the file had shown: then the dates of the retry file are not ambiguous. */
const isOrderTold = (cells: readonly string[], plan: RowPlan): boolean =>
  reportCell(cells, plan, reportColumns.error).includes(
    `another date of this column is ${orderNames[plan.rules.dates]}`,
  );

/**
 * The plan of a row of a retry file: what the file that it comes from has shown against it still counts, though the rows
 * that showed it are not there any more.
 */
export const planOfRetry = (cells: readonly string[], plan: RowPlan): RowPlan => {
  const codes = reportCell(cells, plan, reportColumns.errorCode);
  if (codes === '') return plan;
  const had = (...names: readonly ProblemCode[]): boolean => names.some((name) => codes.includes(name));
  const { facts, rules } = plan;
  return {
    ...plan,
    rules: had('ambiguous_date') && !isOrderTold(cells, plan) ? { ...rules, isContradicted: true } : rules,
    facts: {
      ...facts,
      ...(had('too_few_cells', 'torn_row') && { shortRows: false }),
      ...(had('too_many_cells') && { emptyCellsBehind: 0 }),
      ...(had('broken_text') && { brokenText: true }),
    },
  };
};
