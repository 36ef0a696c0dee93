import { prefixes } from '../../shared/bucket/keys.ts';
import { getText, type ObjectStore } from '../../shared/bucket/object-store.ts';
import { type Mapping, noMapping, readMapping } from '../../shared/header/mapping.ts';
import { type FileFault, fileFault } from '../../shared/words/file-fault.ts';

/** `incoming/acme/2026/x.csv`: `acme/2026`, then `acme`. */
const foldersOf = (sourceKey: string): string[] => {
  const parts = sourceKey.split('/').slice(1, -1);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
};

const load = async (store: ObjectStore, name: string): Promise<Mapping | FileFault | undefined> => {
  const key = `${prefixes.mappings}${name}.json`;
  const stored = await getText(store, key);
  if (stored === undefined) return undefined;
  const read = readMapping(stored.text);
  if ('mapping' in read) return read.mapping;
  return fileFault('invalid_mapping', `The mapping file ${key} cannot be used: ${read.fault}.`);
};

/** The mapping of an import: the one that its options name, otherwise that of its nearest sub-folder that has one. */
export const mappingOf = async (
  store: ObjectStore,
  sourceKey: string,
  named: string | undefined,
): Promise<{ readonly kind: 'mapping'; readonly mapping: Mapping } | FileFault> => {
  for (const name of named === undefined ? foldersOf(sourceKey) : [named]) {
    const loaded = await load(store, name);
    if (loaded === undefined) continue;
    return 'kind' in loaded ? loaded : { kind: 'mapping', mapping: loaded };
  }
  if (named === undefined) return { kind: 'mapping', mapping: noMapping };
  const message = `The mapping file ${prefixes.mappings}${named}.json does not exist.`;
  return fileFault('mapping_not_found', message);
};
