import type { ObjectStore } from '../aws/object-store.ts';
import { claimedLeadsKey, createdLeadsKey, possibleLeadsKey } from '../keys.ts';
import { decodeFingerprints, type LeadEntry } from './fingerprint-file.ts';
import { readManifest } from './manifest.ts';
import type { RegisterEntry } from './register.ts';

/** The leads of an import of the register, as far as it has come. */
export interface HeldLeads {
  /** Whether the import has ended: before that, what it will create is not known. */
  readonly ended: boolean;
  readonly records: AsyncIterable<LeadEntry>;
}

async function* nothing(): AsyncGenerator<never> {
  // An import that was refused holds no lead.
}

/**
 * What an import holds: once it has ended, the leads that it created or may have created; once it is staged, those that
 * it sends; before that, all leads of its file. Leads that a staged import left to an earlier one are not held by it: if
 * that one fails to create them, nobody holds them any more.
 */
export const heldLeads = async (store: ObjectStore, { importId, digest }: RegisterEntry): Promise<HeldLeads> => {
  const created = await store.get(createdLeadsKey(importId));
  if (created !== undefined) return { ended: true, records: decodeFingerprints(created.body) };
  const manifest = await readManifest(store, importId);
  if (manifest !== undefined && manifest.fileError !== null) return { ended: false, records: nothing() };
  const claims = manifest === undefined ? undefined : await store.get(claimedLeadsKey(importId, manifest.run));
  const file = claims ?? (await store.get(possibleLeadsKey(importId, digest)));
  return { ended: false, records: file === undefined ? nothing() : decodeFingerprints(file.body) };
};
