import type { Cells } from '../csv/records.ts';
import { type DocumentOutcome, formatDocuments } from '../lead/attached-documents.ts';
import { codeAndColumn, type Problem, tipsFor } from '../lead/problem.ts';
import type { BatchRow } from '../ledger/batch.ts';
import type { Outcome } from '../ledger/outcome.ts';
import type { Status } from './status.ts';

/** The columns that a report puts before the file's own, as `CONTRACT.md` names them. */
const reportColumns = [
  'lead__Line',
  'lead__Status',
  'lead__Id',
  'lead__ErrorCode',
  'lead__Error',
  'lead__Tip',
  'lead__Documents',
] as const;

/** One row of the file with its end. */
export interface ReportRow extends Cells {
  readonly line: number;
  readonly status: Status;
  readonly leadId: string;
  readonly problems: readonly Problem[];
  readonly documents: readonly DocumentOutcome[];
}

/** A row that the parser settled, or one that the submitter did; throws where neither did. */
export const reportRow = (row: BatchRow, outcome: Outcome | null | undefined): ReportRow => {
  const { line, cells, quoted, work } = row;
  if (work.kind === 'settled') {
    const { status, leadId, problems } = work;
    return { line, cells, quoted, status, leadId: leadId ?? '', problems, documents: [] };
  }
  if (outcome == null) throw new Error(`the row on line ${line} has no outcome`);
  const { status, leadId, problems, documents } = outcome;
  return { line, cells, quoted, status, leadId: leadId ?? '', problems, documents };
};

/** What stands behind the report's own columns, moved behind them. */
const behind = (own: readonly string[], { cells, quoted }: Cells): Cells => ({
  cells: [...own, ...cells],
  quoted: quoted.map((position) => position + own.length),
});

/** The header of `report.csv` and `retry.csv`. */
export const reportHeader = (header: Cells): Cells => behind(reportColumns, header);

/** The cells of a row in `report.csv` and `retry.csv`; `mark` stands behind the tip. */
export const reportCells = (row: ReportRow, mark: string): Cells => {
  const { line, status, leadId, problems, documents } = row;
  const own: Record<(typeof reportColumns)[number], string> = {
    lead__Line: String(line),
    lead__Status: status,
    lead__Id: leadId,
    lead__ErrorCode: problems.map(codeAndColumn).join(';'),
    lead__Error: problems.map(({ message }) => message).join(' '),
    lead__Tip: `${tipsFor(problems)}${mark}`,
    lead__Documents: formatDocuments(documents),
  };
  return behind(
    reportColumns.map((column) => own[column]),
    row,
  );
};
