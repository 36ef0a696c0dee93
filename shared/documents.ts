import type { ObjectStore } from './aws/object-store.ts';
import { prefixes } from './keys.ts';
import { documentsColumn } from './lead/attached-documents.ts';
import { type Problem, shown } from './lead/problem.ts';
import { limits } from './limits.ts';

/** A document that a row names, as it was found in the bucket. */
export interface FoundDocument {
  readonly name: string;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** What a look for a row's documents came to. */
export interface FoundDocuments {
  readonly found: readonly FoundDocument[];
  /** One for each document that cannot be attached. */
  readonly problems: readonly Problem[];
}

export const documentKey = (name: string): string => `${prefixes.documents}${name}`;

const problemOf = (
  header: string,
  name: string,
  found: { readonly sizeBytes: number } | undefined,
): Problem | undefined => {
  const column = documentsColumn;
  const names = `${header} names ${shown(name)}, which`;
  if (found === undefined) {
    return {
      code: 'document_missing',
      column,
      message: `${names} is not below documents/: expected it to be uploaded before the CSV.`,
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

/**
 * Looks for a row's documents before anything of the row is sent; all problems at once.
 * @param header the file's own name of the column that names them
 */
export const findDocuments = async (
  store: Pick<ObjectStore, 'head'>,
  names: readonly string[],
  header: string,
): Promise<FoundDocuments> => {
  const found: FoundDocument[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    const facts = await store.head(documentKey(name));
    const problem = problemOf(header, name, facts);
    if (problem !== undefined) problems.push(problem);
    else if (facts !== undefined) found.push({ name, ...facts });
  }
  return { found, problems };
};
