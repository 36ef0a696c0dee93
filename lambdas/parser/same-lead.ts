import { reportColumns } from '../../shared/table/report-columns.ts';
import type { PlaceWord } from '../../shared/words/counted.ts';
import { type Problem, problem } from '../../shared/words/problem.ts';
import type { EarlierLead } from './fingerprint-table.ts';

// What is said of a row whose lead another row or another import has.

const howToAttach = (documents: readonly string[], leadId: string): string => {
  if (documents.length === 0) return '';
  const id = leadId === '' ? 'the id of that lead' : leadId;
  return ` Documents are not compared: if the lead lacks any, write ${id} into a column ${reportColumns.leadId}, name only those, and import the row again.`;
};

/** What a place is called in a file that another import has read. */
const wordIn = (source: string): PlaceWord => (/\.xls[xm]$/i.test(source) ? 'row' : 'line');

const placeOf = ({ holder, line }: EarlierLead): string =>
  `${wordIn(holder.source)} ${line} of ${holder.source} (import ${holder.importId})`;

/** @param place of the other row: `line 4` */
export const sameInFile = (place: string, documents: readonly string[]): Problem =>
  problem('duplicate_in_file', { what: `The same lead as ${place} of this file.${howToAttach(documents, '')}` });

export const heldByEarlier = (earlier: EarlierLead, documents: readonly string[]): Problem => {
  const { holder, leadId } = earlier;
  const where = placeOf(earlier);
  if (!holder.ended) {
    const what = `The same lead as ${where}, which is still running; its report will say what became of it.${howToAttach(documents, leadId)}`;
    return problem('duplicate_of_import', { what });
  }
  if (leadId === '') {
    const what = `The same lead as ${where}, which ended unconfirmed: it may have been created or not.`;
    return problem('duplicate_of_unconfirmed', { what });
  }
  const what = `The same lead as ${where}, which created it as lead ${leadId}.${howToAttach(documents, leadId)}`;
  return problem('duplicate_of_import', { what });
};

const sharedCore = 'the same names, e-mail address, phone, ABN, amount and installments';

/** @param names of the columns that differ, as the file calls them */
export const sentOtherwise = (
  earlier: EarlierLead,
  documents: readonly string[],
  names: readonly string[],
): Problem => {
  const { holder, leadId } = earlier;
  const created = holder.ended ? 'which may have created it' : 'which is still running';
  const became = leadId === '' ? created : `which created it as lead ${leadId}`;
  const what = `${sharedCore.replace('the', 'The')} as ${placeOf(earlier)}, ${became}, and other details${names.length === 0 ? '' : `: ${names.join(', ')}`}.${howToAttach(documents, leadId)}`;
  return problem('sent_otherwise', { what });
};

/** @param other place of the row that could be meant for the same lead */
export const alikeInFile = (other: string): Problem =>
  problem('alike_in_file', { what: `The row has ${sharedCore} as ${other}, and other details: both are sent.` });
