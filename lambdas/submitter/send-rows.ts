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

/** Where a row stands after this attempt had its turn with it. */
interface Turn {
  readonly progress: Progress;
  readonly trouble?: Trouble;
  /** Whether its lead may have been sent without an answer that says so. */
  readonly uncertain?: boolean;
}

const isSettled = (progress: Progress): boolean => progress.state === 'settled';

const createLead = async (
  work: CreateWork,
  progress: Extract<Progress, { state: 'unsent' }>,
  enforceMandatories: boolean,
  mayStart: () => boolean,
  dependencies: SubmitterDependencies,
): Promise<Turn> => {
  const { problems } = await findDocuments(dependencies.store, work.documents);
  if (problems.length > 0) return { progress: { state: 'settled', outcome: rejected(problems) } };
  if (!mayStart()) return { progress };
  const answer = await dependencies.api.create(work.lead, enforceMandatories);
  const tries = progress.tries + 1;
  switch (answer.kind) {
    case 'refused':
      return { progress: { state: 'settled', outcome: refusedByApi(answer.httpStatus, answer.words) } };
    case 'not_sent':
      return { progress: { state: 'unsent', tries }, trouble: answer.trouble };
    case 'maybe_sent':
      return { progress: { state: 'maybe', tries }, trouble: answer.trouble, uncertain: true };
    case 'created': {
      const { leadId } = answer;
      return attachDocuments(
        work.documents,
        { state: 'attaching', leadId, documents: [], problems: [], tries },
        mayStart,
        dependencies,
      );
    }
  }
};

/** Checks that the lead of a `lead__Id` row exists before anything is attached to it. */
const leadExists = async (
  work: DocumentsOnlyWork,
  { api }: SubmitterDependencies,
): Promise<'yes' | 'no' | { readonly trouble: Trouble }> => {
  const answer = await api.list({ id: work.leadId });
  if (answer.kind === 'trouble') return { trouble: answer.trouble };
  return answer.leads.some(({ id }) => id === work.leadId) ? 'yes' : 'no';
};

const attachOnly = async (
  work: DocumentsOnlyWork,
  progress: Extract<Progress, { state: 'attaching' }>,
  mayStart: () => boolean,
  dependencies: SubmitterDependencies,
): Promise<Turn> => {
  const exists = await leadExists(work, dependencies);
  if (typeof exists === 'object')
    return { progress: { ...progress, tries: progress.tries + 1 }, trouble: exists.trouble };
  if (exists === 'yes') return attachDocuments(work.documents, progress, mayStart, dependencies);
  const message = `lead__Id holds ${shown(work.leadId)}: the API knows no lead with that id.`;
  return {
    progress: {
      state: 'settled',
      outcome: rejected([{ code: 'lead_not_found', column: 'lead__Id', message }], work.leadId),
    },
  };
};

const takeTurn = async (
  batch: Batch,
  index: number,
  progress: Progress,
  mayStart: () => boolean,
  dependencies: SubmitterDependencies,
): Promise<Turn> => {
  const work = batch.rows[index]?.work;
  if (work === undefined || work.kind === 'settled')
    throw new Error('a row that the parser settled has nothing to send');
  if (progress.state === 'unsent' && work.kind === 'create') {
    return createLead(work, progress, batch.enforceMandatories, mayStart, dependencies);
  }
  if (progress.state !== 'attaching') throw new Error(`a row that is ${progress.state} cannot be sent`);
  if (work.kind === 'documents_only') return attachOnly(work, progress, mayStart, dependencies);
  return attachDocuments(work.documents, progress, mayStart, dependencies);
};

/**
 * Sends whatever a batch still has to send, side by side, each row once. Nothing new is started after the first
 * systemic fault, nor when the invocation could end before the answer.
 */
export const sendRows = async (
  batch: Batch,
  notebook: Notebook,
  deadline: number,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { clock, inFlight } = dependencies;
  const lastStart = deadline - limits.requestTimeoutMs - limits.savingMs;
  const mayStart = (): boolean => notebook.trouble === undefined && clock.now() < lastStart;
  const sendRow = async (index: number): Promise<void> => {
    const progress = notebook.rows[index];
    if (progress == null || isSettled(progress) || !mayStart()) return;
    const turn = await takeTurn(batch, index, progress, mayStart, dependencies);
    notebook.rows[index] = turn.progress;
    notebook.trouble ??= turn.trouble;
    if (turn.uncertain === true) notebook.sentUntil = Math.max(notebook.sentUntil, clock.now());
  };
  const rows = notebook.rowsIn('unsent', 'attaching').map((index) => inFlight(() => sendRow(index)));
  // Every row that was begun is waited for, even when another one threw: nothing goes on behind the attempt's back.
  const failed = (await Promise.allSettled(rows)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};
