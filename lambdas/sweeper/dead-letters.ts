import type { Move } from '../../shared/bucket/bucket-and-queues.ts';
import { isNotification } from '../../shared/bucket/s3-event.ts';
import { parseJson } from '../../shared/parse-json.ts';
import { abandonedNotification, abandonedUpload } from '../../shared/state/abandoned-upload.ts';
import { batchMessageSchema } from '../../shared/state/batch-message.ts';
import type { SweeperDependencies } from './dependencies.ts';

/** A batch has its last attempt. */
const lastAttempt = (body: string): Move => {
  const parsed = batchMessageSchema.safeParse(parseJson(body));
  if (!parsed.success) return 'stays';
  return { body: JSON.stringify({ ...parsed.data, last: true }), group: parsed.data.importId };
};

/** An upload gets a report that says that it could not be read. */
const abandon = (body: string): Move => {
  if (abandonedNotification(body) !== undefined) return { body };
  return isNotification(body) ? { body: abandonedUpload(body) } : 'stays';
};

/** A notification of results is not needed: every import without its report is announced again. */
const forget = (body: string): Move => (isNotification(body) ? 'done' : 'stays');

/** Ends the dead letters of all queues, so that every import comes to its report. What cannot be read stays for a person. */
export const takeDeadLetters = async ({
  deadUploads,
  deadBatches,
  deadResults,
  log,
}: SweeperDependencies): Promise<void> => {
  const counts = {
    uploads: await deadUploads(abandon),
    batches: await deadBatches(lastAttempt),
    results: await deadResults(forget),
  };
  for (const [code, { taken, left }] of Object.entries(counts))
    if (taken + left > 0) log('dead_letters_taken', { code, taken, left });
};
