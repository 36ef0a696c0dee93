import { importTime } from '../../shared/bucket/import-id.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { DamagedState } from '../../shared/bucket/stored-json.ts';
import { limits } from '../../shared/limits.ts';
import { markCancelled } from '../../shared/state/cancellation.ts';
import { type Manifest, readManifest } from '../../shared/state/manifest.ts';
import type { KnownImports } from './announce.ts';
import type { SweeperDependencies } from './dependencies.ts';

/** So long after its give-up time an import without a report is somebody's business: a long file may wait for its turn. */
const patienceMs = 86_400_000;

/** So long after it was staged none of its messages is left, nor could any of it be sent. */
const neverEndsMs = limits.maxWaitMs + patienceMs;

/** The manifest of an import; undefined where it is damaged, or gone. */
const manifestOf = async (store: ObjectStore, importId: string): Promise<Manifest | undefined> => {
  try {
    return await readManifest(store, importId);
  } catch (error) {
    if (!(error instanceof DamagedState)) throw error;
    return undefined;
  }
};

/**
 * Tells of imports that have no report although their time is long over. One that can never end by itself, since its
 * messages are gone, is cancelled: a late delivery sends nothing then, and rows in doubt end unconfirmed.
 */
export const endOverdue = async (
  { staged, ended }: KnownImports,
  { store, clock, log }: SweeperDependencies,
): Promise<void> => {
  const now = clock.now();
  const isOld = (importId: string): boolean => Date.parse(importTime(importId)) < now - patienceMs;
  for (const importId of [...staged].filter((each) => !ended.has(each) && isOld(each))) {
    const manifest = await manifestOf(store, importId);
    if (manifest !== undefined && Date.parse(manifest.giveUpAt) > now - patienceMs) continue;
    log('import_overdue', { importId });
    if (manifest === undefined || Date.parse(manifest.stagedAt) > now - neverEndsMs) continue;
    await markCancelled(store, importId, now);
    log('import_ended', { importId });
  }
};
