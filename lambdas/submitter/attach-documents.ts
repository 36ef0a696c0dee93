import { abandonBody } from '../../shared/aws/object-store.ts';
import { documentKey, type FoundDocument, findDocuments } from '../../shared/documents.ts';
import { documentsColumn } from '../../shared/lead/attached-documents.ts';
import { type Problem, shown } from '../../shared/lead/problem.ts';
import type { Trouble } from '../../shared/leads-api/answers.ts';
import type { Progress } from '../../shared/ledger/journal.ts';
import type { SubmitterDependencies } from './dependencies.ts';
import { created } from './endings.ts';

type Attaching = Extract<Progress, { state: 'attaching' }>;

/** The documents of a row, and the file's own name of the column that names them. */
export interface NamedDocuments {
  readonly header: string;
  readonly names: readonly string[];
}

/** Where a row stands after its documents were sent, and what stopped that, if anything did. */
export interface AttachResult {
  readonly progress: Progress;
  readonly trouble?: Trouble;
}

const filenameOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const noted = (progress: Attaching, name: string, code: string, problem: Problem): Attaching => ({
  ...progress,
  documents: [...progress.documents, { name, code }],
  problems: [...progress.problems, problem],
});

/** Attaches one document; undefined where there is no time to see an upload to its end. */
const attachOne = async (
  header: string,
  progress: Attaching,
  document: FoundDocument,
  mayStart: () => boolean,
  { store, api }: SubmitterDependencies,
): Promise<{ progress: Attaching; trouble?: Trouble } | undefined> => {
  const { name, sizeBytes, etag } = document;
  // The very object whose size was announced: a file replaced in between is looked up again by the next attempt.
  const object = await store.get(documentKey(name), { ifMatch: etag });
  if (object === undefined) {
    const message = `${header} names ${shown(name)}, which is not below documents/ any more.`;
    return {
      progress: noted(progress, name, 'document_missing', {
        code: 'document_missing',
        column: documentsColumn,
        message,
      }),
    };
  }
  // Fetching it may have taken what was left of the time.
  const answer = mayStart()
    ? await api.attach({ leadId: progress.leadId, filename: filenameOf(name), sizeBytes, body: object.body })
    : undefined;
  await abandonBody(object.body);
  if (answer === undefined) return undefined;
  switch (answer.kind) {
    case 'attached':
      return { progress: { ...progress, documents: [...progress.documents, { name, id: answer.documentId }] } };
    case 'refused': {
      const words = answer.words === '' ? '' : `: ${answer.words}`;
      const message = `${header} names ${shown(name)}, which the API refused with status ${answer.httpStatus}${words}.`;
      const problem: Problem = { code: 'document_refused', column: documentsColumn, message };
      return { progress: noted(progress, name, 'document_refused', problem) };
    }
    case 'trouble':
      return { progress, trouble: answer.trouble };
  }
};

/**
 * Attaches the documents of a lead that exists, one after the other, leaving out those that have an outcome. Each is
 * attached at least once: a crash behind an upload repeats it.
 * @param mayStart asked before each upload, so that none is begun that the invocation could not see to its end
 */
export const attachDocuments = async (
  { header, names }: NamedDocuments,
  progress: Attaching,
  mayStart: () => boolean,
  dependencies: SubmitterDependencies,
): Promise<AttachResult> => {
  const known = new Set(progress.documents.map(({ name }) => name));
  const { found, problems } = await findDocuments(
    dependencies.store,
    names.filter((name) => !known.has(name)),
    header,
  );
  const foundNames = new Set(found.map(({ name }) => name));
  const absent = names.filter((name) => !known.has(name) && !foundNames.has(name));
  let current = progress;
  for (const document of found) {
    if (!mayStart()) return { progress: current };
    const step = await attachOne(header, current, document, mayStart, dependencies);
    if (step === undefined) return { progress: current };
    current = step.progress;
    if (step.trouble !== undefined)
      return { progress: { ...current, tries: current.tries + 1 }, trouble: step.trouble };
  }
  const documents = [
    ...current.documents,
    ...absent.map((name, index) => ({ name, code: problems[index]?.code ?? 'document_missing' })),
  ];
  return {
    progress: { state: 'settled', outcome: created(current.leadId, documents, [...current.problems, ...problems]) },
  };
};
