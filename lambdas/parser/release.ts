import { batchMessages } from '../../shared/state/batch-message.ts';
import { readCancellation } from '../../shared/state/cancellation.ts';
import { type Manifest, releasedBatches } from '../../shared/state/manifest.ts';
import { batchesWithOutcomes } from '../../shared/state/outcomes.ts';
import type { ParserDependencies } from './dependencies.ts';

/**
 * Sends one message for every batch that has something to send and no outcomes yet. Running it twice only sends
 * messages twice, which the lease makes harmless: so it is what a redelivered upload does when the manifest is there.
 */
export const releaseBatches = async (
  manifest: Manifest,
  { store, send, clock, log }: ParserDependencies,
): Promise<void> => {
  const { importId } = manifest;
  // What nobody has begun then ends with the report.
  if ((await readCancellation(store, importId, clock)) !== undefined) return log('import_cancelled', { importId });
  const finished = await batchesWithOutcomes(store, importId);
  const batches = releasedBatches(manifest).filter((batch) => !finished.has(batch));
  await send(batchMessages(manifest, batches), importId);
  log('import_released', { importId, batches: batches.length });
};
