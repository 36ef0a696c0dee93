import { getText, type ObjectStore } from '../../shared/aws/object-store.ts';
import { prefixes } from '../../shared/keys.ts';
import { journalSchema } from '../../shared/ledger/lease.ts';
import { parseState } from '../../shared/ledger/stored-json.ts';

/**
 * Lets the leases run out now whose holders cannot be alive, since this process alone imports in the state directory. A
 * lease is not released but expired: what its holder had sent is as unknown as after any crash.
 */
export const expireLeases = async (store: ObjectStore, now: number): Promise<void> => {
  for await (const { key } of store.list(prefixes.journals)) {
    const stored = await getText(store, key);
    if (stored === undefined) continue;
    const journal = parseState(journalSchema, stored.text, key);
    if (journal.leaseUntil > now)
      await store.put(key, JSON.stringify({ ...journal, leaseUntil: now }), { ifMatch: stored.etag });
  }
};
