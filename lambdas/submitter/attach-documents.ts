import { abandonBody } from '../../shared/bucket/object-store.ts';
import type { EpochMs } from '../../shared/clock.ts';
import { documentsColumn } from '../../shared/lead/attached-documents.ts';
import type { DocumentAnswer, Sending, Trouble } from '../../shared/leads-api/answers.ts';
import { longestUploadMs } from '../../shared/leads-api/http.ts';
import { limits } from '../../shared/limits.ts';
import { documentNamingOf, type Row } from '../../shared/state/batch.ts';
import {
  type FoundDocument,
  type FoundDocuments,
  findDocuments,
  missingDocument,
} from '../../shared/state/documents.ts';
import { created } from '../../shared/state/endings.ts';
import type { RowState, StateOf } from '../../shared/state/row-state.ts';
import { shown } from '../../shared/words/escaping.ts';
import { type Problem, problem } from '../../shared/words/problem.ts';
import type { Attempt } from './attempt.ts';
import type { SubmitterDependencies } from './dependencies.ts';

type Attaching = StateOf<'attaching'>;

/** A row whose lead exists, and how its documents are attached. */
export interface Attachment {
  readonly attempt: Attempt;
  readonly row: Row;
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

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

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

/** What base64 makes of a byte, with its line breaks. */
const asSent = 1.38;

/** A large document needs more time than a lead: it is begun no later than the slowest line allows. */
const timeFor = (
  { sizeBytes }: FoundDocument,
  { latest, mayStart }: Sending,
  { clock }: SubmitterDependencies,
): Sending => {
  const last = latest + limits.requestTimeoutMs - longestUploadMs(sizeBytes * asSent);
  return { latest: last, mayStart: async () => clock.now() <= last && (await mayStart()) };
};

/** Uploads a document when it is its turn; undefined where there is no time to see that to its end, `gone` where it is not there any more. */
const upload = async (
  { state: { leadId }, sending }: Attachment,
  { name, key, sizeBytes, etag }: FoundDocument,
  { store, api, gate }: SubmitterDependencies,
): Promise<DocumentAnswer | 'gone' | undefined> => {
  let isGone = false;
  const answer = await gate.pass(async () => {
    for (let refusals = 1; ; refusals += 1) {
      // Only the object whose size was announced: a file replaced in between is looked up again by the next attempt.
      const object = await store.get(key, { ifMatch: etag });
      isGone = object === undefined;
      if (object === undefined) return undefined;
      const document = { leadId, filename: filenameOf(name), sizeBytes, body: object.body };
      const answered = await api.attach(document, sending).finally(() => abandonBody(object.body));
      if (!cameTooSoon(answered) || refusals === mostRefusals) return answered;
    }
  });
  return isGone ? 'gone' : answer;
};

/** What became of one document; `lost` where it may be attached, and no answer says so. */
interface Step {
  readonly state: Attaching;
  readonly trouble?: Trouble;
  readonly lost?: boolean;
}

/** Attaches one document; undefined where there is no time to see an upload to its end. */
const attachOne = async (
  attachment: Attachment,
  document: FoundDocument,
  dependencies: SubmitterDependencies,
): Promise<Step | undefined> => {
  const { attempt, state } = attachment;
  const { name } = document;
  const naming = documentNamingOf(attempt.batch);
  const answer = await upload(attachment, document, dependencies);
  if (answer === undefined) return undefined;
  if (answer === 'gone') return { state: notAttached(state, name, missingDocument(naming, name, 'any more')) };
  switch (answer.kind) {
    case 'attached':
      attempt.wasAnswered();
      return { state: { ...state, documents: [...state.documents, { name, id: answer.documentId }] } };
    case 'refused': {
      const { httpStatus } = answer;
      // About this one lead, and not about the API.
      if (httpStatus === 404 && isYoung(state, dependencies.clock.now()))
        return { state, trouble: { code: 'lead_not_known_yet', httpStatus } };
      attempt.wasAnswered();
      const why = answer.message === '' ? '' : `: ${answer.message}`;
      const size = httpStatus === 413 ? ` It has ${megabytes(document.sizeBytes)}.` : '';
      const what = `${naming.header} names ${shown(name)}, which the API refused with status ${httpStatus}${why}.${size}`;
      return { state: notAttached(state, name, problem('document_refused', { column: documentsColumn, what })) };
    }
    case 'too_slow': {
      const what = `${naming.header} names ${shown(name)}, which has ${megabytes(document.sizeBytes)}: the line to the API takes less than 1 Mbit/s.`;
      return { state: notAttached(state, name, problem('document_too_slow', { column: documentsColumn, what })) };
    }
    case 'trouble':
      return { state, trouble: answer.trouble, lost: answer.mayBeThere };
  }
};

/** A row each of whose documents has an entry. */
export const allAttached = (state: Attaching): RowState => {
  const { lost: _, ...attached } = state;
  const { doubtedAt, createdAt } = attached;
  if (doubtedAt === undefined || createdAt === undefined) return created(attached);
  return { ...attached, state: 'verifying', doubtedAt, createdAt };
};

/**
 * Attaches the documents of a lead that exists, one after the other, leaving out those that have an entry. Each is
 * attached at least once: a crash after an upload repeats it. One whose answer is lost holds up none of the others.
 */
export const attachDocuments = async (
  attachment: Attachment,
  dependencies: SubmitterDependencies,
): Promise<AttachResult> => {
  const { attempt, row, sending } = attachment;
  let { state } = attachment;
  let trouble: Trouble | undefined;
  const naming = documentNamingOf(attempt.batch);
  const known = new Set(state.documents.map(({ name }) => name));
  const wanted = row.documents.filter((name) => !known.has(name));
  const { found, problems } = attachment.found ?? (await findDocuments(dependencies.store, wanted, naming));
  const stopped = (): AttachResult =>
    trouble === undefined ? { state } : { state: { ...state, tries: state.tries + 1 }, trouble };
  for (const document of found) {
    const inTime = timeFor(document, sending, dependencies);
    if (!(await inTime.mayStart())) return stopped();
    const step = await attachOne({ ...attachment, state, sending: inTime }, document, dependencies);
    if (step === undefined) return stopped();
    state = step.state;
    trouble = step.trouble ?? trouble;
    if (step.lost === true) attempt.lostDocument(row, document.name);
    else if (step.trouble !== undefined) return stopped();
  }
  if (trouble !== undefined) return stopped();
  const foundNames = new Set(found.map(({ name }) => name));
  const absent = wanted.filter((name) => !foundNames.has(name));
  const documents = [
    ...state.documents,
    ...absent.map((name, index) => ({ name, code: problems[index]?.code ?? 'document_missing' })),
  ];
  return { state: allAttached({ ...state, documents, problems: [...state.problems, ...problems] }) };
};
