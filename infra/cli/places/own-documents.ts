import { resolve } from 'node:path';
import { prefixes } from '../../../shared/bucket/keys.ts';
import { getText } from '../../../shared/bucket/object-store.ts';
import type { LocalImporter } from '../../laptop/local-importer.ts';

/**
 * Makes the documents of the bucket those of a directory, where they stay: imports follow one another here, and none takes
 * a document of the one before.
 * @returns whether there is any
 */
export const provideDocuments = async (importer: LocalImporter, directory: string): Promise<boolean> => {
  importer.mountDocuments(directory);
  const { done } = await importer.store.list(prefixes.documents)[Symbol.asyncIterator]().next();
  return done !== true;
};

/** Where it is kept whose documents an upload takes: an interrupted import is finished with its own. */
const directoryKey = (key: string): string => `${prefixes.state}documents-of/${key}`;

export const noteDocuments = async ({ store }: LocalImporter, key: string, directory: string): Promise<void> =>
  void (await store.put(directoryKey(key), resolve(directory)));

/** The directory whose documents an upload takes; undefined where that is not known. */
export const notedDocuments = async (
  { store }: Pick<LocalImporter, 'store'>,
  key: string,
): Promise<string | undefined> => (await getText(store, directoryKey(key)))?.text;
