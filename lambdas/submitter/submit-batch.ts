import { done, type Verdict } from '../../shared/aws/message-loop.ts';
import { type EpochMs, isoTime } from '../../shared/clock.ts';
import { batchKey, outcomesKey } from '../../shared/keys.ts';
import { type Batch, type BatchMessage, batchSchema, openRows } from '../../shared/ledger/batch.ts';
import { acquireLease, releaseLease } from '../../shared/ledger/lease.ts';
import { writeOutcomesOnce } from '../../shared/ledger/outcomes.ts';
import { readState } from '../../shared/ledger/stored-json.ts';
import { errorFields } from '../../shared/log.ts';
import { backoffMs } from '../../shared/retry-delay.ts';
import { Attempt } from './attempt.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { endingOf } from './endings.ts';
import { reconcile } from './reconcile.ts';
import { sendRows } from './send-rows.ts';

/** One delivery of a batch message. */
export interface Submission {
  readonly message: BatchMessage;
  /** When the invocation ends, whatever happens. */
  readonly deadline: EpochMs;
  /** Whether the batch ends with this attempt, whatever is still open: from the dead-letter queue. */
  readonly last: boolean;
}

const readBatch = async ({ importId, run, batch }: BatchMessage, { store }: SubmitterDependencies): Promise<Batch> => {
  const stored = await readState(store, batchKey(importId, run, batch), batchSchema);
  if (stored === undefined) throw new Error('a released batch is not in the bucket');
  return stored.value;
};

/** What every event about a batch says. */
const namesOf = ({ importId, batch }: Pick<Batch, 'importId' | 'batch'>) => ({ importId, batch });

const logTrouble = ({ batch, trouble }: Attempt, { log }: SubmitterDependencies): void => {
  if (trouble === undefined) return;
  const { code, httpStatus } = trouble;
  const refused = code === 'credentials_missing' || code === 'credentials_refused';
  log(refused ? 'credentials_refused' : 'api_trouble', { ...namesOf(batch), code, httpStatus });
};

/** How long until the listing is believed about rows in doubt; 0 where there are none. */
const untilListingSettledMs = (attempt: Attempt, { clock, listingSettleMs }: SubmitterDependencies): number => {
  if (attempt.rowsIn('in_doubt').length === 0) return 0;
  return Math.max(0, attempt.lastPossibleSendAt + listingSettleMs - clock.now());
};

/**
 * How long until the next attempt makes sense: back-off, what the API asked for with `Retry-After`, the listing's settle
 * time. Never past the give-up time.
 */
const delayBeforeRetryMs = (attempt: Attempt, dependencies: SubmitterDependencies): number => {
  const { clock, chance, backoff } = dependencies;
  const { trouble, lease } = attempt;
  const backingOff = trouble === undefined ? 0 : backoffMs(lease.journal.attempt, chance.fraction(), backoff);
  const delay = Math.max(backingOff, trouble?.retryAfterMs ?? 0, untilListingSettledMs(attempt, dependencies));
  return Math.min(delay, Math.max(0, Date.parse(attempt.batch.giveUpAt) - clock.now()));
};

const finish = async (attempt: Attempt, { store, clock, log }: SubmitterDependencies): Promise<Verdict> => {
  const { batch } = attempt;
  const states = attempt.rows.map((row) => endingOf(row, attempt.lastTrouble));
  await writeOutcomesOnce(store, { version: 2, ...namesOf(batch), finishedAt: isoTime(clock.now()), states });
  log('batch_finished', { ...namesOf(batch), rows: batch.rows.length });
  return done;
};

const pause = async (attempt: Attempt, delayMs: number, { store, log }: SubmitterDependencies): Promise<Verdict> => {
  const { batch, lease, trouble } = attempt;
  if ((await releaseLease(store, lease, attempt.found)) === 'lost') log('lease_lost', namesOf(batch));
  log('attempt_paused', {
    ...namesOf(batch),
    attempt: lease.journal.attempt,
    waitMs: delayMs,
    open: attempt.rowsIn('unsent', 'in_doubt', 'attaching').length,
    code: trouble?.code,
  });
  return { kind: 'retry', afterMs: delayMs };
};

interface Bounds {
  readonly deadline: EpochMs;
  /** Whether nothing is sent any more, and what cannot be asked ends as it is known. */
  readonly givingUp: boolean;
}

/** Reconciles and sends, as far as time and the API allow. */
const advance = async (
  attempt: Attempt,
  { deadline, givingUp }: Bounds,
  dependencies: SubmitterDependencies,
): Promise<void> => {
  try {
    await reconcile(attempt, deadline, dependencies);
  } catch (error) {
    if (!givingUp) throw error;
    dependencies.log('reconciliation_failed', { ...namesOf(attempt.batch), ...errorFields(error) });
  }
  if (!givingUp) await sendRows(attempt, deadline, dependencies);
};

/** What is known of the other rows must not be lost with the call that threw: without it they would be in doubt. */
const saveAfterError = async (
  attempt: Attempt,
  { givingUp }: Bounds,
  { store, clock, log }: SubmitterDependencies,
): Promise<void> => {
  if (!givingUp) attempt.mayHaveSentAt(clock.now());
  // If this fails too the lease runs out by itself; what is told is the first error.
  await releaseLease(store, attempt.lease, attempt.found).catch((failure: unknown) =>
    log('lease_not_released', { ...namesOf(attempt.batch), ...errorFields(failure) }),
  );
};

const run = async (attempt: Attempt, bounds: Bounds, dependencies: SubmitterDependencies): Promise<Verdict> => {
  const { givingUp } = bounds;
  try {
    await advance(attempt, bounds, dependencies);
    logTrouble(attempt, dependencies);
    // Where the listing answers and only needs its time, a last look is worth waiting for: nothing is sent any more.
    const looksAgain = givingUp && attempt.listedTooEarly;
    if (attempt.isComplete || (givingUp && !looksAgain)) return await finish(attempt, dependencies);
  } catch (error) {
    await saveAfterError(attempt, bounds, dependencies);
    throw error;
  }
  const delayMs = givingUp ? untilListingSettledMs(attempt, dependencies) : delayBeforeRetryMs(attempt, dependencies);
  return pause(attempt, delayMs, dependencies);
};

/**
 * Takes a batch one attempt further: reconciles what may have been sent, sends what is not, and writes the outcomes once
 * every row has ended. However often and however concurrently it runs, each row's lead is created at most once.
 */
export const submitBatch = async (
  { message, deadline, last }: Submission,
  dependencies: SubmitterDependencies,
): Promise<Verdict> => {
  const { store, clock, chance, log } = dependencies;
  const outcomes = outcomesKey(message.importId, message.batch);
  if ((await store.head(outcomes)) !== undefined) return done;
  const batch = await readBatch(message, dependencies);
  const now = clock.now();
  const givingUp = last || now >= Date.parse(batch.giveUpAt);
  const request = { ...namesOf(batch), owner: chance.token(), now, deadline, sends: !givingUp };
  const states = openRows(batch.rows).map(({ state }) => state);
  const answer = await acquireLease(store, request, states);
  if (answer.kind === 'held') {
    const afterMs = Math.max(0, answer.until - now);
    log('batch_held', { ...namesOf(batch), waitMs: afterMs });
    return { kind: 'retry', afterMs };
  }
  // Outcomes may have been written between the first look and the lease: then the last owner is finished.
  if ((await store.head(outcomes)) !== undefined) return done;
  const { lease } = answer;
  log('attempt_started', { ...namesOf(batch), attempt: lease.journal.attempt, leaseAfter: lease.after });
  return run(new Attempt(batch, lease), { deadline, givingUp }, dependencies);
};
