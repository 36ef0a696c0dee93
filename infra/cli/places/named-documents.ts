import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readCsv } from '../../../shared/csv/open.ts';
import { headerRules } from '../../../shared/header/find-header.ts';
import { matchHeader } from '../../../shared/header/header.ts';
import { type Mapping, noMapping, readMapping } from '../../../shared/header/mapping.ts';
import { documentsColumn } from '../../../shared/lead/attached-documents.ts';
import { documentNames } from '../../../shared/lead/cells/list.ts';
import { csvFile } from './input-file.ts';

/** Documents that a file names, and which of them are in a directory. */
export interface NamedDocuments {
  readonly found: readonly { readonly name: string; readonly path: string }[];
  readonly missing: number;
}

/** The mapping of an import; none where it cannot be used: the import says why. */
const mappingAt = (path: string | undefined): Mapping => {
  const read = path === undefined ? undefined : readMapping(readFileSync(path, 'utf8'));
  return read !== undefined && 'mapping' in read ? read.mapping : noMapping;
};

/** The different documents that a file names, as the importer reads them; none where it cannot be read: the import says why. */
const namesIn = async (file: string, mapping: Mapping): Promise<ReadonlySet<string>> => {
  const names = new Set<string>();
  await readCsv(
    csvFile(file),
    async ({ header, records }) => {
      const matched = matchHeader(header.cells, mapping, false);
      const sources = 'plan' in matched ? (matched.plan.sources.get(documentsColumn) ?? []) : [];
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
    { header: headerRules(mapping, true) },
  );
  return names;
};

/** Looks in a directory for the documents that a file names. */
export const namedDocuments = async (file: string, directory: string, mapping?: string): Promise<NamedDocuments> => {
  const names = [...(await namesIn(file, mappingAt(mapping)))];
  const found = names.flatMap((name) => {
    const path = join(directory, name);
    return existsSync(path) && statSync(path).isFile() ? [{ name, path }] : [];
  });
  return { found, missing: names.length - found.length };
};
