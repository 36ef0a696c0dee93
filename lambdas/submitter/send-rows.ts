import type { EpochMs } from '../../shared/clock.ts';
import { findDocuments } from '../../shared/documents.ts';
import { shown } from '../../shared/lead/problem.ts';
import type { Trouble } from '../../shared/leads-api/answers.ts';
import type { Batch, CreateWork, DocumentsOnlyWork } from '../../shared/ledger/batch.ts';
import type { Progress } from '../../shared/ledger/journal.ts';
import { limits } from '../../shared/limits.ts';
import { attachDocuments } from './attach-documents.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { refusedByApi, rejected } from './endings.ts';
import type { Notebook } from './notebook.ts';

/** One row's turn in an attempt: what it has to do, and where it notes how far it came. */
interface Turn {
  readonly batch: Batch;
  readonly notebook: Notebook;
  readonly index: number;
  /** Whether anything new may be started: no trouble so far, and time to see it to its end. */
  readonly mayStart: () => boolean;
  readonly deadline: EpochMs;
}

type Attaching = Extract<Progress, { state: 'attaching' }>;

const note = ({ notebook, index }: Turn, progress: Progress, trouble?: Trouble): void => {
  notebook.rows[index] = progress;
  notebook.trouble ??= trouble;
};

const attach = async (
  turn: Turn,
  names: readonly string[],
  progress: Attaching,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const result = await attachDocuments(
    { header: turn.batch.documentsHeader, names },
    progress,
    turn.mayStart,
    dependencies,
  );
  note(turn, result.progress, result.trouble);
};

const createLead = async (
  turn: Turn,
  work: CreateWork,
  progress: Extract<Progress, { state: 'unsent' }>,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { batch, notebook, mayStart } = turn;
  const { problems } = await findDocuments(dependencies.store, work.documents, batch.documentsHeader);
  if (problems.length > 0) return note(turn, { state: 'settled', outcome: rejected(problems) });
  if (!mayStart()) return;
  const tries = progress.tries + 1;
  // Until there is an answer the lead may be there, also for whoever saves this notebook because another row threw.
  note(turn, { state: 'maybe', tries });
  const answer = await dependencies.api.create(work.lead, batch.enforceMandatories);
  switch (answer.kind) {
    case 'refused':
      return note(turn, { state: 'settled', outcome: refusedByApi(answer.httpStatus, answer.words) });
    case 'not_sent':
      return note(turn, { state: 'unsent', tries }, answer.trouble);
    case 'maybe_sent':
      notebook.sentUntil = Math.max(notebook.sentUntil, dependencies.clock.now());
      return note(turn, { state: 'maybe', tries }, answer.trouble);
    case 'created': {
      const created: Attaching = { state: 'attaching', leadId: answer.leadId, documents: [], problems: [], tries };
      note(turn, created);
      return attach(turn, work.documents, created, dependencies);
    }
  }
};

/** A row with `lead__Id`: its lead must exist before anything is attached to it. */
const attachOnly = async (
  turn: Turn,
  work: DocumentsOnlyWork,
  progress: Attaching,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { leadId } = work;
  const answer = await dependencies.api.list({ id: leadId }, turn.deadline);
  if (answer.kind === 'trouble') return note(turn, { ...progress, tries: progress.tries + 1 }, answer.trouble);
  if (answer.leads.some(({ id }) => id === leadId)) return attach(turn, work.documents, progress, dependencies);
  const message = `lead__Id holds ${shown(leadId)}: the API knows no lead with that id.`;
  const outcome = rejected([{ code: 'lead_not_found', column: 'lead__Id', message }], leadId);
  return note(turn, { state: 'settled', outcome });
};

const takeTurn = async (turn: Turn, dependencies: SubmitterDependencies): Promise<void> => {
  const { batch, notebook, index, mayStart } = turn;
  const work = batch.rows[index]?.work;
  const progress = notebook.rows[index];
  if (!mayStart()) return;
  if (work?.kind === 'create' && progress?.state === 'unsent') return createLead(turn, work, progress, dependencies);
  if (work?.kind === 'create' && progress?.state === 'attaching')
    return attach(turn, work.documents, progress, dependencies);
  if (work?.kind === 'documents_only' && progress?.state === 'attaching')
    return attachOnly(turn, work, progress, dependencies);
  throw new Error(`a row of ${work?.kind ?? 'no'} work that is ${progress?.state ?? 'nowhere'} cannot be sent`);
};

/**
 * Sends whatever a batch still has to send, side by side, each row once, noting every step as it is made. Nothing new is
 * started after the first systemic fault, nor when the invocation could end before the answer.
 */
export const sendRows = async (
  batch: Batch,
  notebook: Notebook,
  deadline: EpochMs,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { clock, inFlight } = dependencies;
  const lastStart = deadline - limits.requestTimeoutMs - limits.savingMs;
  const mayStart = (): boolean => notebook.trouble === undefined && clock.now() < lastStart;
  const rows = notebook
    .rowsIn('unsent', 'attaching')
    .map((index) => inFlight(() => takeTurn({ batch, notebook, index, mayStart, deadline }, dependencies)));
  // Every row that was begun is waited for, even when another one threw: nothing goes on behind the attempt's back.
  const failed = (await Promise.allSettled(rows)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};
