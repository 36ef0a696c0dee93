import { headerName } from '../../../shared/header/header.ts';
import { limits } from '../../../shared/limits.ts';
import type { TableRecord } from '../../../shared/table/table.ts';
import { type Problem, problem } from '../../../shared/words/problem.ts';
import { cellAt } from '../../../shared/workbook/cell-place.ts';
import { formulaColumns } from './retry-row.ts';
import type { RowPlan } from './row-plan.ts';
import type { RowReading } from './row-reading.ts';

/** Formulas of which the workbook holds no value: they are never read as an empty cell. */
const withoutValue = ({ line, withoutValue: positions = [] }: TableRecord, { header }: RowPlan): Problem[] =>
  positions.flatMap((position) => {
    const column = header.columns[position];
    if (column === undefined) return [];
    const what = `${headerName(header, column)} is a formula (cell ${cellAt(line, position)}), and the workbook does not hold its value.`;
    return [problem('formula_without_value', { column, what })];
  });

/** Formulas that a report has written out, and that nobody has replaced by a value since. */
const leftAsTheyWere = ({ cells }: TableRecord, plan: RowPlan): Problem[] => {
  const { header } = plan;
  if (header.reportColumns.size === 0) return [];
  return [...formulaColumns(cells, plan)].flatMap((column) => {
    const isFormula = (header.sources.get(column) ?? []).some(
      ({ position }) => cells[position]?.startsWith('=') === true,
    );
    const what = `${headerName(header, column)} still holds the formula, and not its value.`;
    return isFormula ? [problem('formula_without_value', { column, what })] : [];
  });
};

/** A row whose cells hold a formula in place of a value is not sent, whatever else it holds. */
export const withFormulas = (record: TableRecord, reading: RowReading, plan: RowPlan): RowReading => {
  if (reading.kind === 'no_lead' || reading.kind === 'hidden' || reading.kind === 'kept') return reading;
  const formulas = [...withoutValue(record, plan), ...leftAsTheyWere(record, plan)];
  if (formulas.length === 0) return reading;
  const { documents, warnings } = reading;
  const others = (reading.kind === 'rejected' ? reading.problems : []).filter(
    ({ column }) => !formulas.some((formula) => formula.column === column),
  );
  return {
    kind: 'rejected',
    problems: [...formulas, ...others].slice(0, limits.maxProblemsPerRow),
    documents,
    warnings,
  };
};
