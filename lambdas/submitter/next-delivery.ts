import { type BackoffPolicy, backoffMs } from '../../shared/backoff.ts';
import type { EpochMs } from '../../shared/clock.ts';
import type { Trouble } from '../../shared/leads-api/answers.ts';
import type { Batch } from '../../shared/state/batch.ts';
import type { StateOf } from '../../shared/state/row-state.ts';

/** A state in which a row is looked for in the list of leads. */
export type SoughtState = StateOf<'in_doubt'> | StateOf<'verifying'>;

/** After this nothing of a batch is sent any more: it counts from the first receipt, and ends with the queue's memory. */
export const giveUpAt = (
  { giveUpAfterMs, latestEndAt }: Pick<Batch, 'giveUpAfterMs' | 'latestEndAt'>,
  begunAt: EpochMs,
): EpochMs => Math.min(begunAt + giveUpAfterMs, Date.parse(latestEndAt));

/** When a listing can say something about a row that it does not show. */
export const dueAt = (state: SoughtState, settleMs: number): EpochMs => {
  if (state.state === 'verifying') return (state.createdBy ?? state.createdAt) + settleMs;
  // A look before it can decide would only use up receives.
  return state.absentFrom ?? Math.max(state.until, state.open?.lookedAt ?? 0) + settleMs;
};

/**
 * How long until rows are looked for again. Batches that wait for the listing come back together, so that one listing
 * serves them all; what was looked for already is looked for again after one more settle time.
 */
export const untilNextLookMs = (sought: readonly SoughtState[], now: EpochMs, settleMs: number): number => {
  const due = sought.map((state) => dueAt(state, settleMs)).filter((at) => at > now);
  const isPast = due.length < sought.length;
  if (due.length === 0) return settleMs;
  const next = isPast ? now + 1 : Math.min(...due);
  return Math.ceil(next / settleMs) * settleMs - now;
};

/** Receives after which a message is not received sooner than a 900th of the give-up time: they last that long. */
const freeReceives = 10;
const receivesPerGiveUpTime = 900;

/** What the waits of a message depend on: how often it was received, and until when its batch may be sent. */
interface Patience {
  readonly receives: number;
  readonly giveUpAfterMs: number;
  readonly giveUpAt: EpochMs;
  readonly now: EpochMs;
}

const leastWaitMs = ({ receives, giveUpAfterMs }: Patience): number =>
  receives > freeReceives ? giveUpAfterMs / receivesPerGiveUpTime : 0;

/** Nobody waits beyond the give-up time: then the batch ends. */
const untilGiveUp = (waitMs: number, { giveUpAt: at, now }: Patience): number =>
  Math.min(waitMs, Math.max(0, at - now));

/** Batches come back within so much time of one another, milliseconds. */
const mostSpreadMs = 10_000;

/** How long a batch waits that came while nothing may be sent; they come back one after the other, by chance. */
export const afterPauseMs = (patience: Patience, pausedForMs: number, fraction: number): number => {
  const waitMs = Math.max(pausedForMs, leastWaitMs(patience));
  return untilGiveUp(Math.round(waitMs + Math.min(waitMs / 2, mostSpreadMs) * fraction), patience);
};

/** What an attempt left behind. */
export interface Left extends Patience {
  /** Whether some row is still to be sent, or lacks documents. */
  readonly sends: boolean;
  readonly sought: readonly SoughtState[];
  readonly trouble: Trouble | undefined;
  /** Whether the listing answered. */
  readonly listed: boolean;
  /** Attempts in a row, this one included, in which no row got further. */
  readonly fruitless: number;
  /** How long the API may not be asked. */
  readonly pausedForMs: number;
  readonly settleMs: number;
  readonly backoff: BackoffPolicy;
  /** Chance, in [0, 1). */
  readonly fraction: number;
}

/** A batch whose rows get further is no reason to wait longer, and an API that only lets fewer requests through is none at all. */
const afterTroubleMs = ({ code, retryAfterMs = 0 }: Trouble, { fruitless, fraction, backoff }: Left): number =>
  code === 'throttled' ? retryAfterMs : Math.max(backoffMs(Math.max(1, fruitless), fraction, backoff), retryAfterMs);

/**
 * How long until the next attempt makes sense: what is left of the API's pause, the back-off of rows that met trouble, or
 * the listing's settle time, whichever is over first.
 */
export const afterAttemptMs = (left: Left): number => {
  const { sends, sought, trouble, listed, pausedForMs, settleMs, now } = left;
  const troubleMs = trouble === undefined ? 0 : afterTroubleMs(trouble, left);
  const untilSendingMs = sends ? Math.max(pausedForMs, troubleMs) : Number.POSITIVE_INFINITY;
  // A listing that was in trouble is not asked again at once either.
  const untilLookMs =
    sought.length === 0
      ? Number.POSITIVE_INFINITY
      : Math.max(untilNextLookMs(sought, now, settleMs), listed ? 0 : troubleMs);
  return untilGiveUp(Math.max(Math.min(untilSendingMs, untilLookMs), leastWaitMs(left)), left);
};

/** When a row can last have been created, or was first looked for in a listing that answered. */
const soughtSince = (state: SoughtState): EpochMs =>
  state.state === 'in_doubt' ? Math.max(state.until, state.open?.since ?? 0) : (state.createdBy ?? state.createdAt);

/** Settle times from then on in which a row is looked for once its import is cancelled. */
const looksAfterCancellation = 5;

/**
 * Whether a batch of which nothing is sent any more waits for a last look. Where the listing only needs its time it is
 * worth it; whoever cancels waits for the report, but not for a listing that never decides.
 */
export const looksAgain = (
  stop: 'cancelled' | 'gave_up',
  { sought, listed, now, settleMs }: Pick<Left, 'sought' | 'listed' | 'now' | 'settleMs'>,
): boolean =>
  stop === 'cancelled'
    ? sought.some((state) => now < soughtSince(state) + looksAfterCancellation * settleMs)
    : listed && sought.length > 0;
