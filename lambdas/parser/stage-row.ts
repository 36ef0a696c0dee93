import type { ObjectStore } from '../../shared/aws/object-store.ts';
import type { Cells, CsvRecord } from '../../shared/csv/records.ts';
import { findDocuments } from '../../shared/documents.ts';
import { attachedNames, documentsColumn } from '../../shared/lead/attached-documents.ts';
import { headerName } from '../../shared/lead/header.ts';
import type { Lead } from '../../shared/lead/lead.ts';
import type { Problem } from '../../shared/lead/problem.ts';
import { reportColumns } from '../../shared/lead/report-columns.ts';
import { type RowPlan, type RowReading, readRecord } from '../../shared/lead/row.ts';
import type { Row } from '../../shared/ledger/batch.ts';
import { fingerprintOf } from '../../shared/ledger/fingerprint.ts';
import type { EarlierLead, FingerprintTable } from '../../shared/ledger/fingerprint-table.ts';
import { type Ended, ended, type RowState } from '../../shared/ledger/row-state.ts';
import type { ImportMode } from '../../shared/options.ts';

/** Everything that is decided before the first row is staged. */
export interface StagingPlan {
  readonly rows: RowPlan;
  readonly leads: FingerprintTable;
  readonly mode: ImportMode;
  /** Whether the file is refused as a whole, so that good rows are not sent either. */
  readonly refused: boolean;
  /** See `Survey`. */
  readonly lastLeadLine: number;
}

/** What is to be done for a row: the part of it that depends on the plan. */
type Staged = Pick<Row, 'lead' | 'documents' | 'state'>;

const endedRow = (state: Ended): Staged => ({ documents: [], state });

const notSent = (leadId?: string): Staged =>
  endedRow(
    ended('not_sent', [{ code: 'not_sent', message: 'The file was refused as a whole; this row is good.' }], {
      leadId,
    }),
  );

const howToAttach = (documents: readonly string[], leadId: string): string => {
  if (documents.length === 0) return '';
  const id = leadId === '' ? 'the id of that lead' : leadId;
  return ` Documents are not compared: if the lead lacks any, write ${id} into a column ${reportColumns.leadId}, name only those, and drop the row again.`;
};

const earlierLeadProblem = ({ holder, line, leadId }: EarlierLead, documents: readonly string[]): Problem => {
  const where = `line ${line} of ${holder.source} (import ${holder.importId})`;
  if (!holder.ended) {
    const message = `The same lead as ${where}, which is still running; its report will say what became of it.${howToAttach(documents, leadId)}`;
    return { code: 'duplicate_of_import', message };
  }
  if (leadId === '') {
    const message = `The same lead as ${where}, which ended unconfirmed: it may have been created or not.`;
    return { code: 'duplicate_of_unconfirmed', message };
  }
  const message = `The same lead as ${where}, which created it as lead ${leadId}.${howToAttach(documents, leadId)}`;
  return { code: 'duplicate_of_import', message };
};

const stageLead = (payload: Lead, documents: readonly string[], line: number, plan: StagingPlan): Staged => {
  const { leads, refused } = plan;
  const fingerprint = fingerprintOf(payload);
  const known = leads.earlierOf(fingerprint.lead);
  if (known !== undefined) {
    const problem = earlierLeadProblem(known, documents);
    return endedRow(ended('duplicate', [problem], { leadId: known.leadId === '' ? undefined : known.leadId }));
  }
  const firstLine = leads.firstLine(fingerprint.lead);
  if (firstLine !== line) {
    const message = `The same lead as line ${firstLine} of this file.${howToAttach(documents, '')}`;
    return endedRow(ended('duplicate', [{ code: 'duplicate_in_file', message }]));
  }
  if (refused) return notSent();
  return {
    lead: {
      payload,
      fingerprint: fingerprint.lead.toString('hex'),
      visibleFingerprint: fingerprint.visible.toString('hex'),
      twin: leads.hasTwin(fingerprint.visible),
    },
    documents: [...documents],
    state: { state: 'unsent', tries: 0 },
  };
};

/** A row that names a lead which exists: only documents that it lacks are sent. */
const stageDocuments = (
  { leadId, documents, attached }: Extract<RowReading, { kind: 'documents_only' }>,
  { refused }: StagingPlan,
): Staged => {
  const attachedBefore = attachedNames(attached);
  const missing = documents.filter((name) => !attachedBefore.has(name));
  if (missing.length === 0) {
    const message = `Lead ${leadId} is there already, and no document of the row is missing.`;
    return endedRow(ended('duplicate', [{ code: 'already_complete', message }], { leadId }));
  }
  if (refused) return notSent(leadId);
  const kept = documents.flatMap((name) => {
    const id = attachedBefore.get(name);
    return id === undefined ? [] : [{ name, id }];
  });
  return { documents: missing, state: { state: 'attaching', leadId, documents: kept, problems: [], tries: 0 } };
};

const leadIdOf = (state: RowState): string | undefined => (state.state === 'attaching' ? state.leadId : undefined);

/** A dry run looks for documents now, since nothing does later; what would be sent is valid. */
const checkedOnly = async (
  staged: Staged,
  { rows }: StagingPlan,
  store: Pick<ObjectStore, 'head'>,
): Promise<Staged> => {
  if (staged.state.state === 'ended') return staged;
  const { problems } = await findDocuments(store, staged.documents, headerName(rows.header, documentsColumn));
  const leadId = leadIdOf(staged.state);
  return endedRow(ended(problems.length > 0 ? 'rejected' : 'valid', problems, { leadId }));
};

/** What a report writes back: the cells that the row has, less an earlier report's own; a short row stays short. */
export const keptCells = ({ cells, quoted }: Cells, { header }: RowPlan): Cells => {
  const inQuotes = new Set(quoted);
  const isKept = new Set(header.kept);
  const kept = [...cells.keys()].filter((position) => position >= header.columns.length || isKept.has(position));
  return {
    cells: kept.map((position) => cells[position] ?? ''),
    quoted: [...kept.keys()].filter((index) => inQuotes.has(kept[index] ?? -1)),
  };
};

const stageReading = (reading: RowReading, line: number, plan: StagingPlan): Staged => {
  switch (reading.kind) {
    case 'rejected':
      return endedRow(ended('rejected', reading.problems));
    case 'lead':
      return stageLead(reading.lead, reading.documents, line, plan);
    case 'documents_only':
      return stageDocuments(reading, plan);
  }
};

/** Turns one record into a row with what is to be done for it. The same record and plan always give the same row. */
export const stageRow = async (
  record: CsvRecord,
  plan: StagingPlan,
  store: Pick<ObjectStore, 'head'>,
): Promise<Row> => {
  const { line } = record;
  const reading = readRecord(record, plan.rows);
  const { cells, quoted } = keptCells(record, plan.rows);
  const isBelow = plan.lastLeadLine > 0 && line > plan.lastLeadLine;
  const staged = isBelow ? endedRow(ended('ignored', [])) : stageReading(reading, line, plan);
  return {
    line,
    cells: [...cells],
    quoted: [...quoted],
    warnings: isBelow ? [] : [...reading.warnings],
    ...(plan.mode === 'dry-run' ? await checkedOnly(staged, plan, store) : staged),
  };
};
