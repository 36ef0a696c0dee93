import type { EpochMs } from '../../shared/clock.ts';
import type { Lead } from '../../shared/lead/lead.ts';
import type { Sending, Trouble } from '../../shared/leads-api/answers.ts';
import { withReference } from '../../shared/leads-api/reference.ts';
import { type ListedLead, sameField } from '../../shared/leads-api/visible-lead.ts';
import { limits } from '../../shared/limits.ts';
import { type Batch, documentNamingOf, type LeadToSend, type Row } from '../../shared/state/batch.ts';
import { type FoundDocuments, findDocuments } from '../../shared/state/documents.ts';
import { ended, type StateOf } from '../../shared/state/row-state.ts';
import { reportColumns } from '../../shared/table/report-columns.ts';
import { shown } from '../../shared/words/escaping.ts';
import { problem } from '../../shared/words/problem.ts';
import { attachDocuments } from './attach-documents.ts';
import type { Attempt } from './attempt.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { knownLead, referenceFor } from './known-leads.ts';
import type { JudgedAnswer } from './refusals.ts';

/** One row's turn in an attempt. */
interface Turn {
  readonly attempt: Attempt;
  readonly row: Row;
  /** When something new may be started: nobody cancelled it, the API is not paused, and there is time to see it to its end. */
  readonly sending: Sending;
  readonly deadline: EpochMs;
}

const attach = async (
  { attempt, row, sending }: Turn,
  state: StateOf<'attaching'>,
  found: FoundDocuments | undefined,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { state: next, trouble } = await attachDocuments({ attempt, row, state, sending, found }, dependencies);
  attempt.move(row, next);
  if (trouble !== undefined) attempt.met(trouble);
};

const payloadOf = (batch: Batch, lead: LeadToSend): Lead => {
  const reference = referenceFor(batch, lead);
  return reference === undefined ? lead.payload : withReference(lead.payload, reference);
};

/**
 * Sends a lead when it is its turn; undefined where there is no time for it, or the API is paused. The row is in doubt from
 * the last moment before it is sent, however long it waited for its turn.
 */
const post = async (
  { attempt, row, sending }: Turn,
  lead: LeadToSend,
  state: StateOf<'unsent'>,
  { api, gate, refusals, clock, store, lateCommitMs }: SubmitterDependencies,
): Promise<JudgedAnswer | undefined> => {
  const { batch } = attempt;
  let failure: unknown;
  const begin = async (alone: boolean): Promise<boolean> => {
    try {
      if (!(await attempt.noteSending(store, row, alone)) || !(await sending.mayStart())) return false;
    } catch (error) {
      // Where it cannot be asked whether the lead may be sent, it is not sent.
      failure = error;
      return false;
    }
    const now = clock.now();
    // Until there is an answer the lead may be there, also if this attempt is saved because another row threw.
    const until = now + lateCommitMs;
    const sent = { tries: state.tries + 1, sentAt: state.doubtedAt ?? now, lastSentAt: now, until };
    attempt.move(row, { ...state, ...sent, state: 'in_doubt' });
    return true;
  };
  const answer = await gate.pass(async (alone) => {
    const begun = { ...sending, mayStart: () => begin(alone) };
    const answered = await api.create(payloadOf(batch, lead), batch.enforceMandatories, begun);
    return answered === undefined ? undefined : refusals.judge(lead.fingerprint, answered);
  });
  if (answer === undefined && row.state.state === 'in_doubt') attempt.move(row, state);
  if (failure !== undefined) throw failure;
  return answer;
};

const createLead = async (
  turn: Turn,
  lead: LeadToSend,
  state: StateOf<'unsent'>,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { attempt, row, sending } = turn;
  const { batch } = attempt;
  const { clock, known, lateCommitMs } = dependencies;
  const documents = await findDocuments(dependencies.store, row.documents, documentNamingOf(batch));
  if (documents.problems.length > 0) return attempt.move(row, ended('rejected', documents.problems));
  if (!(await sending.mayStart())) return;
  const answer = await post(turn, lead, state, dependencies);
  if (answer === undefined) return;
  const now = clock.now();
  switch (answer.kind) {
    case 'refused':
      attempt.move(row, { ...state, tries: state.tries + 1 });
      return attempt.refused(row, answer, dependencies.refusals.creations);
    case 'not_sent':
      attempt.move(row, { ...state, tries: state.tries + 1 });
      // A connection that was refused knew nothing of the row.
      return attempt.met(answer.trouble, answer.trouble.code === 'unreachable' ? undefined : row);
    case 'in_doubt':
      attempt.stillInDoubt(row, now + lateCommitMs / 2, answer.trouble);
      return attempt.met(answer.trouble, row);
    case 'created': {
      const { leadId } = answer;
      attempt.wasAnswered();
      known.add(knownLead(batch, lead, { id: leadId, createdAt: now, createdBy: now }));
      const created: StateOf<'attaching'> = {
        state: 'attaching',
        leadId,
        documents: [],
        problems: [],
        tries: state.tries + 1,
        createdAt: now,
        ...(state.doubtedAt !== undefined && { doubtedAt: state.doubtedAt }),
      };
      attempt.move(row, created);
      return attach(turn, created, documents, dependencies);
    }
  }
};

/** What an API shows in place of a value that it hides. */
const isMasked = (value: string): boolean => /[*•]/.test(value);

/** Whether a listed lead is somebody else's than who a row says: by each of e-mail address and phone that both show. */
const isOthers = ({ fields }: ListedLead, claim: NonNullable<StateOf<'attaching'>['claim']>): boolean => {
  const compared = (['email', 'phone'] as const).flatMap((name) => {
    const [said, listed] = [claim[name], fields[name]];
    return said === undefined || listed === undefined || isMasked(listed) ? [] : [sameField(name, said, listed)];
  });
  return compared.length > 0 && compared.every((isSame) => !isSame);
};

const column = reportColumns.leadId;
const look = 'Look for the lead at lumi and write the id that is shown there, or none where it is not there.';
/** Of ids that a person wrote, and not a report. */
const writtenUnknown = { tip: `${look} A lead that is new may be shown some minutes later.` };
const writtenOther = { tip: look, kind: 'error' } as const;

/** A row that names its lead: that must exist, and be its customer's where a person wrote the id, before anything is attached to it. */
const attachOnly = async (
  turn: Turn,
  state: StateOf<'attaching'>,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { attempt, row, deadline } = turn;
  const { claim, ...known } = state;
  const { leadId } = state;
  const answer = await dependencies.api.list({ id: leadId }, deadline);
  const lead = answer.kind === 'leads' ? answer.leads.find(({ id }) => id === leadId) : undefined;
  if (lead !== undefined && claim !== undefined && isOthers(lead, claim)) {
    const what = `${column} holds ${shown(leadId)}: at lumi that lead has another e-mail address and another phone.`;
    return attempt.move(row, ended('rejected', [problem('other_lead', { column, what, ...writtenOther })], { leadId }));
  }
  if (lead !== undefined) {
    attempt.move(row, known);
    return attach(turn, known, undefined, dependencies);
  }
  if (answer.kind === 'trouble' || !answer.complete) {
    const trouble: Trouble = answer.kind === 'trouble' ? answer.trouble : { code: 'unreadable_answer' };
    attempt.move(row, { ...state, tries: state.tries + 1 });
    dependencies.gate.met(trouble);
    return attempt.met(trouble);
  }
  const what = `${column} holds ${shown(leadId)}: the API knows no lead with that id.`;
  const tip = claim === undefined ? {} : writtenUnknown;
  attempt.move(row, ended('rejected', [problem('lead_not_found', { column, what, ...tip })], { leadId }));
};

const takeTurn = async (turn: Turn, dependencies: SubmitterDependencies): Promise<void> => {
  const { row, sending } = turn;
  const { lead, state } = row;
  if (!(await sending.mayStart())) return;
  if (lead !== undefined && state.state === 'unsent') return createLead(turn, lead, state, dependencies);
  if (state.state !== 'attaching') throw new Error(`a row without a lead is ${state.state}`);
  const isToFind = lead === undefined || state.claim !== undefined;
  return isToFind ? attachOnly(turn, state, dependencies) : attach(turn, state, undefined, dependencies);
};

/** After this nothing is begun that the invocation might not see to its end. */
export const lastStart = (deadline: EpochMs): EpochMs => deadline - limits.requestTimeoutMs - limits.savingMs;

/**
 * Sends whatever a batch still has to send, side by side, each row once, noting every step as it is made. Nothing new is
 * started once the import is cancelled, while the API is paused, nor when the invocation could end before the answer.
 */
export const sendRows = async (
  attempt: Attempt,
  deadline: EpochMs,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const { clock, inFlight, gate, pace, cancellations, refusals, chance, stopping } = dependencies;
  const { importId } = attempt.batch;
  const latest = lastStart(deadline);
  // The clock last: asking for a cancellation takes its time.
  const mayStart = async (): Promise<boolean> =>
    (await cancellations.of(importId)) === undefined &&
    gate.pausedForMs === 0 &&
    stopping?.aborted !== true &&
    pace.opensBy(latest) &&
    clock.now() < latest;
  const rows = attempt.rowsIn('unsent', 'attaching');
  // Where one asks for all it is any that was tried least: the next of a file may be refused for the reason of the one before.
  const least = rows.filter(({ state }) => state.tries === rows[0]?.state.tries).length;
  const first = refusals.areTrouble ? Math.floor(chance.fraction() * least) : 0;
  const turns = [...rows.slice(first), ...rows.slice(0, first)].map((row) =>
    inFlight(() => takeTurn({ attempt, row, sending: { latest, mayStart }, deadline }, dependencies)),
  );
  // Every row that was begun is waited for, even when another one threw: nothing runs on after the attempt.
  const failed = (await Promise.allSettled(turns)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};
