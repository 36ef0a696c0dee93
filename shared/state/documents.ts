import { BoundedMap } from '../bounded-map.ts';
import { prefixes } from '../bucket/keys.ts';
import type { ObjectStore } from '../bucket/object-store.ts';
import { documentsColumn } from '../lead/attached-documents.ts';
import { limits } from '../limits.ts';
import { shown } from '../words/escaping.ts';
import { type Problem, problem } from '../words/problem.ts';
import { type Folder, type FolderTree, type NamedFiles, namedFiles } from './named-files.ts';

/** A document that a row names, as it was found in the bucket. */
export interface FoundDocument {
  readonly name: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** What a look for a row's documents came to. */
export interface FoundDocuments {
  readonly found: readonly FoundDocument[];
  /** One for each document that cannot be attached. */
  readonly problems: readonly Problem[];
}

/** How a file names documents. */
export interface DocumentNaming {
  /** The file's own name of the column. */
  readonly header: string;
  /** What the names are below, itself below `documents/`; empty: nothing. */
  readonly folder: string;
}

/** Where the names of a file are looked for. */
const placeOf = ({ folder }: DocumentNaming): string => `${prefixes.documents}${folder === '' ? '' : `${folder}/`}`;

/** The key of a document, by its own name. */
export const documentKeyOf = (naming: DocumentNaming, name: string): string => `${placeOf(naming)}${name}`;

/** What to do about a name that nothing is equal to, where the name itself says more than the code does. */
const tipForName = (name: string, nearly: readonly string[]): string | undefined => {
  if (/^(?:n\/?a|none|nil|null|nan|no|yes|-+|#[\p{L}\d/]+[!?]*|\[object \w+\])$/iu.test(name))
    return 'Leave the cell empty where a lead has no documents.';
  if (nearly.length > 0)
    return `Write the name with its ending: ${nearly.map((near) => shown(near)).join(' and ')} ${nearly.length === 1 ? 'is' : 'are'} there.`;
  const parts = name
    .replace(/^\[(.*)\]$/, '$1')
    .split(/[|,•；]+|\s(?:\/|&|and|\+)\s/)
    .map((part) => part.trim().replace(/^(['"])(.*)\1$/, '$2'))
    .filter((part) => part !== '');
  if (parts.join() === name || parts.length === 0) return undefined;
  return `Several documents are separated by semicolons (;): write ${parts.join(';')} in place of that.`;
};

/** Says that a document is not where it is looked for. @param now whether it was there before */
export const missingDocument = (
  naming: DocumentNaming,
  name: string,
  now: 'never' | 'any more',
  nearly: readonly string[] = [],
): Problem => {
  const gone = now === 'never' ? '' : ' any more';
  const what = `${naming.header} names ${shown(name)}, which is not below ${placeOf(naming)}${gone}: expected it to be uploaded before the file.`;
  const tip = tipForName(name, nearly);
  return problem('document_missing', { column: documentsColumn, what, ...(tip !== undefined && { tip }) });
};

const notNamed = (naming: DocumentNaming, name: string, named: Exclude<NamedFiles, { kind: 'files' }>): Problem => {
  const names = `${naming.header} names ${shown(name)}`;
  const column = documentsColumn;
  switch (named.kind) {
    case 'missing':
      return missingDocument(naming, name, 'never', named.nearly);
    case 'alike': {
      const what = `${names}, and several below ${placeOf(naming)} look the same: ${named.paths.map((path) => shown(path)).join(' and ')}. Expected the name of one of them.`;
      return problem('document_ambiguous', { column, what });
    }
    case 'empty_folder':
      return problem('document_missing', {
        column,
        what: `${names}, a folder with no file directly in it: expected the files that are to be attached.`,
        tip: 'Put the files directly into the folder, or leave the cell empty; then import retry.csv.',
      });
    case 'full_folder':
      return problem('too_many_documents', {
        column,
        what: `${names}, a folder with ${named.files} files: expected at most ${limits.maxDocumentsPerRow}.`,
      });
  }
};

/** The names of a row, each file by its own. */
export interface ResolvedNames {
  readonly names: readonly string[];
  /** As the row has them: nothing stands for them. */
  readonly unresolved: readonly string[];
  readonly problems: readonly Problem[];
}

/** Finds what the names of rows stand for: each folder of the bucket is listed once. */
export class DocumentNames {
  readonly #naming: DocumentNaming;
  readonly #tree: FolderTree;

  constructor(store: Pick<ObjectStore, 'head' | 'list'>, naming: DocumentNaming) {
    this.#naming = naming;
    const place = placeOf(naming);
    const folders = new BoundedMap<string, Promise<Folder>>(limits.keptFolders);
    this.#tree = {
      folder: (path) => {
        const listed = folders.get(path) ?? listFolder(store, `${place}${path === '' ? '' : `${path}/`}`);
        if (!folders.has(path)) folders.set(path, listed);
        return listed;
      },
      has: async (path) => (await store.head(`${place}${path}`)) !== undefined,
    };
  }

  async resolve(names: readonly string[]): Promise<ResolvedNames> {
    const resolved = new Set<string>();
    const unresolved: string[] = [];
    const problems: Problem[] = [];
    for (const name of names) {
      const named = await namedFiles(name, this.#tree);
      if (named.kind === 'files') for (const path of named.paths) resolved.add(path);
      else {
        unresolved.push(name);
        problems.push(notNamed(this.#naming, name, named));
      }
    }
    if (resolved.size > limits.maxDocumentsPerRow && problems.length === 0) {
      const what = `${this.#naming.header} names ${resolved.size} files with those of its folders: expected at most ${limits.maxDocumentsPerRow}.`;
      problems.push(problem('too_many_documents', { column: documentsColumn, what }));
    }
    return { names: [...resolved], unresolved, problems };
  }
}

/** What is directly below a prefix; of a very large one only what comes first. */
const listFolder = async (store: Pick<ObjectStore, 'list'>, prefix: string): Promise<Folder> => {
  const [files, folders] = [new Set<string>(), new Set<string>()];
  let keys = 0;
  for await (const { key } of store.list(prefix)) {
    keys += 1;
    if (keys > limits.maxListedKeys) break;
    const [name = '', ...inside] = key.slice(prefix.length).split('/');
    if (inside.length > 0) folders.add(name);
    else if (name !== '') files.add(name);
  }
  return { files: [...files], folders: [...folders], isWhole: keys <= limits.maxListedKeys };
};

const problemOf = (
  naming: DocumentNaming,
  name: string,
  found: { readonly sizeBytes: number } | undefined,
): Problem | undefined => {
  if (found === undefined) return missingDocument(naming, name, 'never');
  const named = `${naming.header} names ${shown(name)}, which`;
  const column = documentsColumn;
  if (found.sizeBytes === 0)
    return problem('document_empty', { column, what: `${named} is empty: expected a file with content.` });
  if (found.sizeBytes <= limits.maxDocumentBytes) return undefined;
  const what = `${named} has ${found.sizeBytes} bytes: expected at most ${limits.maxDocumentBytes}.`;
  return problem('document_too_large', { column, what });
};

/** Looks for a row's documents before anything of the row is sent; all problems at once. */
export const findDocuments = async (
  store: Pick<ObjectStore, 'head'>,
  names: readonly string[],
  naming: DocumentNaming,
): Promise<FoundDocuments> => {
  const found: FoundDocument[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    const key = documentKeyOf(naming, name);
    const facts = await store.head(key);
    const fault = problemOf(naming, name, facts);
    if (fault !== undefined) problems.push(fault);
    else if (facts !== undefined) found.push({ name, key, ...facts });
  }
  return { found, problems };
};
