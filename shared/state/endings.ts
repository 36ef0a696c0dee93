import { importTime } from '../bucket/import-id.ts';
import type { EpochMs } from '../clock.ts';
import { documentsColumn } from '../lead/attached-documents.ts';
import { troubleSentence } from '../leads-api/trouble-messages.ts';
import { counted } from '../words/counted.ts';
import { shown } from '../words/escaping.ts';
import { type Problem, problem } from '../words/problem.ts';
import type { Row } from './batch.ts';
import type { Finding } from './proof.ts';
import { type Ended, ended, type StateOf } from './row-state.ts';

/** The ways in which a row can end once it was staged, in the words of the report. */

export const refusedByApi = (httpStatus: number, apiMessage: string): Ended => {
  const what = `The API refused the lead with status ${httpStatus}${apiMessage === '' ? '' : `: ${apiMessage}`}.`;
  return ended('rejected', [problem('refused_by_api', { what })]);
};

const lastError = (code: string | undefined, httpStatus?: number): string =>
  code === undefined ? '' : ` Last error: ${troubleSentence({ code, httpStatus })}.`;

/**
 * @param trouble that kept the answer, where it is known
 * @param sentAt when it was sent first
 */
export const unconfirmed = (trouble: string | undefined, sentAt: EpochMs | undefined): Ended => {
  const what = `The lead was sent and no answer says whether it was created; the list of leads does not show it either.${lastError(trouble)}`;
  return ended('unconfirmed', [problem('unconfirmed', { what })], { sentAt });
};

/** A row that came back without an answer to whether its lead is there. @param importId that sent it, where that is known */
export const stillUnconfirmed = (importId: string | undefined): Ended => {
  const what = `Nobody has said yet whether the lead is there that ${importId === undefined ? 'an earlier import' : `import ${importId}`} sent.`;
  // Not before its import: that is near enough to look for it.
  const sentAt = importId === undefined ? undefined : Date.parse(importTime(importId));
  return ended('unconfirmed', [problem('unconfirmed', { what })], { sentAt });
};

/** A lead that exists, with what became of its documents. */
export const created = ({
  leadId,
  documents,
  problems,
  createdAt,
  createdBy,
}: Pick<StateOf<'attaching'>, 'leadId' | 'documents' | 'problems' | 'createdAt' | 'createdBy'>): Ended => {
  const isWhole = documents.every((document) => 'id' in document);
  return ended(isWhole ? 'created' : 'created_documents_incomplete', problems, {
    leadId,
    documents,
    createdAt,
    createdBy,
  });
};

/** A row that was sent again, and for which two leads were found in the end. */
export const maybeTwice = (state: StateOf<'verifying'>, otherId: string): Ended => {
  const what = `Two leads may be there for this row: ${state.leadId} and ${otherId}. The answer to the first was lost, and the list of leads did not show it in time.`;
  return created({ ...state, problems: [...state.problems, problem('maybe_twice', { what })] });
};

/** A row that the API answered with the id that another row has. What is wrong with its documents matters less. */
export const withLeadOf = (line: number, state: Ended): Ended => {
  const what = `The API answered this row and the row on line ${line} with one lead, ${state.leadId}.`;
  return { ...state, problems: [problem('same_lead', { what }), ...state.problems] };
};

const findingTexts: Readonly<Record<Finding['code'], (finding: Finding) => string>> = {
  not_at_lumi: ({ leadId, otherId }) =>
    `The API said that it created the lead ${leadId}, and the list of leads does not show it.${otherId === undefined ? '' : ` It shows one that looks the same: ${otherId}.`}`,
  maybe_twice: ({ leadId, otherId }) => `The list of leads shows two leads for this row: ${leadId} and ${otherId}.`,
  other_lead: ({ leadId, otherId }) =>
    `The list of leads shows the lead ${leadId} with another e-mail address, phone, ABN and name.${otherId === undefined ? '' : ` The lead of this row seems to be ${otherId}.`}`,
  same_lead: ({ leadId, importId }) =>
    `The API answered this row and a row of the import ${importId} with one lead, ${leadId}.`,
};

/** A created row, with what holding it against the list of leads has found; how it has ended stays as it is. */
export const withFinding = (finding: Finding, state: Ended): Ended => {
  if (state.problems.some(({ code }) => code === finding.code)) return state;
  const what = findingTexts[finding.code](finding);
  return { ...state, problems: [problem(finding.code, { what }), ...state.problems] };
};

/** A row at which the API keeps failing although it answers for other rows. */
export const apiKeepsFailing = (lastTrouble: string | undefined, httpStatus?: number): Ended => {
  const what = `The API failed at this row three times in a row while it answered for others.${lastError(lastTrouble, httpStatus)}`;
  return ended('failed', [problem('api_keeps_failing', { what })]);
};

/** Why nothing is sent any more: the give-up time is over, or somebody has cancelled the import. */
export type Stop =
  | { readonly code: 'gave_up'; readonly lastTrouble: string | undefined }
  | { readonly code: 'cancelled' };

export const cancelled: Stop = { code: 'cancelled' };

/** What was met last and goes away by nobody's waiting. */
const ofCredentials: ReadonlySet<string | undefined> = new Set(['credentials_missing', 'credentials_refused']);
const mendCredentials = { tip: 'Have the user name and password for the Leads API put right, then import retry.csv.' };

const notCreated = (stop: Stop): Ended => {
  if (stop.code === 'cancelled')
    return ended('failed', [problem('cancelled', { what: 'The import was cancelled before the lead was sent.' })]);
  const why = lastError(stop.lastTrouble) || ' There was no time left to send it.';
  const tip = ofCredentials.has(stop.lastTrouble) ? mendCredentials : {};
  const what = `The lead was not created before the give-up time.${why}`;
  return ended('failed', [problem('gave_up', { what, ...tip })]);
};

/** Says of documents that were sent that no answer says whether they are there. */
export const notConfirmed = (names: readonly string[]): Problem => {
  const [was, it] = names.length === 1 ? ['was', 'it is'] : ['were', 'they are'];
  const listed = names.map((name) => shown(name)).join(' and ');
  const what = `${listed} ${was} sent, and no answer of the API says whether ${it} attached.`;
  return problem('document_not_confirmed', { column: documentsColumn, what });
};

/** An id that a person wrote and lumi could not be asked for: nothing was done, and the row can be dropped again. */
const notAskedFor = ({ leadId }: StateOf<'attaching'>, stop: Stop): Ended => {
  const why = stop.code === 'cancelled' ? 'The import was cancelled' : 'There was no time left';
  const what = `${why} before lumi was asked for the lead ${leadId}.${stop.code === 'cancelled' ? '' : lastError(stop.lastTrouble)}`;
  return ended('failed', [problem(stop.code, { what })], { leadId });
};

const documentsLeft = (state: StateOf<'attaching'>, wanted: readonly string[], stop: Stop): Ended => {
  const { documents, problems, lost = [] } = state;
  const known = new Set(documents.map(({ name }) => name));
  const left = wanted.filter((name) => !known.has(name));
  if (left.length === 0) return created(state);
  const doubtful = left.filter((name) => lost.some((each) => each.name === name));
  const missing = left.filter((name) => !doubtful.includes(name));
  const what =
    stop.code === 'cancelled'
      ? `The import was cancelled before ${counted(missing.length, 'document')} ${missing.length === 1 ? 'was' : 'were'} attached.`
      : `${missing.length} documents could not be attached before the give-up time.${lastError(stop.lastTrouble)}`;
  return created({
    ...state,
    documents: [
      ...documents,
      ...doubtful.map((name) => ({ name, code: 'document_not_confirmed' })),
      ...missing.map((name) => ({ name, code: stop.code })),
    ],
    problems: [
      ...problems,
      ...(doubtful.length > 0 ? [notConfirmed(doubtful)] : []),
      ...(missing.length > 0 ? [problem('document_not_attached', { column: documentsColumn, what })] : []),
    ],
  });
};

/** How a row ends when nothing is sent any more; one that has ended stays as it is. */
export const endingOf = ({ state, documents }: Row, stop: Stop): Ended => {
  switch (state.state) {
    case 'ended':
      return state;
    case 'unsent':
      return state.byTime === true ? unconfirmed(state.trouble, state.doubtedAt) : notCreated(stop);
    case 'in_doubt':
      return unconfirmed(state.trouble, state.sentAt);
    case 'verifying':
      return created(state);
    case 'attaching':
      return state.claim === undefined ? documentsLeft(state, documents, stop) : notAskedFor(state, stop);
  }
};
