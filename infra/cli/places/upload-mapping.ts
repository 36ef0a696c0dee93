import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ownMappings, plainMappingName, prefixes, triedMappings } from '../../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import type { ImportPlan } from './import-plan.ts';

const mappingEnding = /\.(?:json|xlsx)$/i;

/** What a mapping file is called in the bucket: another content is another name, so that no import takes another's. */
export const mappingName = (path: string, content: Uint8Array, isTried: boolean): string => {
  // It may be one that came back with a report.
  const name = plainMappingName(
    basename(path)
      .replace(mappingEnding, '')
      .replaceAll(/[^A-Za-z0-9_.-]/g, '-'),
  );
  return `${isTried ? triedMappings : ownMappings}${name.slice(0, 80)}-${hash('sha256', content).slice(0, 8)}`;
};

/** Uploads the mapping file of an import; answers the option that names it. */
export const uploadMapping = async (
  store: ObjectStore,
  { mapping, metadata }: Pick<ImportPlan, 'mapping' | 'metadata'>,
): Promise<{ readonly mapping?: string }> => {
  if (mapping === undefined) return {};
  const content = await readFile(mapping);
  const name = mappingName(mapping, content, metadata['dry-run'] === 'true');
  const ending = /\.xlsx$/i.test(mapping) ? '.xlsx' : '.json';
  await store.put(`${prefixes.mappings}${name}${ending}`, content);
  return { mapping: name };
};
