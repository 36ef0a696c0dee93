import type { Move } from '../../shared/bucket/bucket-and-queues.ts';
import { prefixes } from '../../shared/bucket/keys.ts';
import { createdObjects, isNotification } from '../../shared/bucket/s3-event.ts';
import type { EpochMs } from '../../shared/clock.ts';
import { limits } from '../../shared/limits.ts';
import { parseJson } from '../../shared/parse-json.ts';
import { abandonedNotification, abandonedUpload } from '../../shared/state/abandoned-upload.ts';
import { workMessageSchema } from '../../shared/state/proof.ts';
import type { SweeperDependencies } from './dependencies.ts';

/** A batch, or the proof of an import, has its last attempt. */
const lastAttempt = (body: string): Move => {
  const parsed = workMessageSchema.safeParse(parseJson(body));
  if (!parsed.success) return 'stays';
  return { body: JSON.stringify({ ...parsed.data, last: true }), group: parsed.data.importId };
};

/** An upload gets a report that says that it could not be read. */
const abandon = (body: string): Move => {
  if (abandonedNotification(body) !== undefined) return { body };
  return isNotification(body) ? { body: abandonedUpload(body) } : 'stays';
};

/**
 * A notification of results is not needed, since every import without its report is announced again; but for that of a
 * proof, of which nobody else knows whether it was told. It is tried for as long as an import may run.
 */
const forgetResults =
  (now: EpochMs) =>
  (body: string): Move => {
    if (!isNotification(body)) return 'stays';
    const isOfProof = createdObjects(body).some(
      ({ key, eventTime }) => key.startsWith(prefixes.proofs) && Date.parse(eventTime) > now - limits.longestImportMs,
    );
    return isOfProof ? { body } : 'done';
  };

/** Ends the dead letters of all queues, so that every import comes to its report. What cannot be read stays for a person. */
export const takeDeadLetters = async ({
  deadUploads,
  deadBatches,
  deadResults,
  clock,
  log,
}: SweeperDependencies): Promise<void> => {
  const counts = {
    uploads: await deadUploads(abandon),
    batches: await deadBatches(lastAttempt),
    results: await deadResults(forgetResults(clock.now())),
  };
  for (const [code, { taken, left }] of Object.entries(counts))
    if (taken + left > 0) log('dead_letters_taken', { code, taken, left });
};
