import { prefixes } from '../bucket/keys.ts';
import type { ObjectStore } from '../bucket/object-store.ts';
import { documentsColumn } from '../lead/attached-documents.ts';
import { limits } from '../limits.ts';
import { shown } from '../words/escaping.ts';
import { type Problem, problem } from '../words/problem.ts';

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

/** Says that a document is not where it is looked for. @param now whether it was there before */
export const missingDocument = (naming: DocumentNaming, name: string, now: 'never' | 'any more'): Problem => {
  const gone = now === 'never' ? '' : ' any more';
  const what = `${naming.header} names ${shown(name)}, which is not below ${placeOf(naming)}${gone}: expected it to be uploaded before the file.`;
  return problem('document_missing', { column: documentsColumn, what });
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
    const key = `${placeOf(naming)}${name}`;
    const facts = await store.head(key);
    const fault = problemOf(naming, name, facts);
    if (fault !== undefined) problems.push(fault);
    else if (facts !== undefined) found.push({ name, key, ...facts });
  }
  return { found, problems };
};
