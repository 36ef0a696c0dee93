import { endedRows } from '../../../shared/report/progress-json.ts';
import { type Status, statuses } from '../../../shared/state/row-state.ts';
import { visibleText } from '../../../shared/words/escaping.ts';
import type { ImportStatus } from '../places/known-imports.ts';

const number = new Intl.NumberFormat('en-AU');
export const counted = (count: number): string => number.format(count);

const dayAndTime = new Intl.DateTimeFormat('en-AU', { dateStyle: 'medium', timeStyle: 'short', hour12: false });

/** A moment as people say it, in the time zone of this machine. */
export const moment = (iso: string): string => {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : dayAndTime.format(at);
};

/** Statuses that are no words of people. */
const inWords: Partial<Record<Status, string>> = {
  created_documents_incomplete: 'created without all documents',
  not_sent: 'not sent',
};

/** `36 created, 1 duplicate`. @param order in which they are told */
export const endings = ({ statuses: counts }: ImportStatus, order: readonly Status[] = statuses): string =>
  order
    .filter((status) => counts[status] > 0)
    .map((status) => `${counted(counts[status])} ${inWords[status] ?? status}`)
    .join(', ');

/** Whether the leads of an import are at lumi, in some words; empty where nobody has looked. */
export const proofWords = ({ summary }: ImportStatus): string => {
  const proof = summary?.proof;
  if (!proof || proof.state === 'not_made') return '';
  if (proof.state === 'pending') return 'not compared with lumi yet';
  if (proof.state === 'not_possible') return 'could not be compared with lumi';
  const wrong = proof.notThere + proof.twice + proof.other;
  return wrong === 0 ? 'all at lumi' : `${counted(wrong)} not as reported`;
};

const minuteMs = 60_000;

/** `about 1,200 rows a minute`, once that can be said. */
const pace = (status: ImportStatus): string => {
  const minutes = (Date.parse(status.updatedAt) - Date.parse(status.startedAt)) / minuteMs;
  const perMinute = Math.round(endedRows(status) / minutes);
  return status.state === 'sending' && minutes > 0.2 && perMinute > 0
    ? `; about ${counted(perMinute)} rows a minute`
    : '';
};

/** A sentence of the importer, whose moments are those of this machine's clock. */
const inLocalTime = (why: string): string =>
  why.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (iso) => {
    const at = new Date(iso);
    const isToday = at.toDateString() === new Date().toDateString();
    return at.toLocaleString('en-AU', { ...(!isToday && { dateStyle: 'medium' }), timeStyle: 'medium', hour12: false });
  });

/** One line on how far an import is. */
export const progressLine = (status: ImportStatus): string => {
  const { state, rows, expectedEnd, why } = status;
  if (state === 'reading') return 'reading the file';
  const ended = endedRows(status);
  const done = `${counted(ended)} of ${counted(rows)} ${rows === 1 ? 'row has' : 'rows have'} ended${ended === 0 ? '' : ` (${endings(status)})`}`;
  if (state === 'waiting') return `waiting: ${inLocalTime(why ?? '')} ${done}`;
  const end = expectedEnd === null || status.summary !== undefined ? '' : `; expected end ${moment(expectedEnd)}`;
  const proof = proofWords(status);
  return `${state}: ${done}${pace(status)}${end}${proof === '' ? '' : `; ${proof}`}${why === null ? '' : `. ${why}`}`;
};

/** How an import stands, for programs. */
export const statusJson = ({ summary, ...status }: ImportStatus): string =>
  `${JSON.stringify({ ...status, proof: summary?.proof ?? null })}\n`;

/** How an import stands, for people. */
export const statusText = (status: ImportStatus): string => {
  const { importId, file, startedAt } = status;
  const began = moment(startedAt);
  return `Import ${importId} of ${visibleText(file)}${began === '' ? '' : `, begun ${began}`}\n  ${progressLine(status)}\n`;
};
