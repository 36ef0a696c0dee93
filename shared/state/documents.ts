import { prefixes } from '../bucket/keys.ts';
import type { ObjectStore } from '../bucket/object-store.ts';
import { documentsColumn } from '../lead/attached-documents.ts';
import { limits } from '../limits.ts';
import { type Problem, shown } from '../words/problem.ts';

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

const problemOf = (
  naming: DocumentNaming,
  name: string,
  found: { readonly sizeBytes: number } | undefined,
): Problem | undefined => {
  const column = documentsColumn;
  const names = `${naming.header} names ${shown(name)}, which`;
  if (found === undefined) {
    return {
      code: 'document_missing',
      column,
      message: `${names} is not below ${placeOf(naming)}: expected it to be uploaded before the CSV.`,
    };
  }
  if (found.sizeBytes === 0) {
    return {
      code: 'document_empty',
      column,
      message: `${names} is empty: expected a file with content.`,
    };
  }
  if (found.sizeBytes > limits.maxDocumentBytes) {
    return {
      code: 'document_too_large',
      column,
      message: `${names} has ${found.sizeBytes} bytes: expected at most ${limits.maxDocumentBytes}.`,
    };
  }
  return undefined;
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
    const problem = problemOf(naming, name, facts);
    if (problem !== undefined) problems.push(problem);
    else if (facts !== undefined) found.push({ name, key, ...facts });
  }
  return { found, problems };
};
