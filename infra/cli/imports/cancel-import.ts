import { cancelKey } from '../../../shared/bucket/keys.ts';
import { findImport, statusOf } from '../places/known-imports.ts';
import { at } from '../places/open-place.ts';
import type { PlaceOptions } from '../places/place.ts';
import type { Output } from '../terminal/output.ts';

/** Cancels an import; one that has ended, or was cancelled, stays as it is. */
export const cancelImport = (importId: string, options: PlaceOptions, { write, say }: Output): Promise<number> =>
  at(options, async ({ store, ...place }) => {
    const known = await findImport({ store, ...place }, importId);
    const { state, summary } = await statusOf(store, known);
    const hasEnded = summary !== undefined;
    if (!hasEnded) await store.put(cancelKey(importId), '');
    if (options.json === true) await write(`${JSON.stringify({ importId, cancelled: !hasEnded, state })}\n`);
    const status = `npm start -- status ${importId} ${place.option}`;
    if (hasEnded) say(`The import ${importId} had ended (${state}): nothing was left to cancel. ${status}`);
    else
      say(
        `The import ${importId} is cancelled: nothing more is sent after a minute. What is under way is settled, the rest is in retry.csv, and the report follows: ${status} --watch`,
      );
    const idle = hasEnded ? undefined : place.idle?.();
    if (idle !== undefined) say(idle);
    return 0;
  });
