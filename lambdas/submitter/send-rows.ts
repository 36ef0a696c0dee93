import type { EpochMs } from '../../shared/clock.ts';
import { type FoundDocuments, findDocuments } from '../../shared/documents.ts';
import { shown } from '../../shared/lead/problem.ts';
import { reportColumns } from '../../shared/lead/report-columns.ts';
import type { LeadToSend, Row } from '../../shared/ledger/batch.ts';
import { ended, type StateOf } from '../../shared/ledger/row-state.ts';
import { limits } from '../../shared/limits.ts';
import { attachDocuments } from './attach-documents.ts';
import type { Attempt } from './attempt.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { refusedByApi } from './endings.ts';

/** One row's turn in an attempt. */
interface Turn {
  readonly attempt: Attempt;
  readonly row: Row;
  /** Whether anything new may be started: no trouble so far, and time to see it to its end. */
  readonly mayStart: () => boolean;
  readonly deadline: EpochMs;
}

const attach = async (
  { attempt, row, mayStart }: Turn,
  state: StateOf<'attaching'>,
  found: FoundDocuments | undefined,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { documents: names } = row;
  const attachment = { header: attempt.batch.documentsHeader, names, state, mayStart, found };
  const result = await attachDocuments(attachment, dependencies);
  attempt.move(row, result.state);
  if (result.trouble !== undefined) attempt.stopSending(result.trouble);
};

const createLead = async (
  turn: Turn,
  lead: LeadToSend,
  state: StateOf<'unsent'>,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { attempt, row, mayStart } = turn;
  const { batch } = attempt;
  const documents = await findDocuments(dependencies.store, row.documents, batch.documentsHeader);
  if (documents.problems.length > 0) return attempt.move(row, ended('rejected', documents.problems));
  if (!mayStart()) return;
  const tries = state.tries + 1;
  // Until there is an answer the lead may be there, also if this attempt is saved because another row threw.
  attempt.move(row, { state: 'in_doubt', tries });
  const answer = await dependencies.api.create(lead.payload, batch.enforceMandatories);
  switch (answer.kind) {
    case 'refused':
      return attempt.move(row, refusedByApi(answer.httpStatus, answer.message));
    case 'not_sent':
      attempt.move(row, { state: 'unsent', tries });
      return attempt.stopSending(answer.trouble);
    case 'in_doubt':
      attempt.mayHaveSentAt(dependencies.clock.now());
      return attempt.stopSending(answer.trouble);
    case 'created': {
      const created = { state: 'attaching' as const, leadId: answer.leadId, documents: [], problems: [], tries };
      attempt.move(row, created);
      return attach(turn, created, documents, dependencies);
    }
  }
};

/** A row that names its lead: that must exist before anything is attached to it. */
const attachOnly = async (
  turn: Turn,
  state: StateOf<'attaching'>,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { attempt, row, deadline } = turn;
  const { leadId } = state;
  const answer = await dependencies.api.list({ id: leadId }, deadline);
  if (answer.kind === 'trouble') {
    attempt.move(row, { ...state, tries: state.tries + 1 });
    return attempt.stopSending(answer.trouble);
  }
  if (answer.leads.some(({ id }) => id === leadId)) return attach(turn, state, undefined, dependencies);
  const column = reportColumns.leadId;
  const message = `${column} holds ${shown(leadId)}: the API knows no lead with that id.`;
  attempt.move(row, ended('rejected', [{ code: 'lead_not_found', column, message }], { leadId }));
};

const takeTurn = async (turn: Turn, dependencies: SubmitterDependencies): Promise<void> => {
  const { row, mayStart } = turn;
  const { lead, state } = row;
  if (!mayStart()) return;
  if (lead !== undefined && state.state === 'unsent') return createLead(turn, lead, state, dependencies);
  if (state.state !== 'attaching') throw new Error(`a row without a lead is ${state.state}`);
  return lead === undefined ? attachOnly(turn, state, dependencies) : attach(turn, state, undefined, dependencies);
};

/**
 * Sends whatever a batch still has to send, side by side, each row once, noting every step as it is made. Nothing new is
 * started after the first systemic fault, nor when the invocation could end before the answer.
 */
export const sendRows = async (
  attempt: Attempt,
  deadline: EpochMs,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { clock, inFlight } = dependencies;
  const lastStart = deadline - limits.requestTimeoutMs - limits.savingMs;
  const mayStart = (): boolean => !attempt.sendingIsStopped && clock.now() < lastStart;
  const turns = attempt
    .rowsIn('unsent', 'attaching')
    .map((row) => inFlight(() => takeTurn({ attempt, row, mayStart, deadline }, dependencies)));
  // Every row that was begun is waited for, even when another one threw: nothing runs on after the attempt.
  const failed = (await Promise.allSettled(turns)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};
