import type { BatchMessage } from '../../shared/ledger/batch.ts';
import { type Manifest, releasedBatches } from '../../shared/ledger/manifest.ts';
import { batchesWithOutcomes } from '../../shared/ledger/outcomes.ts';
import type { ParserDependencies } from './dependencies.ts';

/**
 * Sends one message for every batch that has something to send and no outcomes yet. Running it twice only sends
 * messages twice, which the lease makes harmless: so it is what a redelivered upload does when the manifest is there.
 */
export const releaseBatches = async (manifest: Manifest, { store, send, log }: ParserDependencies): Promise<void> => {
  const { importId, run } = manifest;
  const finished = await batchesWithOutcomes(store, importId);
  const batches = releasedBatches(manifest).filter((batch) => !finished.has(batch));
  await send(
    batches.map((batch) => {
      const message: BatchMessage = { version: 1, importId, run, batch, last: false };
      return JSON.stringify(message);
    }),
    importId,
  );
  log('import_released', { importId, batches: batches.length });
};
