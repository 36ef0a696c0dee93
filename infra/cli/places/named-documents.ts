import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readCsv } from '../../../shared/csv/open.ts';
import { knownColumnOf } from '../../../shared/header/column-name.ts';
import { readMapping } from '../../../shared/header/mapping.ts';
import { documentsColumn } from '../../../shared/lead/attached-documents.ts';
import { foldedName } from '../../../shared/words/folded-name.ts';
import { isHeader } from '../map/see-file.ts';

/** Documents that a CSV names, and which of them are in a directory. */
export interface NamedDocuments {
  readonly found: readonly { readonly name: string; readonly path: string }[];
  readonly missing: number;
}

/** Headers that a mapping file takes for the documents. */
const mappedHeaders = (mapping: string | undefined): ReadonlySet<string> => {
  if (mapping === undefined) return new Set();
  const read = readMapping(readFileSync(mapping, 'utf8'));
  if (!('mapping' in read)) return new Set();
  return new Set(
    read.mapping.columns.filter(([, meaning]) => meaning === documentsColumn).map(([header]) => foldedName(header)),
  );
};

/** The different names of documents in a CSV; none where it cannot be read: the import says why. */
const namesIn = async (file: string, mapping: string | undefined): Promise<ReadonlySet<string>> => {
  const names = new Set<string>();
  const mapped = mappedHeaders(mapping);
  await readCsv(
    { open: async () => createReadStream(file), gzip: /\.gz$/i.test(file) },
    async ({ header, records }) => {
      const position = header.cells.findIndex(
        (cell) => mapped.has(foldedName(cell)) || knownColumnOf(cell) === documentsColumn,
      );
      for await (const record of records) {
        if (record.kind === 'fault') break;
        for (const name of (record.cells[position] ?? '').split(';')) if (name.trim() !== '') names.add(name.trim());
      }
      return { names };
    },
    { isHeader },
  );
  return names;
};

/** Looks in a directory for the documents that a CSV names. Names that lead out of it are the importer's to refuse. */
export const namedDocuments = async (file: string, directory: string, mapping?: string): Promise<NamedDocuments> => {
  const names = [...(await namesIn(file, mapping))].filter(
    (name) => !name.startsWith('/') && !name.split('/').includes('..'),
  );
  const found = names.flatMap((name) => {
    const path = join(directory, name);
    return existsSync(path) && statSync(path).isFile() ? [{ name, path }] : [];
  });
  return { found, missing: names.length - found.length };
};
