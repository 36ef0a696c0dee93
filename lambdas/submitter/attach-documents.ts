import { abandonBody } from '../../shared/bucket/object-store.ts';
import type { EpochMs } from '../../shared/clock.ts';
import { documentsColumn } from '../../shared/lead/attached-documents.ts';
import type { DocumentAnswer, Sending, Trouble } from '../../shared/leads-api/answers.ts';
import {
  type DocumentNaming,
  type FoundDocument,
  type FoundDocuments,
  findDocuments,
  missingDocument,
} from '../../shared/state/documents.ts';
import { created } from '../../shared/state/endings.ts';
import type { RowState, StateOf } from '../../shared/state/row-state.ts';
import { shown } from '../../shared/words/escaping.ts';
import { type Problem, problem } from '../../shared/words/problem.ts';
import type { SubmitterDependencies } from './dependencies.ts';

type Attaching = StateOf<'attaching'>;

/** A row whose lead exists, and how its documents are attached. */
export interface Attachment {
  readonly naming: DocumentNaming;
  readonly names: readonly string[];
  readonly state: Attaching;
  /** When uploads may be begun: none that the invocation could not see to its end. */
  readonly sending: Sending;
  /** What was found just before, if the documents were looked for already. */
  readonly found?: FoundDocuments | undefined;
}

/** Where a row is after its documents were sent, and what stopped that, if anything did. */
export interface AttachResult {
  readonly state: RowState;
  readonly trouble?: Trouble;
}

/** A 404 within this time of the lead's creation is not believed: what keeps the documents may not know it yet. */
const unknownForMs = 15_000;

const isYoung = ({ createdAt }: Attaching, now: EpochMs): boolean =>
  createdAt !== undefined && now < createdAt + unknownForMs;

const filenameOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const notAttached = (state: Attaching, name: string, why: Problem): Attaching => ({
  ...state,
  documents: [...state.documents, { name, code: why.code }],
  problems: [...state.problems, why],
});

/** Refusals of one upload that comes too soon, after which it is left to the next attempt. */
const mostRefusals = 5;

const cameTooSoon = (answer: DocumentAnswer | undefined): boolean =>
  answer?.kind === 'trouble' && answer.trouble.code === 'throttled';

/** Uploads a document; undefined where there is no time to see that to its end, `gone` where it is not there any more. */
const upload = async (
  { state: { leadId }, sending }: Attachment,
  { name, key, sizeBytes, etag }: FoundDocument,
  { store, api }: SubmitterDependencies,
): Promise<DocumentAnswer | 'gone' | undefined> => {
  for (let refusals = 1; ; refusals += 1) {
    // Only the object whose size was announced: a file replaced in between is looked up again by the next attempt.
    const object = await store.get(key, { ifMatch: etag });
    if (object === undefined) return 'gone';
    const document = { leadId, filename: filenameOf(name), sizeBytes, body: object.body };
    const answer = await api.attach(document, sending).finally(() => abandonBody(object.body));
    if (!cameTooSoon(answer) || refusals === mostRefusals) return answer;
  }
};

/** Attaches one document; undefined where there is no time to see an upload to its end. */
const attachOne = async (
  attachment: Attachment,
  document: FoundDocument,
  dependencies: SubmitterDependencies,
): Promise<{ readonly state: Attaching; readonly trouble?: Trouble } | undefined> => {
  const { naming, state } = attachment;
  const { name } = document;
  const answer = await upload(attachment, document, dependencies);
  if (answer === undefined) return undefined;
  if (answer === 'gone') return { state: notAttached(state, name, missingDocument(naming, name, 'any more')) };
  switch (answer.kind) {
    case 'attached':
      return { state: { ...state, documents: [...state.documents, { name, id: answer.documentId }] } };
    case 'refused': {
      const { httpStatus } = answer;
      if (httpStatus === 404 && isYoung(state, dependencies.clock.now()))
        return { state, trouble: { code: 'lead_not_known_yet', httpStatus } };
      const why = answer.message === '' ? '' : `: ${answer.message}`;
      const what = `${naming.header} names ${shown(name)}, which the API refused with status ${httpStatus}${why}.`;
      return { state: notAttached(state, name, problem('document_refused', { column: documentsColumn, what })) };
    }
    case 'trouble':
      return { state, trouble: answer.trouble };
  }
};

/**
 * Attaches the documents of a lead that exists, one after the other, leaving out those that have an entry. Each is
 * attached at least once: a crash after an upload repeats it.
 */
export const attachDocuments = async (
  attachment: Attachment,
  dependencies: SubmitterDependencies,
): Promise<AttachResult> => {
  const { naming, names, sending } = attachment;
  let { state } = attachment;
  const known = new Set(state.documents.map(({ name }) => name));
  const wanted = names.filter((name) => !known.has(name));
  const { found, problems } = attachment.found ?? (await findDocuments(dependencies.store, wanted, naming));
  for (const document of found) {
    if (!(await sending.mayStart())) return { state };
    const step = await attachOne({ ...attachment, state }, document, dependencies);
    if (step === undefined) return { state };
    state = step.state;
    if (step.trouble !== undefined) return { state: { ...state, tries: state.tries + 1 }, trouble: step.trouble };
  }
  const foundNames = new Set(found.map(({ name }) => name));
  const absent = wanted.filter((name) => !foundNames.has(name));
  const documents = [
    ...state.documents,
    ...absent.map((name, index) => ({ name, code: problems[index]?.code ?? 'document_missing' })),
  ];
  const attached = { ...state, documents, problems: [...state.problems, ...problems] };
  const { doubtedAt, createdAt } = attached;
  if (doubtedAt === undefined || createdAt === undefined) return { state: created(attached) };
  return { state: { ...attached, state: 'verifying', doubtedAt, createdAt } };
};
