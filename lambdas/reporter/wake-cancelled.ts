import { batchMessages } from '../../shared/state/batch-message.ts';
import { readCancellation } from '../../shared/state/cancellation.ts';
import { hasEnded } from '../../shared/state/import-marks.ts';
import { readManifest } from '../../shared/state/manifest.ts';
import { batchesUnderWay } from '../../shared/state/outcomes.ts';
import type { ReporterDependencies } from './dependencies.ts';

/**
 * Brings the batches of a cancelled import that were begun to their end now: their own messages may be hidden for a
 * quarter of an hour. Once an instance: whoever asks again must not make more messages of them. Batches that nobody has
 * begun need no submitter.
 */
export const wakeCancelled = async (
  importId: string,
  { store, clock, log, sendBatches, woken }: ReporterDependencies,
): Promise<void> => {
  if (woken.has(importId)) return;
  if ((await readCancellation(store, importId, clock)) === undefined) return;
  const manifest = await readManifest(store, importId);
  if (manifest === undefined || (await hasEnded(store, importId))) return;
  log('import_cancelled', { importId });
  const underWay = await batchesUnderWay(store, importId);
  await sendBatches(batchMessages(manifest, underWay), importId);
  woken.add(importId);
};
