import * as z from 'zod/mini';
import { importIdSchema, journalKey } from '../bucket/keys.ts';
import { getText, type ObjectStore } from '../bucket/object-store.ts';
import { parseState, readState, stateVersion, stateVersionSchema } from '../bucket/stored-json.ts';
import type { EpochMs } from '../clock.ts';
import { type RowState, rowStateSchema, transition } from './row-state.ts';

/** `state/journals/<import>/<n>.json`: the lease of a batch, and how far its rows are. */
export const journalSchema = z.object({
  version: stateVersionSchema,
  importId: importIdSchema,
  batch: z.int().check(z.nonnegative()),
  /** Token of the attempt that wrote this. */
  owner: z.string(),
  /** Until then nobody else may send; 0 once released. Milliseconds since 1970. */
  leaseUntil: z.number(),
  /** When the lease was taken. */
  leasedAt: z.number(),
  /** Whether the holder may send every unsent row; otherwise it sends none that is not noted as in doubt before. */
  sends: z.boolean(),
  attempt: z.int().check(z.positive()),
  firstAttemptAt: z.number(),
  /** Code of the last trouble that stopped an attempt, for the report of rows that are given up. */
  lastTrouble: z.optional(z.string()),
  /** The latest attempts, where none of them got a row further. */
  fruitless: z.optional(z.int()),
  /** One for each row that the parser left open, in order. */
  states: z.array(rowStateSchema),
});

export type Journal = z.output<typeof journalSchema>;

/** `expiry`: its holder ended without a word and may have sent any row; `idle_expiry`: ended so, and sent what is in doubt at most. */
export type LeaseBefore = 'none' | 'release' | 'expiry' | 'idle_expiry';

/** A lease in hand: the only licence to send rows of the batch. */
export interface Lease {
  readonly owner: string;
  /** What became of the lease before this one. */
  readonly after: LeaseBefore;
  /** What is known from before this attempt. */
  readonly journal: Journal;
  /** ETag of the journal as this attempt wrote it. */
  readonly etag: string;
}

export type LeaseAnswer =
  | { readonly kind: 'acquired'; readonly lease: Lease }
  /** Another attempt is live, until then. */
  | { readonly kind: 'held'; readonly until: EpochMs };

/** The attempt that asks for a lease. */
export interface LeaseRequest {
  readonly importId: string;
  readonly batch: number;
  readonly owner: string;
  readonly now: EpochMs;
  /** When the invocation ends, whatever happens: its lease outlives that. */
  readonly deadline: EpochMs;
  /** Whether it may send every unsent row, without another note. */
  readonly sends: boolean;
  /** The journal as it was read; the lease is only taken if it is still that. */
  readonly stored: StoredJournal | undefined;
}

/** A lease outlives the invocation that holds it, since clocks differ; how long that may run, `infra/topology.ts` says. */
const leaseMarginMs = 60_000;

const leaseEndOf = ({ deadline }: LeaseRequest): EpochMs => deadline + leaseMarginMs;

const newJournal = ({ importId, batch, owner, now, sends }: LeaseRequest, states: readonly RowState[]): Journal => ({
  version: stateVersion,
  importId,
  batch,
  owner,
  leaseUntil: 0,
  leasedAt: now,
  sends,
  attempt: 0,
  firstAttemptAt: now,
  states: [...states],
});

const leaseBefore = (journal: Journal | undefined): LeaseBefore => {
  if (journal === undefined) return 'none';
  if (journal.leaseUntil === 0) return 'release';
  return journal.sends ? 'expiry' : 'idle_expiry';
};

/** An unsent row that may have been sent at any time of a lease. */
const mayBeSent = (state: RowState, { leasedAt: sentAt, leaseUntil: until }: Journal): RowState =>
  state.state === 'unsent'
    ? transition(state, {
        ...state,
        state: 'in_doubt',
        tries: state.tries + 1,
        sentAt: state.doubtedAt ?? sentAt,
        lastSentAt: sentAt,
        until,
      })
    : state;

/** A row that is under way may leave later than when its turn came, as long as the lease lasts. */
const mayStillLeave = (state: RowState, { leaseUntil }: Journal): RowState =>
  state.state === 'in_doubt' ? { ...state, until: Math.max(state.until, leaseUntil) } : state;

/**
 * What a journal means for the attempt that takes it over. One that its owner did not release ended without saying what
 * it had sent: then every row that it might have sent may be at the API, up to the end of its lease.
 */
export const inherited = (journal: Journal): Journal => {
  if (leaseBefore(journal) !== 'expiry') return journal;
  return { ...journal, states: journal.states.map((state) => mayBeSent(state, journal)) };
};

/** A journal as it is in the bucket. */
export interface StoredJournal {
  readonly value: Journal;
  /** Undefined where it is not there any more. */
  readonly etag: string | undefined;
}

/**
 * The journal of a batch of which nobody knows any more how far it was: every row may have been sent since it was staged,
 * and may be until whoever holds its lease must have ended.
 * @param states where the open rows of the batch stood before the first attempt
 */
export const lostJournal = (
  { importId, batch, owner, now, deadline, sends }: Omit<LeaseRequest, 'stored'>,
  stagedAt: EpochMs,
  states: readonly RowState[],
): Journal => {
  const request = { importId, batch, owner, now, deadline, sends, stored: undefined };
  const lease = { ...newJournal(request, states), leasedAt: stagedAt, leaseUntil: leaseEndOf(request) };
  return { ...lease, attempt: 1, leaseUntil: 0, states: states.map((state) => mayBeSent(state, lease)) };
};

/** The journal of a batch; undefined before its first attempt. */
export const readJournal = (
  store: ObjectStore,
  { importId, batch }: Pick<Journal, 'importId' | 'batch'>,
): Promise<(StoredJournal & { readonly etag: string }) | undefined> =>
  readState(store, journalKey(importId, batch), journalSchema);

/**
 * Takes the lease of a batch, or says until when somebody else has it. Where the request says so, writing the lease is at
 * once the note that the attempt may send every row that is still unsent: a crash after it can lose nothing.
 * @param states where the open rows of the batch stand before the first attempt
 */
export const acquireLease = async (
  store: ObjectStore,
  request: LeaseRequest,
  states: readonly RowState[],
): Promise<LeaseAnswer> => {
  const { stored } = request;
  if (stored !== undefined && stored.value.leaseUntil > request.now)
    return { kind: 'held', until: stored.value.leaseUntil };
  const { owner, sends, now: leasedAt } = request;
  const after = leaseBefore(stored?.value);
  const before = stored === undefined ? newJournal(request, states) : inherited(stored.value);
  const leaseUntil = leaseEndOf(request);
  const journal: Journal = { ...before, owner, sends, leasedAt, leaseUntil, attempt: before.attempt + 1 };
  const condition = stored?.etag === undefined ? { ifAbsent: true as const } : { ifMatch: stored.etag };
  const written = await store.put(journalKey(journal.importId, journal.batch), JSON.stringify(journal), condition);
  if (written.kind === 'written') return { kind: 'acquired', lease: { owner, after, journal, etag: written.etag } };
  // A repeated request meets its own write and is refused: the owner's token tells.
  const winner = await readJournal(store, request);
  if (winner?.value.owner === request.owner)
    return { kind: 'acquired', lease: { owner, after, journal, etag: winner.etag } };
  return { kind: 'held', until: winner?.value.leaseUntil ?? request.now };
};

/** What an attempt adds to the journal. */
export type Found = Pick<Journal, 'states' | 'lastTrouble' | 'fruitless'>;

/** Writes the journal of a lease in hand; undefined where somebody else has the lease by now. */
const rewrite = async (store: ObjectStore, lease: Lease, journal: Journal): Promise<Lease | undefined> => {
  const text = JSON.stringify(journal);
  const key = journalKey(journal.importId, journal.batch);
  let { etag } = lease;
  for (;;) {
    const written = await store.put(key, text, { ifMatch: etag });
    if (written.kind === 'written') return { ...lease, journal, etag: written.etag };
    const stored = await getText(store, key);
    if (stored?.text === text) return { ...lease, journal, etag: stored.etag };
    // An earlier note of ours took effect although its answer said that it failed.
    const isOurs = stored !== undefined && parseState(journalSchema, stored.text, key).owner === lease.owner;
    if (!isOurs || stored.etag === etag) return undefined;
    ({ etag } = stored);
  }
};

/**
 * Notes, before it happens, that one row may be sent, or every unsent one: what is not noted cannot be in doubt after a
 * crash. Costs one PUT.
 * @param only the row's place among the states; undefined for all rows
 * @returns undefined where somebody else has the lease by now
 */
export const noteSending = (
  store: ObjectStore,
  lease: Lease,
  { states, ...found }: Found,
  only: number | undefined,
): Promise<Lease | undefined> =>
  rewrite(store, lease, {
    ...lease.journal,
    ...found,
    states: states.map((state, place) =>
      place === only ? mayBeSent(state, lease.journal) : mayStillLeave(state, lease.journal),
    ),
    sends: only === undefined,
  });

/**
 * Saves what the attempt found out and gives the lease back. `lost` where somebody else has it by now; then nothing is
 * written, and what that attempt inherited is the cautious reading of ours.
 */
export const releaseLease = async (store: ObjectStore, lease: Lease, found: Found): Promise<'released' | 'lost'> => {
  const released = await rewrite(store, lease, { ...lease.journal, ...found, leaseUntil: 0 });
  return released === undefined ? 'lost' : 'released';
};
