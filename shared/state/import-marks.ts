import * as z from 'zod/mini';
import { importIdOf, uploadIdentity } from '../bucket/import-id.ts';
import { endedKey, importIdSchema, uploadKey } from '../bucket/keys.ts';
import type { ObjectStore } from '../bucket/object-store.ts';
import type { CreatedObject } from '../bucket/s3-event.ts';
import { readState, stateVersion, stateVersionSchema } from '../bucket/stored-json.ts';

const markSchema = z.object({ version: stateVersionSchema, importId: importIdSchema });

const mark = (importId: string): string => JSON.stringify({ version: stateVersion, importId });

/**
 * The import that an upload is. Whoever asks first names it: the bucket's notification and a sweep may know another
 * time of the same upload, and both must come to one import.
 */
export const nameImport = async (store: ObjectStore, upload: CreatedObject): Promise<string> => {
  const key = uploadKey(uploadIdentity(upload));
  const importId = importIdOf(upload);
  if ((await store.put(key, mark(importId), { ifAbsent: true })).kind === 'written') return importId;
  const named = await readState(store, key, markSchema);
  if (named === undefined) throw new Error('an upload was refused as named, and has no name');
  return named.value.importId;
};

/** Whether an upload has a name: then somebody has received it. */
export const isNamed = async (store: ObjectStore, upload: CreatedObject): Promise<boolean> =>
  (await store.head(uploadKey(uploadIdentity(upload)))) !== undefined;

/** Marks an import as ended, once its report is there: whatever of it is erased later does not come back. */
export const markEnded = async (store: ObjectStore, importId: string): Promise<void> =>
  void (await store.put(endedKey(importId), mark(importId), { ifAbsent: true }));

export const hasEnded = async (store: ObjectStore, importId: string): Promise<boolean> =>
  (await store.head(endedKey(importId))) !== undefined;
