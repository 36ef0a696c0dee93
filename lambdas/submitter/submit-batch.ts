import { done, type Verdict } from '../../shared/aws/record-loop.ts';
import { backoffMs } from '../../shared/backoff.ts';
import { type EpochMs, isoTime } from '../../shared/clock.ts';
import { batchKey, outcomesKey } from '../../shared/keys.ts';
import { type Batch, type BatchMessage, batchSchema } from '../../shared/ledger/batch.ts';
import { acquireLease, type Lease, releaseLease } from '../../shared/ledger/journal.ts';
import { type Outcome, settleOutcomes } from '../../shared/ledger/outcome.ts';
import { formatVersion, readState } from '../../shared/ledger/stored-json.ts';
import { errorFields } from '../../shared/log.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { endingOf } from './endings.ts';
import { beginnings, Notebook } from './notebook.ts';
import { reconcile } from './reconcile.ts';
import { sendRows } from './send-rows.ts';

/** One attempt at a batch. */
export interface Submission {
  readonly message: BatchMessage;
  /** When the invocation ends, whatever happens. */
  readonly deadline: number;
  /** Whether the batch ends with this attempt, whatever is still open: from the dead-letter queue. */
  readonly last: boolean;
}

const readBatch = async ({ importId, run, batch }: BatchMessage, { store }: SubmitterDependencies): Promise<Batch> => {
  const stored = await readState(store, batchKey(importId, run, batch), batchSchema);
  if (stored === undefined) throw new Error('a released batch is not in the bucket');
  return stored.value;
};

const logTrouble = (batch: Batch, notebook: Notebook, { log }: SubmitterDependencies): void => {
  if (notebook.obstacle === undefined) return;
  const { code, httpStatus } = notebook.obstacle;
  const refused = code === 'credentials_missing' || code === 'credentials_refused';
  log(refused ? 'credentials_refused' : 'api_trouble', {
    importId: batch.importId,
    batch: batch.batch,
    code,
    httpStatus,
  });
};

/** How long until the listing is believed about rows that may have been sent; 0 where there are none. */
const settlingMs = (
  notebook: Notebook,
  { clock, listingSettleMs }: Pick<SubmitterDependencies, 'clock' | 'listingSettleMs'>,
): number => {
  const until = notebook.rowsIn('maybe').length === 0 ? 0 : notebook.sentUntil + listingSettleMs;
  return Math.max(0, until - clock.now());
};

/** How long until the next attempt makes sense: back-off, the API's own wish, the listing's time to settle. Never past the give-up time. */
const waitMs = (batch: Batch, attempt: number, notebook: Notebook, dependencies: SubmitterDependencies): number => {
  const { clock, chance, backoff } = dependencies;
  const { obstacle } = notebook;
  const backingOff = obstacle === undefined ? 0 : backoffMs(attempt, chance.fraction(), backoff);
  const wait = Math.max(backingOff, obstacle?.retryAfterMs ?? 0, settlingMs(notebook, dependencies));
  return Math.min(wait, Math.max(0, Date.parse(batch.giveUpAt) - clock.now()));
};

const settle = async (
  batch: Batch,
  notebook: Notebook,
  { store, clock, log }: SubmitterDependencies,
): Promise<Verdict> => {
  const outcomes = batch.rows.map((row, index): Outcome | null => {
    const progress = notebook.rows[index];
    return progress == null ? null : endingOf(row, progress, notebook.lastTrouble);
  });
  const { importId, batch: number } = batch;
  await settleOutcomes(store, {
    version: formatVersion,
    importId,
    batch: number,
    settledAt: isoTime(clock.now()),
    outcomes,
  });
  log('batch_settled', { importId, batch: number, rows: batch.rows.length });
  return done;
};

const pause = async (
  batch: Batch,
  lease: Lease,
  notebook: Notebook,
  wait: number,
  { store, log }: SubmitterDependencies,
): Promise<Verdict> => {
  const { importId, batch: number } = batch;
  const { attempt } = lease.journal;
  if ((await releaseLease(store, lease, notebook)) === 'lost') log('lease_lost', { importId, batch: number });
  const unsettled = notebook.rowsIn('unsent', 'maybe', 'attaching').length;
  log('attempt_paused', {
    importId,
    batch: number,
    attempt,
    waitMs: wait,
    unsettled,
    code: notebook.obstacle?.code,
  });
  return { kind: 'again', afterMs: wait };
};

/** Reconciles and sends. When the importer gives up, what cannot be asked any more is settled as it is known. */
const work = async (
  batch: Batch,
  lease: Lease,
  notebook: Notebook,
  { deadline, givingUp }: { readonly deadline: EpochMs; readonly givingUp: boolean },
  dependencies: SubmitterDependencies,
): Promise<void> => {
  try {
    await reconcile(batch, lease.journal, notebook, deadline, dependencies);
  } catch (error) {
    if (!givingUp) throw error;
    dependencies.log('record_failed', { importId: batch.importId, batch: batch.batch, ...errorFields(error) });
  }
  if (!givingUp) await sendRows(batch, notebook, deadline, dependencies);
};

/**
 * Takes a batch one attempt further: reconciles what may have been sent, sends what is not, and settles the batch once
 * every row has an outcome. However often and however concurrently it runs, each row's lead is created at most once.
 */
export const submitBatch = async (
  { message, deadline, last }: Submission,
  dependencies: SubmitterDependencies,
): Promise<Verdict> => {
  const { store, clock, chance, log } = dependencies;
  const { importId } = message;
  if ((await store.head(outcomesKey(importId, message.batch))) !== undefined) return done;
  const batch = await readBatch(message, dependencies);
  const now = clock.now();
  const givingUp = last || now >= Date.parse(batch.giveUpAt);
  const attempt = { importId, batch: batch.batch, owner: chance.token(), now, deadline, sends: !givingUp };
  const answer = await acquireLease(store, attempt, beginnings(batch));
  if (answer.kind === 'held') {
    const waitMs = Math.max(0, answer.until - now);
    log('batch_held', { importId, batch: batch.batch, waitMs });
    return { kind: 'again', afterMs: waitMs };
  }
  // Outcomes may have been written between the first look and the lease: then the last owner is finished.
  if ((await store.head(outcomesKey(importId, message.batch))) !== undefined) return done;
  const { lease } = answer;
  const { attempt: number } = lease.journal;
  log('attempt_started', { importId, batch: batch.batch, attempt: number, leaseAfter: lease.after });
  const notebook = new Notebook(lease.journal);
  try {
    await work(batch, lease, notebook, { deadline, givingUp }, dependencies);
    logTrouble(batch, notebook, dependencies);
    // Where the listing answers and only needs its time, a last look is worth waiting for: nothing is sent any more.
    const looksAgain = givingUp && notebook.lookedTooEarly;
    if (notebook.complete || (givingUp && !looksAgain)) return await settle(batch, notebook, dependencies);
  } catch (error) {
    // What is known of the other rows must not be lost with the call that threw: without it they would be uncertain.
    if (!givingUp) notebook.sentUntil = Math.max(notebook.sentUntil, clock.now());
    // If this fails too the lease runs out by itself; what is told is the first error.
    await releaseLease(store, lease, notebook).catch((failure: unknown) =>
      log('record_failed', { importId, batch: batch.batch, ...errorFields(failure) }),
    );
    throw error;
  }
  const wait = givingUp
    ? settlingMs(notebook, dependencies)
    : waitMs(batch, lease.journal.attempt, notebook, dependencies);
  return pause(batch, lease, notebook, wait, dependencies);
};
