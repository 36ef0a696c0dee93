import { isoTime } from '../../shared/clock.ts';
import type { Lead } from '../../shared/lead/lead.ts';
import { reportColumns } from '../../shared/table/report-columns.ts';
import { spokenMoment } from '../../shared/words/spoken-time.ts';
import type { EndedRow } from './ended-rows.ts';

/** By what a lead is found at lumi. */
const marksOf = ({ customer, company, loan }: Lead): string[] => {
  const amount = loan?.requested_amount;
  return [
    [customer?.first_name, customer?.last_name].filter((name) => name !== undefined).join(' '),
    customer?.email ?? '',
    company?.name ?? '',
    amount === undefined ? '' : `$${amount.toLocaleString('en-AU')}`,
  ].filter((text) => text !== '');
};

/** How an unconfirmed row is answered. */
const howToAnswer = `Write the id that lumi shows into ${reportColumns.leadId}, or none if the lead is not there. Then drop the file.`;

/**
 * An unconfirmed row as a file says it: by what its lead is found at lumi, and how the row is answered. It names the import
 * that sent it, so that an answer is about that one. Only cells are written so: a tip of a page holds nothing of a row.
 */
export const withLookup = (row: EndedRow, { importId, timeZone }: { importId: string; timeZone: string }): EndedRow => {
  const { state, lead } = row;
  const { sentAt, status } = state;
  if (status !== 'unconfirmed') return row;
  const marks = lead === undefined ? ['this lead'] : marksOf(lead.payload);
  const sent = sentAt === undefined ? '' : `, sent on ${spokenMoment(isoTime(sentAt), timeZone)}`;
  const tip = `Look at lumi for ${marks.join(', ')}${sent}. ${howToAnswer}`;
  const problems = state.problems.map((each) =>
    each.code === 'unconfirmed'
      ? { ...each, what: lead === undefined ? each.what : `${each.what} It was sent by import ${importId}.`, tip }
      : each,
  );
  return { ...row, state: { ...state, problems } };
};
