import { isFilled } from '../../../shared/header/header.ts';
import { requiredColumns } from '../../../shared/lead/lead.ts';
import { reportColumns } from '../../../shared/table/report-columns.ts';
import type { TableRecord } from '../../../shared/table/table.ts';
import { type Problem, problem } from '../../../shared/words/problem.ts';
import { cellAt, rangeName } from '../../../shared/workbook/cell-place.ts';
import { isCovered } from './covered-cells.ts';
import { holdsSomebody } from './no-lead.ts';
import { reportCell } from './retry-row.ts';
import type { RowPlan } from './row-plan.ts';
import type { RowReading } from './row-reading.ts';

/** A problem of a cell that another one covers says which. */
const withMerge = (found: Problem, line: number, { header, facts: { merges } }: RowPlan): Problem => {
  const positions = header.columns.flatMap((column, position) => (column === found.column ? [position] : []));
  for (const position of found.column === undefined ? [] : positions) {
    const merge = merges.find((range) => isCovered(range, line, position));
    if (merge === undefined) continue;
    const cover = cellAt(merge.top, merge.left);
    const what = `${found.what} Cell ${cellAt(line, position)} is covered by the merged cell ${cover} (${rangeName(merge)}).`;
    return { ...found, what, tip: 'Undo the merge, and write the value into each row.' };
  }
  return found;
};

/** Below the table that the workbook itself marks as one stand notes and sums; what has most of a lead is one. */
const isBelowTable = ({ line, cells }: TableRecord, { tableEnd, header, enforceMandatories }: RowPlan): boolean => {
  if (tableEnd === undefined || line < tableEnd.line || (line === tableEnd.line && !tableEnd.hasTotals)) return false;
  if (holdsSomebody(cells)) return false;
  const required = requiredColumns(enforceMandatories);
  return required.filter((column) => isFilled(header, cells, column)).length * 2 <= required.length;
};

/** What a workbook says of a row beside its cells. */
export const readSheetRow = (record: TableRecord, reading: RowReading, plan: RowPlan): RowReading => {
  if (reading.kind === 'no_lead' || reading.kind === 'hidden' || reading.kind === 'kept') return reading;
  if (reading.kind !== 'documents_only' && isBelowTable(record, plan))
    return {
      kind: 'no_lead',
      warnings: [problem('no_leads', { what: 'The line stands below the table of the sheet.' })],
    };
  if (record.isHidden === true && !plan.sendsHidden) {
    const leadId = reportCell(record.cells, plan, reportColumns.leadId);
    return { kind: 'hidden', problems: [problem('hidden_row')], ...(leadId !== '' && { leadId }), warnings: [] };
  }
  if (reading.kind !== 'rejected') return reading;
  const problems = reading.problems.map((each) => withMerge(each, record.line, plan));
  return { ...reading, problems };
};
