import { documentsColumn } from '../../shared/lead/attached-documents.ts';
import { leadValue } from '../../shared/lead/lead-value.ts';
import { reportColumns } from '../../shared/table/report-columns.ts';
import type { Cells } from '../../shared/table/table.ts';
import type { EndedRow } from './ended-rows.ts';

/** The header of `preview.csv`: the line, then the columns of lumi that the file has something for. */
export const previewHeader = (columns: readonly string[]): Cells => ({
  cells: [reportColumns.line, ...columns],
  quoted: [],
});

const cellOf = (value: unknown): string => (Array.isArray(value) ? value.join(';') : String(value ?? ''));

/** A row of `preview.csv`: what it would be sent as; undefined for a row that would not be, or whose lead is there already. */
export const previewCells = (
  { line, lead, documents, state }: EndedRow,
  columns: readonly string[],
): Cells | undefined => {
  if (state.status !== 'valid' || state.leadId !== undefined) return undefined;
  const values = columns.map((column) =>
    column === documentsColumn ? documents : leadValue(lead?.payload ?? {}, column),
  );
  return { cells: [String(line), ...values.map(cellOf)], quoted: [] };
};
