import { formatDocuments } from '../../shared/lead/attached-documents.ts';
import { belongsInRetry } from '../../shared/report/status.ts';
import type { Row } from '../../shared/state/batch.ts';
import type { Ended } from '../../shared/state/row-state.ts';
import { reportColumns } from '../../shared/table/report-columns.ts';
import type { Cells } from '../../shared/table/table.ts';
import { codeAndColumn, tipsFor } from '../../shared/words/problem.ts';

/** Puts the report's own cells before those of the file. */
const prependCells = (own: readonly string[], { cells, quoted }: Cells): Cells => ({
  cells: [...own, ...cells],
  quoted: quoted.map((position) => position + own.length),
});

/** The header of `report.csv` and `retry.csv`. */
export const reportHeader = (header: Cells): Cells => prependCells(Object.values(reportColumns), header);

/** What a person has answered stays beside a row that is to be dropped again and has no lead: it was no answer to more than it said. */
const withAnswer = (what: string, { answered, state }: Row & { readonly state: Ended }) => {
  const { leadId = '', status } = state;
  const isKept = belongsInRetry(status) && status !== 'created_documents_incomplete';
  if (answered === undefined || !isKept) return { leadId, what };
  const { none, importId } = answered;
  return {
    leadId: none ? 'none' : leadId,
    what: importId === undefined ? what : `${what} It was sent by import ${importId}.`,
  };
};

/** The cells of a row in `report.csv` and `retry.csv`; `mark` is added to the tip. */
export const reportCells = (row: Row & { readonly state: Ended }, mark: string): Cells => {
  const { status, problems, documents } = row.state;
  const said = problems.map(({ what }) => what).join(' ');
  const { leadId, what } = withAnswer(said, row);
  const own: Record<keyof typeof reportColumns, string> = {
    line: String(row.line),
    status,
    leadId,
    errorCode: problems.map(codeAndColumn).join(';'),
    error: what,
    tip: `${tipsFor(problems)}${mark}`,
    documents: formatDocuments(documents),
    warning: row.warnings.map(({ what }) => what).join(' '),
  };
  return prependCells(Object.values(own), row);
};
