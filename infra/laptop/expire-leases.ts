import { prefixes } from '../../shared/bucket/keys.ts';
import { getText, type ObjectStore } from '../../shared/bucket/object-store.ts';
import { parseState } from '../../shared/bucket/stored-json.ts';
import { inherited, journalSchema } from '../../shared/state/lease.ts';

/**
 * Lets the leases run out now whose holders cannot be alive, where one process alone imports, as on a laptop. A
 * lease is not released but expired: what its holder had sent is as unknown as after any crash, and may still take effect.
 * @param lateCommitMs how long after its sending a request may do so
 */
export const expireLeases = async (store: ObjectStore, now: number, lateCommitMs: number): Promise<void> => {
  for await (const { key } of store.list(prefixes.journals)) {
    const stored = await getText(store, key);
    if (stored === undefined) continue;
    const journal = parseState(journalSchema, stored.text, key);
    if (journal.leaseUntil <= now) continue;
    const until = now + lateCommitMs;
    const expired = inherited({ ...journal, leaseUntil: until });
    const states = expired.states.map((state) =>
      state.state === 'in_doubt' ? { ...state, until: Math.min(state.until, until) } : state,
    );
    await store.put(key, JSON.stringify({ ...expired, states, leaseUntil: 0 }), { ifMatch: stored.etag });
  }
};
