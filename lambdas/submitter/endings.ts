import type { DocumentOutcome } from '../../shared/lead/attached-documents.ts';
import type { Problem } from '../../shared/lead/problem.ts';
import { wordsOfTrouble } from '../../shared/leads-api/trouble-words.ts';
import type { BatchRow } from '../../shared/ledger/batch.ts';
import type { Progress } from '../../shared/ledger/journal.ts';
import type { Outcome } from '../../shared/ledger/outcome.ts';

/** The ways in which a row of a batch can end, in the words of the report. */

export const rejected = (problems: readonly Problem[], leadId?: string): Outcome => ({
  status: 'rejected',
  problems: [...problems],
  documents: [],
  ...(leadId !== undefined && { leadId }),
});

export const refusedByApi = (httpStatus: number, words: string): Outcome => {
  const message = `The API refused the lead with status ${httpStatus}${words === '' ? '' : `: ${words}`}.`;
  return rejected([{ code: 'refused_by_api', message }]);
};

export const unconfirmed = (): Outcome => ({
  status: 'unconfirmed',
  problems: [
    {
      code: 'unconfirmed',
      message:
        'The lead was sent and the answer did not arrive; the list of leads does not settle whether it was created.',
    },
  ],
  documents: [],
});

/** What stood in the way, as a sentence behind another; nothing where nothing is known. */
const inTheWay = (lastTrouble: string | undefined): string =>
  lastTrouble === undefined ? '' : ` What stood in the way: ${wordsOfTrouble(lastTrouble)}.`;

const gaveUp = (lastTrouble: string | undefined): Outcome => ({
  status: 'failed',
  problems: [
    {
      code: 'gave_up',
      message: `The lead was not created before the give-up time.${inTheWay(lastTrouble) || ' There was no time left to send it.'}`,
    },
  ],
  documents: [],
});

/** A lead that exists, with what became of its documents. */
export const created = (
  leadId: string,
  documents: readonly DocumentOutcome[],
  problems: readonly Problem[],
): Outcome => ({
  status: documents.every((document) => 'id' in document) ? 'created' : 'created_documents_incomplete',
  leadId,
  problems: [...problems],
  documents: [...documents],
});

const documentsOf = ({ work }: BatchRow): readonly string[] => (work.kind === 'settled' ? [] : work.documents);

/** How a row ends that is not settled when the importer gives up. */
export const endingOf = (row: BatchRow, progress: Progress, lastTrouble?: string): Outcome => {
  switch (progress.state) {
    case 'settled':
      return progress.outcome;
    case 'unsent':
      return gaveUp(lastTrouble);
    case 'maybe':
      return unconfirmed();
    case 'attaching': {
      const known = new Set(progress.documents.map(({ name }) => name));
      const missing = documentsOf(row).filter((name) => !known.has(name));
      const documents = [...progress.documents, ...missing.map((name) => ({ name, code: 'gave_up' }))];
      const message = `${missing.length} documents could not be attached before the give-up time.${inTheWay(lastTrouble)}`;
      const problem: Problem = { code: 'document_not_attached', column: 'documents', message };
      return created(
        progress.leadId,
        documents,
        missing.length === 0 ? progress.problems : [...progress.problems, problem],
      );
    }
  }
};
