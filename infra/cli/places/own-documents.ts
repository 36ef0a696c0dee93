import { createReadStream, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import pMap from 'p-map';
import { prefixes } from '../../../shared/bucket/keys.ts';
import { getText } from '../../../shared/bucket/object-store.ts';
import type { LocalImporter } from '../../laptop/local-importer.ts';

/** Documents uploaded at once. */
const uploadsAtOnce = 4;

const filesIn = async (directory: string): Promise<readonly string[]> => {
  if (!existsSync(directory)) return [];
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return (
    entries
      .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
      // Links are never followed: they may lead anywhere, or nowhere.
      .filter(({ entry }) => entry.isFile())
      .map(({ path }) => path)
  );
};

/**
 * Makes the documents of the bucket those of a directory, no more and no less: imports follow one another here, and none
 * takes a document of the one before.
 * @returns how many there are
 */
export const provideDocuments = async (importer: LocalImporter, directory: string): Promise<number> => {
  const keyOf = (path: string): string => `${prefixes.documents}${relative(directory, path).split(sep).join('/')}`;
  const paths = new Map((await filesIn(directory)).map((path) => [keyOf(path), path]));
  for await (const { key } of importer.store.list(prefixes.documents)) if (!paths.has(key)) await importer.remove(key);
  await pMap(paths, ([key, path]) => importer.upload(key, createReadStream(path)), { concurrency: uploadsAtOnce });
  return paths.size;
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
