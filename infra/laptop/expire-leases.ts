import { prefixes } from '../../shared/bucket/keys.ts';
import { getText, type ObjectStore } from '../../shared/bucket/object-store.ts';
import { parseState } from '../../shared/bucket/stored-json.ts';
import type { EpochMs } from '../../shared/clock.ts';
import { limits } from '../../shared/limits.ts';
import { inherited, type Journal, journalSchema } from '../../shared/state/lease.ts';
import type { RowState } from '../../shared/state/row-state.ts';

/** The present, and what a process that ended before it may still bring about. */
interface Present {
  readonly now: EpochMs;
  /** The last moment at which a request of it may take effect. */
  readonly until: EpochMs;
}

/** What a clock that was ahead has written of a row: nothing of it happened later than now, and nothing waits for tomorrow. */
const withoutFuture = (state: RowState, { now, until }: Present): RowState => {
  // What was sent at a time that has not come was sent at some time of its import.
  const past = (at: EpochMs): EpochMs => (at > until ? now - limits.longestImportMs : at);
  switch (state.state) {
    case 'unsent':
      return state.doubtedAt === undefined ? state : { ...state, doubtedAt: past(state.doubtedAt) };
    case 'in_doubt': {
      const { absentFrom, open, unread, ...known } = state;
      return {
        ...known,
        sentAt: past(state.sentAt),
        ...(state.doubtedAt !== undefined && { doubtedAt: past(state.doubtedAt) }),
        ...(state.lastSentAt !== undefined && { lastSentAt: past(state.lastSentAt) }),
        until: Math.min(state.until, until),
        ...(absentFrom !== undefined && absentFrom <= until && { absentFrom }),
        ...(open !== undefined && open.lookedAt <= until && { open }),
        ...(unread !== undefined && unread.lookedAt <= until && { unread }),
      };
    }
    case 'attaching':
    case 'verifying':
      return {
        ...state,
        ...(state.doubtedAt !== undefined && { doubtedAt: past(state.doubtedAt) }),
        ...(state.createdAt !== undefined && { createdAt: Math.min(state.createdAt, now) }),
        ...(state.createdBy !== undefined && { createdBy: Math.min(state.createdBy, until) }),
      } as RowState;
    case 'ended':
      return state;
  }
};

/** What a journal means for a process that begins: whoever held its lease cannot be alive. */
const takenOver = (journal: Journal, present: Present): Journal => {
  const { now, until } = present;
  const expired = journal.leaseUntil === 0 ? journal : inherited({ ...journal, leaseUntil: until });
  return {
    ...expired,
    leaseUntil: 0,
    leasedAt: Math.min(expired.leasedAt, now),
    firstAttemptAt: Math.min(expired.firstAttemptAt, now),
    states: expired.states.map((state) => withoutFuture(state, present)),
  };
};

/**
 * Lets the leases run out now whose holders cannot be alive, where one process alone imports, as on a laptop. A
 * lease is not released but expired: what its holder had sent is as unknown as after any crash, and may still take effect.
 * Times that have not come were written by a clock that was wrong.
 * @param lateCommitMs how long after its sending a request may do so
 */
export const expireLeases = async (store: ObjectStore, now: EpochMs, lateCommitMs: number): Promise<void> => {
  for await (const { key } of store.list(prefixes.journals)) {
    const stored = await getText(store, key);
    if (stored === undefined) continue;
    const journal = parseState(journalSchema, stored.text, key);
    const text = JSON.stringify(takenOver(journal, { now, until: now + lateCommitMs }));
    if (text !== stored.text) await store.put(key, text, { ifMatch: stored.etag });
  }
};
