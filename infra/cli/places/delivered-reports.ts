import { prefixes } from '../../../shared/bucket/keys.ts';
import type { LocalImporter } from '../../laptop/local-importer.ts';

/** Where it is noted that a report left the bucket. */
const deliveredKey = (importId: string): string => `${prefixes.state}delivered/${importId}`;

/** Uploads whose report was not fetched yet, by their keys. */
export const undeliveredUploads = async ({ store, importIdOf }: LocalImporter): Promise<readonly string[]> => {
  const undelivered: string[] = [];
  for (const prefix of [prefixes.incoming, prefixes.validate]) {
    for await (const { key } of store.list(prefix)) {
      if ((await store.head(deliveredKey(importIdOf(key)))) === undefined) undelivered.push(key);
    }
  }
  return undelivered;
};

/** Notes that the report of an import was fetched. */
export const noteDelivered = async ({ store }: LocalImporter, importId: string): Promise<void> =>
  void (await store.put(deliveredKey(importId), ''));
