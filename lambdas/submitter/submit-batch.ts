import { done, type Verdict } from '../../shared/bucket/delivery.ts';
import { batchKey, outcomesKey } from '../../shared/bucket/keys.ts';
import { readState, stateVersion } from '../../shared/bucket/stored-json.ts';
import { type EpochMs, isoTime } from '../../shared/clock.ts';
import type { TroubleCode } from '../../shared/leads-api/answers.ts';
import { troubleSentence } from '../../shared/leads-api/trouble-messages.ts';
import { errorFields } from '../../shared/log.ts';
import { backoffMs } from '../../shared/retry-delay.ts';
import { type Batch, type BatchMessage, batchSchema, openRows } from '../../shared/state/batch.ts';
import { cancelled, endingOf, type Stop } from '../../shared/state/endings.ts';
import { hasEnded } from '../../shared/state/import-marks.ts';
import { acquireLease, readJournal, releaseLease } from '../../shared/state/lease.ts';
import { writeOutcomesOnce } from '../../shared/state/outcomes.ts';
import type { RowState } from '../../shared/state/row-state.ts';
import { Attempt } from './attempt.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { judgeLoneFailure } from './lone-failure.ts';
import { dueAt, reconcile } from './reconcile.ts';
import { sendRows } from './send-rows.ts';

/** One delivery of a batch message. */
export interface Submission {
  readonly message: BatchMessage;
  /** When the invocation ends, whatever happens. */
  readonly deadline: EpochMs;
  /** When the message was first received, whatever came of it then: the give-up time counts from here. */
  readonly firstReceivedAt: EpochMs;
  /** How often it was received, this time included. */
  readonly receives: number;
}

/** The batch of a message; undefined where its import has ended and the batch was erased. */
const readBatch = async (
  { importId, run, batch }: BatchMessage,
  { store }: SubmitterDependencies,
): Promise<Batch | undefined> => {
  const stored = await readState(store, batchKey(importId, run, batch), batchSchema);
  if (stored === undefined && !(await hasEnded(store, importId)))
    throw new Error('a released batch is not in the bucket');
  return stored?.value;
};

/** What every event about a batch says. */
const namesOf = ({ importId, batch }: Pick<Batch, 'importId' | 'batch'>) => ({ importId, batch });

const accessCodes: ReadonlySet<TroubleCode> = new Set(['credentials_missing', 'credentials_refused']);

/** A refusal of access is an alarm; not where the API has created other rows of the batch, so that the credentials are right. */
const logTrouble = ({ batch, trouble, leadIds }: Attempt, { log }: SubmitterDependencies): void => {
  if (trouble === undefined) return;
  const { code, httpStatus } = trouble;
  const refused = accessCodes.has(code) || (code === 'forbidden' && leadIds.size === 0);
  log(refused ? 'credentials_refused' : 'api_trouble', { ...namesOf(batch), code, httpStatus });
};

/** After this nothing of a batch is sent any more: it counts from the first receipt, and ends with the queue's memory. */
const giveUpAt = ({ giveUpAfterMs, latestEndAt }: Batch, begunAt: EpochMs): EpochMs =>
  Math.min(begunAt + giveUpAfterMs, Date.parse(latestEndAt));

const stopOf = ({
  cancelledAt,
  isOver,
}: {
  readonly cancelledAt: EpochMs | undefined;
  readonly isOver: boolean;
}): Stop['code'] | undefined => {
  if (cancelledAt !== undefined) return 'cancelled';
  return isOver ? 'gave_up' : undefined;
};

/** Receives after which a message is not received sooner than a 900th of the give-up time: they last that long. */
const freeReceives = 10;
const receivesPerGiveUpTime = 900;

/** Batches that wait for the listing come back together, so that one listing serves them all. */
const nextLookMs = (attempt: Attempt, { clock, listingSettleMs }: SubmitterDependencies): number => {
  const due = attempt
    .rowsIn('in_doubt', 'verifying')
    .map(({ state }) =>
      state.state === 'in_doubt' || state.state === 'verifying' ? dueAt({ state }, listingSettleMs) : 0,
    );
  const now = clock.now();
  // What was looked for already is looked for again after one more settle time.
  const next = Math.max(Math.min(...due), now + 1);
  return (
    (due.some((at) => at > now) ? Math.ceil(next / listingSettleMs) * listingSettleMs : now + listingSettleMs) - now
  );
};

/**
 * How long until the next attempt makes sense: what is left of the API's pause, the back-off of rows that met trouble, or
 * the listing's settle time, whichever is over first.
 */
const delayBeforeRetryMs = (
  attempt: Attempt,
  { receives }: Submission,
  dependencies: SubmitterDependencies,
): number => {
  const { chance, backoff, gate } = dependencies;
  const { trouble, lease, batch } = attempt;
  const delays: number[] = [];
  const backingOff = trouble === undefined ? 0 : backoffMs(lease.journal.attempt, chance.fraction(), backoff);
  const troubleMs = Math.max(backingOff, trouble?.retryAfterMs ?? 0);
  if (attempt.rowsIn('unsent', 'attaching').length > 0) delays.push(Math.max(gate.pausedForMs, troubleMs));
  // A listing that was in trouble is not asked again at once either.
  const looks = attempt.rowsIn('in_doubt', 'verifying').length > 0;
  if (looks) delays.push(Math.max(nextLookMs(attempt, dependencies), attempt.listed ? 0 : troubleMs));
  return Math.max(Math.min(...delays), receives > freeReceives ? batch.giveUpAfterMs / receivesPerGiveUpTime : 0);
};

const finish = async (
  attempt: Attempt,
  stop: Stop['code'] | undefined,
  { store, clock, log }: SubmitterDependencies,
): Promise<Verdict> => {
  const { batch, lastTrouble } = attempt;
  const why: Stop = stop === 'cancelled' ? cancelled : { code: 'gave_up', lastTrouble };
  const states = attempt.rows.map((row) => endingOf(row, why));
  await writeOutcomesOnce(store, {
    version: stateVersion,
    ...namesOf(batch),
    finishedAt: isoTime(clock.now()),
    states,
  });
  log('batch_finished', { ...namesOf(batch), rows: batch.rows.length });
  return done;
};

const pause = async (attempt: Attempt, delayMs: number, dependencies: SubmitterDependencies): Promise<Verdict> => {
  const { store, log, waiting } = dependencies;
  const { batch, lease, trouble } = attempt;
  if ((await releaseLease(store, lease, attempt.found)) === 'lost') log('lease_lost', namesOf(batch));
  log('attempt_paused', {
    ...namesOf(batch),
    attempt: lease.journal.attempt,
    waitMs: delayMs,
    open: attempt.rowsIn('unsent', 'in_doubt', 'attaching', 'verifying').length,
    code: trouble?.code,
  });
  const sought = attempt.rowsIn('in_doubt', 'verifying').length;
  const why =
    trouble === undefined
      ? `${sought} rows wait for the list of leads to show whether they were created`
      : troubleSentence(trouble);
  if (trouble !== undefined || sought > 0) await waiting.note(batch.importId, why, delayMs, dependencies);
  return { kind: 'retry', afterMs: delayMs };
};

interface Bounds extends Submission {
  /** Why nothing is sent any more, and what cannot be asked ends as it is known; undefined while there is time. */
  readonly stop: Stop['code'] | undefined;
  readonly giveUpAt: EpochMs;
}

/** Sends first: leads that are created after a row in doubt show whether the listing is to be believed. Then looks. */
const advance = async (
  attempt: Attempt,
  { deadline, stop }: Bounds,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  if (stop === undefined) {
    await sendRows(attempt, deadline, dependencies);
    await judgeLoneFailure(attempt, deadline, dependencies);
  }
  try {
    await reconcile(attempt, { deadline, all: stop !== undefined }, dependencies);
  } catch (error) {
    if (stop === undefined) throw error;
    dependencies.log('reconciliation_failed', { ...namesOf(attempt.batch), ...errorFields(error) });
  }
};

/** What is known of the rows must not be lost with the call that threw: without it all would be in doubt. */
const saveAfterError = async (attempt: Attempt, { store, log }: SubmitterDependencies): Promise<void> => {
  // If this fails too the lease runs out by itself; what is told is the first error.
  await releaseLease(store, attempt.lease, attempt.found).catch((failure: unknown) =>
    log('lease_not_released', { ...namesOf(attempt.batch), ...errorFields(failure) }),
  );
};

/** When a row can last have been created, or was first looked for in a listing that answered. */
const soughtSince = (state: RowState): EpochMs => {
  if (state.state === 'in_doubt') return Math.max(state.until, state.open?.since ?? 0);
  return state.state === 'verifying' ? (state.createdBy ?? state.createdAt) : 0;
};

/** Settle times from then on in which it is looked for once its import is cancelled. */
const looksAfterCancellation = 5;

/**
 * Where the listing only needs its time, a last look is worth waiting for: nothing is sent any more. Whoever cancels
 * waits for the report, but not for a listing that never decides.
 */
const looksAgain = (
  attempt: Attempt,
  { stop }: Bounds,
  { clock, listingSettleMs }: Pick<SubmitterDependencies, 'clock' | 'listingSettleMs'>,
): boolean => {
  const sought = attempt.rowsIn('in_doubt', 'verifying');
  if (stop !== 'cancelled') return attempt.listed && sought.length > 0;
  const longestMs = looksAfterCancellation * listingSettleMs;
  return sought.some(({ state }) => clock.now() < soughtSince(state) + longestMs);
};

const run = async (attempt: Attempt, bounds: Bounds, dependencies: SubmitterDependencies): Promise<Verdict> => {
  const { stop } = bounds;
  try {
    await advance(attempt, bounds, dependencies);
    logTrouble(attempt, dependencies);
    if (attempt.isComplete || (stop !== undefined && !looksAgain(attempt, bounds, dependencies)))
      return await finish(attempt, stop, dependencies);
  } catch (error) {
    await saveAfterError(attempt, dependencies);
    throw error;
  }
  if (stop !== undefined) return pause(attempt, nextLookMs(attempt, dependencies), dependencies);
  const untilGiveUpMs = Math.max(0, bounds.giveUpAt - dependencies.clock.now());
  return pause(attempt, Math.min(delayBeforeRetryMs(attempt, bounds, dependencies), untilGiveUpMs), dependencies);
};

/** Batches that wait for a pause of the API come back one after the other. */
const afterPause = async (batch: Batch, bounds: Bounds, dependencies: SubmitterDependencies): Promise<Verdict> => {
  const { gate, chance, clock, log, waiting } = dependencies;
  const pausedForMs = Math.max(
    gate.pausedForMs,
    bounds.receives > freeReceives ? batch.giveUpAfterMs / receivesPerGiveUpTime : 0,
  );
  const waitMs = Math.min(
    Math.round(pausedForMs * (1 + chance.fraction() / 2)),
    Math.max(0, bounds.giveUpAt - clock.now()),
  );
  log('batch_waits', { ...namesOf(batch), waitMs });
  if (gate.trouble !== undefined)
    await waiting.note(batch.importId, troubleSentence(gate.trouble), waitMs, dependencies);
  return { kind: 'retry', afterMs: waitMs };
};

/**
 * Takes a batch one attempt further: sends what is not sent, finds out what became of rows in doubt, and writes the
 * outcomes once every row has ended. However often and however concurrently it runs, each row's lead is created at most once.
 */
export const submitBatch = async (submission: Submission, dependencies: SubmitterDependencies): Promise<Verdict> => {
  const { message, deadline, firstReceivedAt } = submission;
  const { store, clock, chance, log, gate, cancellations } = dependencies;
  const outcomes = outcomesKey(message.importId, message.batch);
  if ((await store.head(outcomes)) !== undefined) return done;
  const batch = await readBatch(message, dependencies);
  if (batch === undefined) return done;
  const stored = await readJournal(store, batch);
  // Nothing is known of the batch: it is new, or what was known of it was erased.
  if (stored === undefined && (await hasEnded(store, message.importId))) return done;
  const cancelledAt = await cancellations.of(message.importId);
  // A batch that nobody has begun ends with the report, which knows that it is cancelled.
  if (stored === undefined && cancelledAt !== undefined) return done;
  const now = clock.now();
  const begunAt = Math.min(firstReceivedAt, now, stored?.value.firstAttemptAt ?? now);
  const bounds: Bounds = {
    ...submission,
    giveUpAt: giveUpAt(batch, begunAt),
    stop: stopOf({ cancelledAt, isOver: message.last || now >= giveUpAt(batch, begunAt) }),
  };
  const { stop } = bounds;
  if (stop === undefined && gate.pausedForMs > 0) return afterPause(batch, bounds, dependencies);
  const request = {
    ...namesOf(batch),
    owner: chance.token(),
    now,
    deadline,
    sends: stop === undefined && gate.isOpen,
    stored,
  };
  const states = openRows(batch.rows).map(({ state }) => state);
  const answer = await acquireLease(store, request, states);
  if (answer.kind === 'held') {
    const afterMs = Math.max(0, answer.until - now);
    log('batch_held', { ...namesOf(batch), waitMs: afterMs });
    return { kind: 'retry', afterMs };
  }
  // Outcomes may have been written between the first look and the lease: then the last owner is finished.
  if ((await store.head(outcomes)) !== undefined) return done;
  // Asked once more now that the journal is there: the reporter counts a batch without one as never begun.
  await cancellations.ask(message.importId);
  const { lease } = answer;
  log('attempt_started', { ...namesOf(batch), attempt: lease.journal.attempt, leaseAfter: lease.after });
  return run(new Attempt(batch, lease), bounds, dependencies);
};
