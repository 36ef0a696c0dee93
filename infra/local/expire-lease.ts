import { prefixes } from '../../shared/keys.ts';
import { journalSchema } from '../../shared/ledger/lease.ts';
import { parseState } from '../../shared/ledger/stored-json.ts';
import type { ArchivedObject } from './object-archive.ts';

/**
 * Lets a lease run out now whose holder cannot be alive, since this process alone has the state directory. The lease is
 * not released but expired: what its holder had sent is as unknown as after any crash.
 */
export const expireLease = (object: ArchivedObject, now: number): ArchivedObject => {
  if (!object.key.startsWith(prefixes.journals)) return object;
  const journal = parseState(journalSchema, Buffer.from(object.body).toString('utf8'), object.key);
  if (journal.leaseUntil <= now) return object;
  return { ...object, body: Buffer.from(JSON.stringify({ ...journal, leaseUntil: now }), 'utf8') };
};
