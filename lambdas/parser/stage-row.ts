import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { headerName } from '../../shared/header/header.ts';
import type { ImportOptions } from '../../shared/import-options.ts';
import { attachedNames, missedNames } from '../../shared/lead/attached-documents.ts';
import type { Lead } from '../../shared/lead/lead.ts';
import { limits } from '../../shared/limits.ts';
import type { AttachedBefore } from '../../shared/memory/attached-documents.ts';
import { fingerprintOf } from '../../shared/memory/fingerprint.ts';
import type { Row } from '../../shared/state/batch.ts';
import { type DocumentNames, type DocumentNaming, findDocuments } from '../../shared/state/documents.ts';
import { type Ended, ended, type RowState, type Status } from '../../shared/state/row-state.ts';
import { reportColumns } from '../../shared/table/report-columns.ts';
import { type PlaceWord, placesText } from '../../shared/words/counted.ts';
import { type Problem, problem } from '../../shared/words/problem.ts';
import { type EarlierLead, type FingerprintTable, isLeftInDoubt } from './fingerprint-table.ts';
import type { RowPlan } from './row/row-plan.ts';
import type { RowReading } from './row/row-reading.ts';
import { alikeInFile, heldByEarlier, sameInFile, sentOtherwise } from './same-lead.ts';
import { differingColumns, type EarlierRows } from './sent-before.ts';
import { type DocumentsRow, rowOf, type SpooledRow, type UnderstoodRow } from './spooled-row.ts';

/** Everything that is decided before the first row is staged. */
export interface StagingPlan {
  readonly rows: RowPlan;
  readonly leads: FingerprintTable;
  readonly options: ImportOptions;
  /** Whether the file is refused as a whole, so that good rows are not sent either. */
  readonly refused: boolean;
  /** What earlier imports sent, to tell what differs. */
  readonly earlierRows: EarlierRows;
  readonly naming: DocumentNaming;
  readonly documentNames: DocumentNames;
  readonly attachedBefore: AttachedBefore;
}

/** What is to be done for a row: the part of it that depends on the plan. */
export type Staged = Pick<Row, 'lead' | 'documents' | 'state'> & {
  /** Noticed beside what its cells say. */
  readonly warnings?: readonly Problem[];
};

/** Of a row that is not sent: an earlier import holds its lead with other details. */
interface SentBefore {
  readonly sentBefore: UnderstoodRow;
  readonly earlier: EarlierLead;
}

const wordOf = ({ format }: RowPlan): PlaceWord => (format.isSheet ? 'row' : 'line');

const endedRow = (state: Ended): Staged => ({ documents: [], state });

const notSent = (leadId?: string): Staged =>
  endedRow(
    ended('not_sent', [problem('not_sent', { what: 'The file was refused as a whole; this row is good.' })], {
      leadId,
    }),
  );

const idOf = ({ leadId }: EarlierLead): string | undefined => (leadId === '' ? undefined : leadId);

/** The end of a row whose lead an earlier import sent with other details: it names that lead and what differs. */
const leftToEarlier = async (
  { sentBefore, earlier }: SentBefore,
  { rows, earlierRows }: StagingPlan,
): Promise<Staged> => {
  const { lead, documents } = rowOf(sentBefore);
  const columns = lead === undefined ? [] : await differingColumns(lead.payload, earlier, earlierRows);
  const names = columns.map((column) => headerName(rows.header, column));
  return endedRow(ended('duplicate', [sentOtherwise(earlier, documents, names)], { leadId: idOf(earlier) }));
};

/** Says of a row that another one of its file could be meant for the same lead. */
const alikeWarnings = ({ line, coreFingerprint }: UnderstoodRow, { leads, rows }: StagingPlan): Problem[] => {
  const firstLine = leads.sharedCoreLine(coreFingerprint);
  if (firstLine === undefined) return [];
  return [alikeInFile(firstLine === line ? 'a row further down' : placesText(wordOf(rows), [firstLine]))];
};

/** Whether somebody has looked for a lead since an earlier import left it in doubt, and says that it is not there. */
const isLifted = (earlier: EarlierLead, { answered }: UnderstoodRow): boolean =>
  answered?.none === true &&
  isLeftInDoubt(earlier) &&
  (answered.importId === undefined || earlier.holder.importId <= answered.importId);

/** What is to be done otherwise for a row that would be sent; undefined where it is sent as it is. */
const stageLead = (understood: UnderstoodRow, plan: StagingPlan): Staged | SentBefore | undefined => {
  const { leads, refused, options } = plan;
  const { line, fingerprint, visibleFingerprint, coreFingerprint } = understood;
  const known = leads.earlierOf(fingerprint);
  if (known !== undefined && !isLifted(known, understood)) {
    const held = heldByEarlier(known, rowOf(understood).documents);
    return endedRow(ended('duplicate', [held], { leadId: idOf(known) }));
  }
  const earlier = options.again === 'send' ? undefined : leads.earlierLike(coreFingerprint);
  if (earlier !== undefined && !isLifted(earlier, understood)) {
    leads.leave(fingerprint);
    return { sentBefore: understood, earlier };
  }
  const firstLine = leads.firstLine(fingerprint);
  if (firstLine !== line) {
    const place = placesText(wordOf(plan.rows), [firstLine]);
    return endedRow(ended('duplicate', [sameInFile(place, rowOf(understood).documents)]));
  }
  if (refused) return notSent();
  if (known !== undefined) leads.claim(fingerprint);
  const twin = leads.hasTwin(visibleFingerprint);
  const warnings = alikeWarnings(understood, plan);
  if (!twin && warnings.length === 0 && options.mode === 'import') return undefined;
  const { lead: sent, documents, state } = rowOf(understood);
  return { ...(sent !== undefined && { lead: { ...sent, twin } }), documents, state, warnings };
};

/** A lead that is there, as a row keeps it: later imports know it by that. */
const leadToSend = (payload: Lead): NonNullable<Row['lead']> => {
  const { lead, visible, core } = fingerprintOf(payload);
  return { payload, fingerprint: lead, visibleFingerprint: visible, coreFingerprint: core, twin: false };
};

/** A row that names a lead which exists: only documents that it lacks are sent. */
const stageDocuments = (
  { leadId, documents, claim, lead }: Extract<RowReading, { kind: 'documents_only' }>,
  attached: ReadonlyMap<string, string>,
  { refused, leads, options }: StagingPlan,
): Staged => {
  const missing = documents.filter((name) => !attached.has(name));
  if (missing.length === 0 && claim === undefined) {
    const what = `Lead ${leadId} is there already, and no document of the row is missing.`;
    return endedRow(ended('duplicate', [problem('already_complete', { what })], { leadId }));
  }
  if (refused) return notSent(leadId);
  const kept = documents.flatMap((name) => {
    const id = attached.get(name);
    return id === undefined ? [] : [{ name, id }];
  });
  const state: RowState = {
    state: 'attaching',
    leadId,
    documents: kept,
    problems: [],
    tries: 0,
    ...(claim !== undefined && { claim }),
  };
  const isUnasked = options.mode === 'dry-run' && claim !== undefined;
  const warnings = isUnasked ? [problem('id_not_asked', { column: reportColumns.leadId })] : [];
  if (lead === undefined) return { documents: missing, state, warnings };
  const there = leadToSend(lead);
  leads.claim(there.fingerprint);
  return { lead: there, documents: missing, state, warnings };
};

/** A row as it is stored. */
export interface StoredRow {
  /** JSON of a `Row`. */
  readonly text: string;
  /** What it has ended as already; undefined where something of it is to be sent. */
  readonly ended: Status | undefined;
}

/** What is to be done for a row: what its text says, or something else. */
export type Decision =
  | { readonly row: UnderstoodRow; readonly otherwise: undefined }
  | { readonly row: SpooledRow; readonly otherwise: Staged | SentBefore };

const beyondFirst = (first: number, leadId: string | undefined): Staged => {
  const what = `Only the first ${first} good rows were to be sent; this one is good too.`;
  return endedRow(ended('not_sent', [problem('beyond_first', { what })], { leadId }));
};

const decide = (row: SpooledRow, plan: StagingPlan): Decision | Promise<Decision> => {
  switch (row.kind) {
    case 'rejected':
    case 'ignored':
    case 'not_sent':
    case 'unconfirmed':
      return { row, otherwise: undefined };
    case 'unsent': {
      const otherwise = stageLead(row, plan);
      return otherwise === undefined ? { row, otherwise } : { row, otherwise };
    }
    case 'documents_only':
      return decideDocuments(row, plan);
  }
};

/** What is attached already is known by the files' own names: by what the row says of them, and by earlier imports. */
const decideDocuments = async (row: DocumentsRow, plan: StagingPlan): Promise<Decision> => {
  const { leadId, documents: named, attached } = row.reading;
  const { names, unresolved } = await plan.documentNames.resolve(named);
  // Of a folder what was missing then is missing still, whatever the folder holds now.
  const missed = missedNames(attached).filter((name) => named.some((folder) => name.startsWith(`${folder}/`)));
  const documents = [...new Set([...names, ...unresolved, ...missed])];
  const there = new Map(attachedNames(attached));
  for (const name of documents) {
    const id = there.get(name) ?? (await plan.attachedBefore.idOf(leadId, name));
    if (id !== undefined) there.set(name, id);
  }
  return { row, otherwise: stageDocuments({ ...row.reading, documents }, there, plan) };
};

/** Whether something of a row is to be sent. */
const isOpen = ({ row, otherwise }: Decision): boolean =>
  otherwise === undefined ? row.kind === 'unsent' : 'state' in otherwise && otherwise.state.state !== 'ended';

/** Decides for each row of a file, in order, what is to be done for it; nearly every row at once. */
export const rowStager = (plan: StagingPlan): ((row: SpooledRow) => Decision | Promise<Decision>) => {
  const { options, leads } = plan;
  const { first } = options;
  let good = 0;
  const counted = (decision: Decision, most: number): Decision => {
    if (!isOpen(decision)) return decision;
    good += 1;
    if (good <= most) return decision;
    const { row, otherwise } = decision;
    if (row.kind === 'unsent') leads.leave(row.fingerprint);
    else if (otherwise !== undefined && 'lead' in otherwise && otherwise.lead !== undefined)
      leads.leave(otherwise.lead.fingerprint);
    const leadId = row.kind === 'documents_only' ? row.reading.leadId : undefined;
    return { row, otherwise: beyondFirst(most, leadId) };
  };
  return (row) => {
    const decision = decide(row, plan);
    if (first === undefined) return decision;
    return decision instanceof Promise ? decision.then((later) => counted(later, first)) : counted(decision, first);
  };
};

const leadIdOf = (state: RowState): string | undefined => ('leadId' in state ? state.leadId : undefined);

type DocumentStore = Pick<ObjectStore, 'head'>;

/** A row with its documents by their own names; with what is wrong with them, where that ends it. */
const withDocuments = async (staged: Staged, plan: StagingPlan, store: DocumentStore): Promise<Staged> => {
  const { documents, state } = staged;
  const { names, unresolved, problems } = await plan.documentNames.resolve(documents);
  const isRejected = state.state === 'ended';
  const isDryRun = plan.options.mode === 'dry-run';
  // Of a row that is sent the sizes are looked at before it is.
  const endsHere = isRejected || isDryRun || (problems.length > 0 && state.state !== 'attaching');
  const looked = endsHere ? await findDocuments(store, names, plan.naming) : undefined;
  const all = [...problems, ...(looked?.problems ?? [])];
  if (isRejected)
    return endedRow({ ...state, problems: [...state.problems, ...all].slice(0, limits.maxProblemsPerRow) });
  // What its lead lacks is told of a lead that exists when it is sent.
  if (isDryRun || (state.state !== 'attaching' && all.length > 0))
    return {
      ...staged,
      documents: [...names],
      state: ended(all.length > 0 ? 'rejected' : 'valid', all, { leadId: leadIdOf(state) }),
    };
  return { ...staged, documents: [...names, ...unresolved] };
};

/** What is to be done for a row, whatever its documents are. */
const stagedOf = async ({ row, otherwise }: Decision, plan: StagingPlan): Promise<Staged> => {
  if (otherwise !== undefined) return 'state' in otherwise ? otherwise : leftToEarlier(otherwise, plan);
  const { lead, documents, state } = rowOf(row);
  return { ...(lead !== undefined && { lead }), documents, state };
};

/** What a row is stored as that is left as it was understood; undefined where something else is to be done for it. */
export const storedAsUnderstood = ({ row, otherwise }: Decision): StoredRow | undefined =>
  otherwise === undefined && !row.hasDocuments
    ? { text: row.text, ended: row.kind === 'unsent' ? undefined : row.kind }
    : undefined;

/** What a row is stored as. */
export const storedRow = async (decision: Decision, plan: StagingPlan, store: DocumentStore): Promise<StoredRow> => {
  const understood = storedAsUnderstood(decision);
  if (understood !== undefined) return understood;
  const { row } = decision;
  const begun = await stagedOf(decision, plan);
  const isLookedFor = begun.state.state !== 'ended' || row.kind === 'rejected';
  const staged = isLookedFor ? await withDocuments(begun, plan, store) : begun;
  // Rejected for its documents: its lead is not held by this import.
  if (row.kind === 'unsent' && begun.state.state !== 'ended' && staged.state.state === 'ended')
    plan.leads.leave(row.fingerprint);
  const { line, cells, quoted, warnings, answered } =
    row.kind === 'documents_only' ? { ...row, answered: row.reading.answered } : rowOf(row);
  const { warnings: further = [], ...rest } = staged;
  const kept = answered !== undefined && { answered };
  const stored = { line, cells, quoted, warnings: [...warnings, ...further], ...kept, ...rest };
  return { text: JSON.stringify(stored), ended: stored.state.state === 'ended' ? stored.state.status : undefined };
};
