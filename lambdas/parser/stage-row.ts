import type { ObjectStore } from '../../shared/aws/object-store.ts';
import { findDocuments } from '../../shared/documents.ts';
import { attachedNames, documentsColumn } from '../../shared/lead/attached-documents.ts';
import { headerName } from '../../shared/lead/header.ts';
import type { Problem } from '../../shared/lead/problem.ts';
import { reportColumns } from '../../shared/lead/report-columns.ts';
import type { RowPlan, RowReading } from '../../shared/lead/row.ts';
import type { Row } from '../../shared/ledger/batch.ts';
import type { EarlierLead, FingerprintTable } from '../../shared/ledger/fingerprint-table.ts';
import { type Ended, ended, type RowState } from '../../shared/ledger/row-state.ts';
import type { ImportMode } from '../../shared/options.ts';
import type { SpooledRow } from './spool.ts';

/** Everything that is decided before the first row is staged. */
export interface StagingPlan {
  readonly rows: RowPlan;
  readonly leads: FingerprintTable;
  readonly mode: ImportMode;
  /** Whether the file is refused as a whole, so that good rows are not sent either. */
  readonly refused: boolean;
  /** See `Survey`. */
  readonly lastLeadLine: number;
  /** Only so many good rows are sent; absent: all. */
  readonly first: number | undefined;
  /** See `ImportOptions`. */
  readonly documentsFolder: string;
}

/** What is to be done for a row: the part of it that depends on the plan. */
export type Staged = Pick<Row, 'lead' | 'documents' | 'state'>;

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

const noFingerprint = { lead: '', visible: '' };

const stageLead = (
  { line, fingerprint = noFingerprint }: SpooledRow,
  { lead: payload, documents }: Extract<RowReading, { kind: 'lead' }>,
  plan: StagingPlan,
): Staged => {
  const { leads, refused } = plan;
  const [lead, visible] = [Buffer.from(fingerprint.lead, 'hex'), Buffer.from(fingerprint.visible, 'hex')];
  const known = leads.earlierOf(lead);
  if (known !== undefined) {
    const problem = earlierLeadProblem(known, documents);
    return endedRow(ended('duplicate', [problem], { leadId: known.leadId === '' ? undefined : known.leadId }));
  }
  const firstLine = leads.firstLine(lead);
  if (firstLine !== line) {
    const message = `The same lead as line ${firstLine} of this file.${howToAttach(documents, '')}`;
    return endedRow(ended('duplicate', [{ code: 'duplicate_in_file', message }]));
  }
  if (refused) return notSent();
  return {
    lead: {
      payload,
      fingerprint: fingerprint.lead,
      visibleFingerprint: fingerprint.visible,
      twin: leads.hasTwin(visible),
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
  { rows, documentsFolder: folder }: StagingPlan,
  store: Pick<ObjectStore, 'head'>,
): Promise<Staged> => {
  if (staged.state.state === 'ended') return staged;
  const naming = { header: headerName(rows.header, documentsColumn), folder };
  const { problems } = await findDocuments(store, staged.documents, naming);
  const leadId = leadIdOf(staged.state);
  return endedRow(ended(problems.length > 0 ? 'rejected' : 'valid', problems, { leadId }));
};

const stageReading = (row: SpooledRow, plan: StagingPlan): Staged => {
  const { reading } = row;
  switch (reading.kind) {
    case 'rejected':
      return endedRow(ended('rejected', reading.problems));
    case 'lead':
      return stageLead(row, reading, plan);
    case 'documents_only':
      return stageDocuments(reading, plan);
  }
};

const isOpen = ({ state }: Staged): boolean => state.state !== 'ended';

const beyondFirst = (first: number, leadId: string | undefined): Staged => {
  const message = `Only the first ${first} good rows were to be sent; this one is good too.`;
  return endedRow(ended('not_sent', [{ code: 'beyond_first', message }], { leadId }));
};

/** Decides for each row of a file, in order, what is to be done for it. */
export const rowStager = (plan: StagingPlan): ((row: SpooledRow) => Staged) => {
  const { lastLeadLine, first, leads } = plan;
  let good = 0;
  return (row) => {
    if (lastLeadLine > 0 && row.line > lastLeadLine) return endedRow(ended('ignored', []));
    const staged = stageReading(row, plan);
    if (first === undefined || !isOpen(staged)) return staged;
    good += 1;
    if (good <= first) return staged;
    if (row.fingerprint !== undefined) leads.leave(Buffer.from(row.fingerprint.lead, 'hex'));
    return beyondFirst(first, leadIdOf(staged.state));
  };
};

/** A row with what is to be done for it, as it is stored. */
export const storedRow = async (
  { line, cells, quoted, reading }: SpooledRow,
  staged: Staged,
  plan: StagingPlan,
  store: Pick<ObjectStore, 'head'>,
): Promise<Row> => ({
  line,
  cells: [...cells],
  quoted: [...quoted],
  warnings: staged.state.state === 'ended' && staged.state.status === 'ignored' ? [] : [...reading.warnings],
  ...(plan.mode === 'dry-run' ? await checkedOnly(staged, plan, store) : staged),
});
