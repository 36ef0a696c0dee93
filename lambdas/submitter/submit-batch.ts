import { done, type Verdict } from '../../shared/bucket/delivery.ts';
import { journalKey, outcomesKey } from '../../shared/bucket/keys.ts';
import { DamagedState, stateVersion } from '../../shared/bucket/stored-json.ts';
import { type EpochMs, isoTime } from '../../shared/clock.ts';
import type { TroubleCode } from '../../shared/leads-api/answers.ts';
import { troubleSentence } from '../../shared/leads-api/trouble-messages.ts';
import { limits } from '../../shared/limits.ts';
import { errorFields } from '../../shared/log.ts';
import { type Batch, openRows } from '../../shared/state/batch.ts';
import type { BatchMessage } from '../../shared/state/batch-message.ts';
import { readBatch } from '../../shared/state/batch-pages.ts';
import { cancelled, endingOf, type Stop } from '../../shared/state/endings.ts';
import { hasEnded } from '../../shared/state/import-marks.ts';
import {
  acquireLease,
  type LeaseRequest,
  lostJournal,
  readJournal,
  releaseLease,
  type StoredJournal,
} from '../../shared/state/lease.ts';
import { writeOutcomesOnce } from '../../shared/state/outcomes.ts';
import { counted } from '../../shared/words/counted.ts';
import { Attempt } from './attempt.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { judgeLoneFailure, judgeRefusals } from './lone-failure.ts';
import { judgeLostDocuments } from './lost-documents.ts';
import { afterAttemptMs, afterPauseMs, giveUpAt, type Left, looksAgain, untilNextLookMs } from './next-delivery.ts';
import { noteAttachedToEarlier } from './note-attached.ts';
import { reconcile } from './reconcile.ts';
import { lastStart, sendRows } from './send-rows.ts';

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
const batchOf = async (message: BatchMessage, { store }: SubmitterDependencies): Promise<Batch | undefined> => {
  const batch = await readBatch(store, message);
  if (batch === undefined && !(await hasEnded(store, message.importId)))
    throw new Error('a released batch is not in the bucket');
  return batch;
};

/** What every event about a batch says. */
const namesOf = ({ importId, batch }: Pick<Batch, 'importId' | 'batch'>) => ({ importId, batch });

/**
 * The journal of a batch. Where it is damaged, or somebody has removed it, nobody knows what was sent, and nothing is sent
 * that the list has not shown to be missing.
 */
const journalOf = async (
  batch: Batch,
  request: Omit<LeaseRequest, 'stored'>,
  { store, log }: SubmitterDependencies,
): Promise<StoredJournal | undefined> => {
  const key = journalKey(batch.importId, batch.batch);
  const lost = (etag: string | undefined): StoredJournal => {
    log('journal_lost', namesOf(batch));
    const stagedAt = Date.parse(batch.latestEndAt) - limits.maxWaitMs;
    return {
      value: lostJournal(
        request,
        stagedAt,
        openRows(batch.rows).map(({ state }) => state),
      ),
      etag,
    };
  };
  try {
    const stored = await readJournal(store, batch);
    if (stored !== undefined || (await store.wasRemoved?.(key)) !== true) return stored;
    return (await hasEnded(store, batch.importId)) ? undefined : lost(undefined);
  } catch (error) {
    if (!(error instanceof DamagedState)) throw error;
    return lost((await store.head(key))?.etag);
  }
};

const accessCodes: ReadonlySet<TroubleCode> = new Set(['credentials_missing', 'credentials_refused']);

/** A refusal of access is an alarm; not where the API has created other rows of the batch, so that the credentials are right. */
const logTrouble = ({ batch, trouble, leadIds }: Attempt, { log }: SubmitterDependencies): void => {
  if (trouble === undefined) return;
  const { code, httpStatus } = trouble;
  const refused = accessCodes.has(code) || (code === 'forbidden' && leadIds.size === 0);
  log(refused ? 'credentials_refused' : 'api_trouble', { ...namesOf(batch), code, httpStatus });
};

const finish = async (
  attempt: Attempt,
  stop: Stop['code'] | undefined,
  { store, clock, pace: { perSecond }, log }: SubmitterDependencies,
): Promise<Verdict> => {
  const { batch, lastTrouble } = attempt;
  const why: Stop = stop === 'cancelled' ? cancelled : { code: 'gave_up', lastTrouble };
  const states = attempt.rows.map((row) => endingOf(row, why));
  await noteAttachedToEarlier(batch, states, store);
  await writeOutcomesOnce(store, {
    version: stateVersion,
    ...namesOf(batch),
    finishedAt: isoTime(clock.now()),
    ...(perSecond !== undefined && { perSecond: Math.round(perSecond * 10) / 10 }),
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
      ? `${counted(sought, 'row')} ${sought === 1 ? 'waits' : 'wait'} for the list of leads to show whether ${sought === 1 ? 'it was' : 'they were'} created`
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
    const since = dependencies.clock.now();
    await sendRows(attempt, deadline, dependencies);
    judgeRefusals(attempt, dependencies);
    await judgeLoneFailure(attempt, deadline, dependencies);
    await judgeLostDocuments(attempt, { since, deadline }, dependencies);
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

/** What the policy of the next delivery asks of an attempt. */
const leftBy = (
  attempt: Attempt,
  { receives, giveUpAt }: Bounds,
  { clock, chance, gate, pace, backoff, listingSettleMs: settleMs }: SubmitterDependencies,
): Left => ({
  receives,
  giveUpAt,
  giveUpAfterMs: attempt.batch.giveUpAfterMs,
  now: clock.now(),
  sends: attempt.rowsIn('unsent', 'attaching').length > 0,
  sought: attempt.rowsIn('in_doubt', 'verifying').map(({ state }) => state),
  trouble: attempt.trouble,
  listed: attempt.listed,
  fruitless: attempt.fruitless,
  pausedForMs: Math.max(gate.pausedForMs, pace.pausedForMs),
  settleMs,
  backoff,
  fraction: chance.fraction(),
});

const run = async (attempt: Attempt, bounds: Bounds, dependencies: SubmitterDependencies): Promise<Verdict> => {
  const { stop } = bounds;
  try {
    await advance(attempt, bounds, dependencies);
    logTrouble(attempt, dependencies);
    if (attempt.isComplete || (stop !== undefined && !looksAgain(stop, leftBy(attempt, bounds, dependencies))))
      return await finish(attempt, stop, dependencies);
  } catch (error) {
    await saveAfterError(attempt, dependencies);
    throw error;
  }
  const left = leftBy(attempt, bounds, dependencies);
  const waitMs = stop === undefined ? afterAttemptMs(left) : untilNextLookMs(left.sought, left.now, left.settleMs);
  return pause(attempt, waitMs, dependencies);
};

/** A batch that comes while the API is left alone goes back as it is. */
const afterPause = async (batch: Batch, bounds: Bounds, dependencies: SubmitterDependencies): Promise<Verdict> => {
  const { gate, pace, chance, clock, log, waiting } = dependencies;
  const patience = { ...bounds, giveUpAfterMs: batch.giveUpAfterMs, now: clock.now() };
  const waitMs = afterPauseMs(patience, Math.max(gate.pausedForMs, pace.pausedForMs), chance.fraction());
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
  const { store, clock, chance, log, gate, pace, cancellations } = dependencies;
  const outcomes = outcomesKey(message.importId, message.batch);
  if ((await store.head(outcomes)) !== undefined) return done;
  const batch = await batchOf(message, dependencies);
  if (batch === undefined) return done;
  const now = clock.now();
  const asking = { ...namesOf(batch), owner: chance.token(), now, deadline, sends: false };
  const stored = await journalOf(batch, asking, dependencies);
  // Nothing is known of the batch: it is new, or what was known of it was erased.
  if (stored === undefined && (await hasEnded(store, message.importId))) return done;
  const cancelledAt = await cancellations.of(message.importId);
  // A batch that nobody has begun ends with the report, which knows that it is cancelled.
  if (stored === undefined && cancelledAt !== undefined) return done;
  const begunAt = Math.min(firstReceivedAt, now, stored?.value.firstAttemptAt ?? now);
  const endsAt = giveUpAt(batch, begunAt);
  const isOver = message.last || now >= endsAt;
  const stop = cancelledAt !== undefined ? 'cancelled' : isOver ? 'gave_up' : undefined;
  const bounds: Bounds = { ...submission, giveUpAt: endsAt, stop };
  // A shorter pause is waited for with the lease, which lasts as long.
  const isOpen = gate.pausedForMs === 0 && pace.opensBy(lastStart(deadline));
  if (stop === undefined && !isOpen) return afterPause(batch, bounds, dependencies);
  const request = { ...asking, sends: stop === undefined && gate.isOpen, stored };
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
