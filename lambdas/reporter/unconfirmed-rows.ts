import { isoTime } from '../../shared/clock.ts';
import { distinctTitles } from '../../shared/header/distinct-titles.ts';
import type { Lead } from '../../shared/lead/lead.ts';
import type { Manifest } from '../../shared/state/manifest.ts';
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

/** The same, of a row that came back: what it says of its lead stands in its cells alone. */
const lookedFor = [
  'customer.first_name',
  'customer.last_name',
  'customer.email',
  'company.name',
  'loan.requested_amount',
];

const marksInCells = (cells: readonly string[], { header, columns }: Manifest): string[] => {
  const titles = distinctTitles(header);
  return lookedFor.flatMap((column) => {
    const filled = titles.flatMap((title, position) => {
      const isMeant = columns.mapped[title.trim()]?.split(' + ').includes(column) === true;
      const cell = cells[position]?.trim() ?? '';
      return isMeant && cell !== '' ? [cell] : [];
    });
    return filled.slice(0, 1);
  });
};

/** How an unconfirmed row is answered. */
const howToAnswer = `Write the id that lumi shows into ${reportColumns.leadId}, or none if the lead is not there. Then drop the file.`;

/**
 * An unconfirmed row as a file says it: by what its lead is found at lumi, and how the row is answered. It names the import
 * that sent it, so that an answer is about that one. Only cells are written so: a tip of a page holds nothing of a row.
 */
export const withLookup = (row: EndedRow, manifest: Manifest, timeZone: string): EndedRow => {
  const { state, lead } = row;
  const { importId } = manifest;
  const { sentAt, status } = state;
  if (status !== 'unconfirmed') return row;
  const found = lead === undefined ? marksInCells(row.cells, manifest) : marksOf(lead.payload);
  const marks = found.length === 0 ? ['this lead'] : [...new Set(found)];
  const sent = sentAt === undefined ? '' : `, sent on ${spokenMoment(isoTime(sentAt), timeZone)}`;
  const tip = `Look at lumi for ${marks.join(', ')}${sent}. ${howToAnswer}`;
  const problems = state.problems.map((each) =>
    each.code === 'unconfirmed'
      ? { ...each, what: lead === undefined ? each.what : `${each.what} It was sent by import ${importId}.`, tip }
      : each,
  );
  return { ...row, state: { ...state, problems } };
};
