import { documentsColumn } from '../../shared/lead/attached-documents.ts';
import { troubleMessage } from '../../shared/leads-api/trouble-messages.ts';
import type { Row } from '../../shared/ledger/batch.ts';
import { type Ended, ended, type StateOf, type StoredProblem } from '../../shared/ledger/row-state.ts';

/** The ways in which a row can end in the submitter, in the words of the report. */

export const refusedByApi = (httpStatus: number, apiMessage: string): Ended => {
  const message = `The API refused the lead with status ${httpStatus}${apiMessage === '' ? '' : `: ${apiMessage}`}.`;
  return ended('rejected', [{ code: 'refused_by_api', message }]);
};

export const unconfirmed = (): Ended => {
  const message =
    'The lead was sent and the answer did not arrive; the list of leads does not show whether it was created.';
  return ended('unconfirmed', [{ code: 'unconfirmed', message }]);
};

const lastError = (lastTrouble: string | undefined): string =>
  lastTrouble === undefined ? '' : ` Last error: ${troubleMessage(lastTrouble)}.`;

const gaveUp = (lastTrouble: string | undefined): Ended => {
  const why = lastError(lastTrouble) || ' There was no time left to send it.';
  return ended('failed', [{ code: 'gave_up', message: `The lead was not created before the give-up time.${why}` }]);
};

/** A lead that exists, with what became of its documents. */
export const created = (leadId: string, documents: Ended['documents'], problems: readonly StoredProblem[]): Ended => {
  const isWhole = documents.every((document) => 'id' in document);
  return ended(isWhole ? 'created' : 'created_documents_incomplete', problems, { leadId, documents });
};

const documentsGivenUp = (
  { leadId, documents, problems }: StateOf<'attaching'>,
  wanted: readonly string[],
  lastTrouble: string | undefined,
): Ended => {
  const known = new Set(documents.map(({ name }) => name));
  const missing = wanted.filter((name) => !known.has(name));
  if (missing.length === 0) return created(leadId, documents, problems);
  const message = `${missing.length} documents could not be attached before the give-up time.${lastError(lastTrouble)}`;
  return created(
    leadId,
    [...documents, ...missing.map((name) => ({ name, code: 'gave_up' }))],
    [...problems, { code: 'document_not_attached', column: documentsColumn, message }],
  );
};

/** How a row ends when the importer gives up; one that has ended stays as it is. */
export const endingOf = ({ state, documents }: Row, lastTrouble: string | undefined): Ended => {
  switch (state.state) {
    case 'ended':
      return state;
    case 'unsent':
      return gaveUp(lastTrouble);
    case 'in_doubt':
      return unconfirmed();
    case 'attaching':
      return documentsGivenUp(state, documents, lastTrouble);
  }
};
