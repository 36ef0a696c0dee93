import { claimedLeadsKey, createdLeadsKey, mergedLeadsKey, possibleLeadsKey } from '../bucket/keys.ts';
import { abandonBody, type ObjectStore } from '../bucket/object-store.ts';
import { DamagedState, inObject } from '../bucket/stored-json.ts';
import type { EpochMs } from '../clock.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { readManifest } from '../state/manifest.ts';
import { type LeadEntry, visitFingerprints } from './fingerprint-file.ts';
import { sectionsOf } from './merged-leads.ts';
import type { MergedFile, Register, RegisterEntry } from './register.ts';

/** An import that holds leads. */
export interface Holder {
  readonly importId: string;
  /** The CSV's key. */
  readonly source: string;
  /** Whether it had ended when it was asked: before that, what it will create is not known. */
  readonly ended: boolean;
}

/** Which imports are asked. */
export interface HeldSince {
  /** Registered at or after this. */
  readonly registered: EpochMs;
  /** For those that have ended: registered at or after this. */
  readonly ended: EpochMs;
}

type Visit = (entry: LeadEntry, holder: Holder) => void;

/** Objects that are read at once. */
const concurrentReads = 8;

/**
 * What an import holds: once it has ended, the leads that it created or may have created; once it is staged, those that
 * it sends; before that, all leads of its file. Leads that a staged import left to an earlier one are not held by it: if
 * that one fails to create them, nobody holds them any more. An import that was refused holds no lead.
 */
const visitImport = async (
  store: ObjectStore,
  { importId, source, digest, registeredAt }: RegisterEntry,
  since: HeldSince,
  visit: Visit,
): Promise<void> => {
  const created = await store.get(createdLeadsKey(importId));
  const holder: Holder = { importId, source, ended: created !== undefined };
  const show = (entry: LeadEntry): void => visit(entry, holder);
  if (created !== undefined) {
    if (Date.parse(registeredAt) < since.ended) return abandonBody(created.body);
    return inObject(createdLeadsKey(importId), () => visitFingerprints(created.body, show));
  }
  const manifest = await readManifest(store, importId);
  if (manifest !== undefined && manifest.faults.length > 0) return;
  const claims = manifest === undefined ? undefined : await store.get(claimedLeadsKey(importId, manifest.run));
  const possible = possibleLeadsKey(importId, digest);
  const file = claims ?? (await store.get(possible));
  if (file !== undefined) await inObject(possible, () => visitFingerprints(file.body, show));
};

const visitMerged = async (store: ObjectStore, { name }: MergedFile, since: HeldSince, visit: Visit): Promise<void> => {
  const key = mergedLeadsKey(name);
  const file = await store.get(key);
  if (file === undefined) throw new DamagedState(`${key} is missing, and the register names it`);
  await inObject(key, async () => {
    for await (const { head, fingerprints } of sectionsOf(file.body)) {
      if (Date.parse(head.registeredAt) < since.ended) continue;
      const holder: Holder = { importId: head.importId, source: head.source, ended: true };
      await visitFingerprints(fingerprints, (entry) => visit(entry, holder));
    }
  });
};

/** Shows every lead that the imports of a register hold, some hundred objects at most, in no order. */
export const visitHeldLeads = async (
  store: ObjectStore,
  { entries, merged }: Register,
  since: HeldSince,
  visit: Visit,
): Promise<void> => {
  const isAsked = (at: string, oldest: EpochMs): boolean => Date.parse(at) >= oldest;
  const reads = [
    ...merged
      .filter(({ latestAt }) => isAsked(latestAt, since.ended))
      .map((file) => () => visitMerged(store, file, since, visit)),
    ...entries
      .filter(({ registeredAt }) => isAsked(registeredAt, since.registered))
      .map((entry) => () => visitImport(store, entry, since, visit)),
  ];
  await mapConcurrently(reads, concurrentReads, (read) => read());
};
