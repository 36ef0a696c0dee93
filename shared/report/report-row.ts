import { type DocumentOutcome, formatDocuments } from '../lead/attached-documents.ts';
import { codeAndColumn, type Problem, tipsFor } from '../lead/problem.ts';
import type { BatchRow } from '../ledger/batch.ts';
import type { Outcome } from '../ledger/outcome.ts';
import type { Status } from './status.ts';

/** The columns that a report puts before the file's own, as `CONTRACT.md` names them. */
export const reportColumns = [
  'lead__Line',
  'lead__Status',
  'lead__Id',
  'lead__ErrorCode',
  'lead__Error',
  'lead__Tip',
  'lead__Documents',
] as const;

/** One row of the file with its end. */
export interface ReportRow {
  readonly line: number;
  readonly status: Status;
  readonly leadId: string;
  readonly problems: readonly Problem[];
  readonly documents: readonly DocumentOutcome[];
  readonly cells: readonly string[];
}

/** A row that the parser settled, or one that the submitter did; throws where neither did. */
export const reportRow = (row: BatchRow, outcome: Outcome | null | undefined): ReportRow => {
  const { line, cells, work } = row;
  if (work.kind === 'settled') {
    return { line, cells, status: work.status, leadId: work.leadId ?? '', problems: work.problems, documents: [] };
  }
  if (outcome == null) throw new Error(`the row on line ${line} has no outcome`);
  const { status, leadId, problems, documents } = outcome;
  return { line, cells, status, leadId: leadId ?? '', problems, documents };
};

/** The cells of a row in `report.csv` and `retry.csv`. */
export const reportCells = ({ line, status, leadId, problems, documents, cells }: ReportRow): string[] => [
  String(line),
  status,
  leadId,
  problems.map(codeAndColumn).join(';'),
  problems.map(({ message }) => message).join(' '),
  tipsFor(problems),
  formatDocuments(documents),
  ...cells,
];
