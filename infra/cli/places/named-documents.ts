import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prefixes } from '../../../shared/bucket/keys.ts';
import { headerRules } from '../../../shared/header/find-header.ts';
import { matchHeader } from '../../../shared/header/header.ts';
import { type Mapping, noMapping } from '../../../shared/header/mapping.ts';
import { readMappingFile } from '../../../shared/header/mapping-file.ts';
import { documentsColumn } from '../../../shared/lead/attached-documents.ts';
import { documentNames } from '../../../shared/lead/cells/list.ts';
import { DocumentNames } from '../../../shared/state/documents.ts';
import { DocumentFolder } from '../../laptop/document-folder.ts';
import { readTable } from './input-file.ts';

/** Documents that a file names, and which of them are in a directory. */
export interface NamedDocuments {
  readonly found: readonly { readonly name: string; readonly path: string }[];
  readonly missing: number;
}

/** The mapping of an import; none where it cannot be used: the import says why. */
const mappingAt = async (path: string | undefined): Promise<Mapping> => {
  const read = path === undefined ? undefined : await readMappingFile(path, readFileSync(path));
  return read !== undefined && 'mapping' in read ? read.mapping : noMapping;
};

/** The different documents that a file names, as the importer reads them; none where it cannot be read: the import says why. */
const namesIn = async (file: string, mapping: Mapping, sheet?: string): Promise<ReadonlySet<string>> => {
  const names = new Set<string>();
  await readTable(
    file,
    async ({ header, records }) => {
      const { plan } = matchHeader(header.cells, mapping, false);
      const sources = plan.sources.get(documentsColumn) ?? [];
      for await (const record of records) {
        if (record.kind === 'fault') break;
        for (const { position } of sources) {
          const named = documentNames((record.cells[position] ?? '').trim(), { dates: 'DMY', today: '' });
          // What leads out of the folder is the importer's to refuse.
          if (Array.isArray(named)) for (const name of named) names.add(name);
        }
      }
      return { names };
    },
    { header: headerRules(mapping, true), sheet },
  );
  return names;
};

/** Looks in a directory for the documents that a file names. */
export const namedDocuments = async (
  file: string,
  directory: string,
  { mapping, sheet }: { readonly mapping?: string | undefined; readonly sheet?: string | undefined } = {},
): Promise<NamedDocuments> => {
  const wanted = await namesIn(file, await mappingAt(mapping), sheet);
  const folder = new DocumentFolder(directory, prefixes.documents);
  const { names, unresolved } = await new DocumentNames(folder, { header: '', folder: '' }).resolve([...wanted]);
  return { found: names.map((name) => ({ name, path: join(directory, name) })), missing: unresolved.length };
};
