import { type Dirent, readFileSync } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { headerRules } from '../../../shared/header/find-header.ts';
import { matchHeader } from '../../../shared/header/header.ts';
import { type Mapping, noMapping } from '../../../shared/header/mapping.ts';
import { readMappingFile } from '../../../shared/header/mapping-file.ts';
import { documentsColumn } from '../../../shared/lead/attached-documents.ts';
import { documentNames } from '../../../shared/lead/cells/list.ts';
import { type FolderTree, namedFiles } from '../../../shared/state/named-files.ts';
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

/** A directory as a tree of names. Links are never followed: they may lead anywhere, or nowhere. */
const directoryTree = (directory: string): FolderTree => {
  const at = (path: string): string => join(directory, path);
  const isOwn = async (path: string): Promise<boolean> => {
    if ((await lstat(directory)).isSymbolicLink()) return false;
    const [top, real] = await Promise.all([realpath(directory), realpath(at(path))]);
    return real === join(top, path);
  };
  const entriesOf = async (path: string): Promise<readonly Dirent[]> =>
    (await isOwn(path)) ? readdir(at(path), { withFileTypes: true }) : [];
  return {
    folder: async (path) => {
      // A folder that is not there has nothing in it.
      const entries = await entriesOf(path).catch(() => []);
      const named = (isWanted: (entry: Dirent) => boolean): string[] =>
        entries.filter(isWanted).map(({ name }) => name);
      return { files: named((entry) => entry.isFile()), folders: named((entry) => entry.isDirectory()), isWhole: true };
    },
    // Each folder is known as a whole.
    has: async () => false,
  };
};

/** Looks in a directory for the documents that a file names. */
export const namedDocuments = async (
  file: string,
  directory: string,
  { mapping, sheet }: { readonly mapping?: string | undefined; readonly sheet?: string | undefined } = {},
): Promise<NamedDocuments> => {
  const names = [...(await namesIn(file, await mappingAt(mapping), sheet))];
  const tree = directoryTree(directory);
  const named = await Promise.all(names.map((name) => namedFiles(name, tree)));
  const paths = new Set(named.flatMap((each) => (each.kind === 'files' ? each.paths : [])));
  return {
    found: [...paths].map((name) => ({ name, path: join(directory, name) })),
    missing: named.filter(({ kind }) => kind !== 'files').length,
  };
};
