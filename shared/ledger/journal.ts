import { z } from 'zod';
import type { ObjectStore, WriteCondition } from '../aws/object-store.ts';
import type { EpochMs } from '../clock.ts';
import { importIdSchema, journalKey } from '../keys.ts';
import { limits } from '../limits.ts';
import { outcomeSchema } from './outcome.ts';
import { formatVersion, readState } from './stored-json.ts';

/** How far a row is. */
const progressSchema = z.discriminatedUnion('state', [
  /** Not at the API, for certain. */
  z.object({ state: z.literal('unsent'), tries: z.int() }),
  /** Its lead may be at the API: to be reconciled before anything else is done with it. */
  z.object({ state: z.literal('maybe'), tries: z.int() }),
  /** Its lead is there; documents without an outcome are still to be attached. */
  z.object({
    state: z.literal('attaching'),
    leadId: z.string(),
    documents: outcomeSchema.shape.documents,
    problems: outcomeSchema.shape.problems,
    tries: z.int(),
  }),
  z.object({ state: z.literal('settled'), outcome: outcomeSchema }),
]);

export const journalSchema = z.object({
  version: z.literal(formatVersion),
  importId: importIdSchema,
  batch: z.int().nonnegative(),
  /** Token of the attempt that wrote this. */
  owner: z.string(),
  /** Until then nobody else may send; 0 once released. Milliseconds since 1970. */
  leaseUntil: z.number(),
  /** Whether the holder may send: one that gives the batch up only looks. */
  sends: z.boolean().default(true),
  attempt: z.int().positive(),
  firstAttemptAt: z.number(),
  /** The last moment at which something of the batch may have been sent; a listing before that settles nothing. */
  sentUntil: z.number(),
  /** Code of the last trouble that stopped an attempt, for the report of rows that are given up. */
  lastTrouble: z.string().optional(),
  /** One entry a row; null where the parser settled the row. */
  rows: z.array(progressSchema.nullable()),
});

export type Progress = z.output<typeof progressSchema>;
export type Journal = z.output<typeof journalSchema>;

/** `expiry`: its holder ended without a word and may have sent; `idle_expiry`: ended so, and only looked. */
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

/** The attempt that asks. */
export interface Attempt {
  readonly importId: string;
  readonly batch: number;
  readonly owner: string;
  readonly now: EpochMs;
  /** When the invocation ends, whatever happens: its lease outlives that. */
  readonly deadline: EpochMs;
  /** Whether it may send, not only look. */
  readonly sends: boolean;
}

const newJournal = (attempt: Attempt, rows: readonly (Progress | null)[]): Journal => ({
  version: formatVersion,
  importId: attempt.importId,
  batch: attempt.batch,
  owner: attempt.owner,
  leaseUntil: attempt.deadline + limits.leaseMarginMs,
  sends: attempt.sends,
  attempt: 1,
  firstAttemptAt: attempt.now,
  sentUntil: 0,
  rows: [...rows],
});

const leaseBefore = (journal: Journal | undefined): LeaseBefore => {
  if (journal === undefined) return 'none';
  if (journal.leaseUntil === 0) return 'release';
  return journal.sends ? 'expiry' : 'idle_expiry';
};

/**
 * What a journal means for the attempt that takes it over. One that its owner did not release ended without saying what
 * it had sent: then every row that it might have sent may be at the API, up to the end of its lease.
 */
const inherited = (journal: Journal): Journal => {
  if (leaseBefore(journal) !== 'expiry') return journal;
  const rows = journal.rows.map((row): Progress | null =>
    row?.state === 'unsent' ? { state: 'maybe', tries: row.tries + 1 } : row,
  );
  return { ...journal, rows, sentUntil: Math.max(journal.sentUntil, journal.leaseUntil) };
};

const readJournal = (store: ObjectStore, attempt: Attempt) =>
  readState(store, journalKey(attempt.importId, attempt.batch), journalSchema);

const write = (store: ObjectStore, journal: Journal, condition: WriteCondition) =>
  store.put(journalKey(journal.importId, journal.batch), JSON.stringify(journal), condition);

/**
 * Takes the lease of a batch, or says until when somebody else has it. Writing the lease is at once the note that the
 * attempt may send every row that is still unsent: a crash after it can lose nothing.
 * @param rows the rows' beginnings, for the first attempt
 */
export const acquireLease = async (
  store: ObjectStore,
  attempt: Attempt,
  rows: readonly (Progress | null)[],
): Promise<LeaseAnswer> => {
  const stored = await readJournal(store, attempt);
  if (stored !== undefined && stored.value.leaseUntil > attempt.now)
    return { kind: 'held', until: stored.value.leaseUntil };
  const before = stored === undefined ? newJournal(attempt, rows) : inherited(stored.value);
  const after = leaseBefore(stored?.value);
  const mine: Journal = {
    ...before,
    owner: attempt.owner,
    leaseUntil: attempt.deadline + limits.leaseMarginMs,
    sends: attempt.sends,
    attempt: stored === undefined ? 1 : before.attempt + 1,
  };
  const written = await write(store, mine, stored === undefined ? { ifAbsent: true } : { ifMatch: stored.etag });
  if (written.kind === 'written')
    return { kind: 'acquired', lease: { owner: attempt.owner, after, journal: mine, etag: written.etag } };
  // A repeated request meets its own write and is refused: the owner's token tells.
  const winner = await readJournal(store, attempt);
  if (winner?.value.owner === attempt.owner)
    return { kind: 'acquired', lease: { owner: attempt.owner, after, journal: mine, etag: winner.etag } };
  return { kind: 'held', until: winner?.value.leaseUntil ?? attempt.now };
};

/** The rows of a lease that is about to be given back. */
export interface Notes {
  readonly rows: readonly (Progress | null)[];
  readonly sentUntil: EpochMs;
  readonly lastTrouble?: string | undefined;
}

/**
 * Saves what the attempt found out and gives the lease back. `lost` where somebody else has it by now; then nothing is
 * written, and what that attempt inherited is the cautious reading of ours.
 */
export const releaseLease = async (store: ObjectStore, lease: Lease, notes: Notes): Promise<'released' | 'lost'> => {
  const { rows, sentUntil, lastTrouble } = notes;
  const journal: Journal = { ...lease.journal, rows: [...rows], sentUntil, lastTrouble, leaseUntil: 0 };
  const written = await write(store, journal, { ifMatch: lease.etag });
  if (written.kind === 'written') return 'released';
  const winner = await readState(store, journalKey(journal.importId, journal.batch), journalSchema);
  return winner?.value.owner === lease.owner && winner.value.leaseUntil === 0 ? 'released' : 'lost';
};
