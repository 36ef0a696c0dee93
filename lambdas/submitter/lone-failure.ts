import type { EpochMs } from '../../shared/clock.ts';
import type { Trouble } from '../../shared/leads-api/answers.ts';
import type { Row } from '../../shared/state/batch.ts';
import { apiKeepsFailing, refusedByApi, unconfirmed } from '../../shared/state/endings.ts';
import type { Ended } from '../../shared/state/row-state.ts';
import type { Attempt } from './attempt.ts';
import type { SubmitterDependencies } from './dependencies.ts';

/** Attempts in which a row fails alone before that is its own trouble and not the API's. */
const maxFailuresAlone = 3;

/** Whether a row has failed alone so often that it is not sent again. */
export const isFailingAlone = ({ failedAlone = 0 }: { readonly failedAlone?: number | undefined }): boolean =>
  failedAlone >= maxFailuresAlone;

const note = (attempt: Attempt, row: Row, failedAlone: number, { clock }: SubmitterDependencies): void => {
  const { state } = row;
  if (state.state === 'unsent' || state.state === 'in_doubt')
    attempt.move(row, { ...state, failedAlone, failedAt: clock.now() });
};

/**
 * Whether the API works for others while it fails at this row: it has answered one of them in this attempt, or another
 * batch since the row failed last, or it shows a lead of this batch by its id.
 */
const answersOthers = async (
  attempt: Attempt,
  { failedAt = 0 }: { readonly failedAt?: EpochMs | undefined },
  deadline: EpochMs,
  { api, gate }: SubmitterDependencies,
): Promise<boolean> => {
  if (attempt.hasAnswers || (failedAt > 0 && gate.lastGoodAt > failedAt)) return true;
  const [example] = attempt.leadIds;
  if (example === undefined) return false;
  const answer = await api.list({ id: example }, deadline);
  return answer.kind === 'leads' && answer.leads.some(({ id }) => id === example);
};

/**
 * Ends the rows that the API refused for themselves: others were created since, or nothing speaks for trouble of the
 * API. All others stay unsent, and one lead asks.
 */
export const judgeRefusals = (attempt: Attempt, { refusals }: SubmitterDependencies): void => {
  for (const [row, { refusal, creationsBefore }] of attempt.refusedRows) {
    if (refusals.isOfLead(row.lead?.fingerprint ?? '', refusal, creationsBefore)) {
      attempt.wasAnswered();
      attempt.move(row, refusedByApi(refusal.httpStatus, refusal.message));
    } else attempt.met(refusal.trouble ?? { code: 'refuses_all', httpStatus: refusal.httpStatus }, row);
  }
};

/** How a row ends at which the API keeps failing, or which it keeps refusing. */
const endingOf = (attempt: Attempt, row: Row, { code, httpStatus }: Trouble): Ended => {
  const refused = attempt.refusedRows.get(row)?.refusal;
  return refused === undefined ? apiKeepsFailing(code, httpStatus) : refusedByApi(refused.httpStatus, refused.message);
};

/**
 * A row that alone meets trouble, three attempts in a row, while the API answers for others: that is the row's own trouble,
 * such as a firewall that does not like a word in it. It ends, so that it holds up no report for a day.
 */
export const judgeLoneFailure = async (
  attempt: Attempt,
  deadline: EpochMs,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  const troubled = [...attempt.troubledRows.keys()];
  const [row, ...others] = troubled;
  const trouble = row === undefined ? undefined : attempt.troubledRows.get(row);
  const isAlone = row !== undefined && trouble !== undefined && others.length === 0;
  const { state } = row ?? {};
  if (
    !isAlone ||
    (state?.state !== 'unsent' && state?.state !== 'in_doubt') ||
    !(await answersOthers(attempt, state, deadline, dependencies))
  ) {
    for (const each of troubled) note(attempt, each, 0, dependencies);
    return;
  }
  const failures = (state.failedAlone ?? 0) + 1;
  if (state.state === 'unsent' && failures >= maxFailuresAlone)
    return attempt.move(
      row,
      state.byTime === true ? unconfirmed(state.trouble, state.doubtedAt) : endingOf(attempt, row, trouble),
    );
  note(attempt, row, failures, dependencies);
};
