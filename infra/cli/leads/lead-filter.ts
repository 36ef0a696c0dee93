import type { LeadFilter } from '../../../shared/leads-api/answers.ts';
import { visibleText } from '../../../shared/words/escaping.ts';
import { foldedName } from '../../../shared/words/folded-name.ts';
import { nearestName } from '../../../shared/words/nearest-name.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Statuses of a lead by which the API's listing can be filtered, as its document lists them. */
const leadStatuses = [
  'CLOSED',
  'DECLINED',
  'FUNDED',
  'WAITING_FOR_CALL',
  'MISSED_CALL',
  'AWAITING_LOAN_DOCUMENTS',
  'AWAITING_CREDIT_APPROVAL',
  'PROCESSING',
  'AWAITING_DISBURSEMENT',
] as const;

/** Statuses of a lead's application. */
const applicationStatuses = ['IN_PROCESS', 'SUBMITTED'] as const;

/** The options of `leads`, as they were typed. */
export interface LeadOptions {
  readonly id?: string | undefined;
  readonly status?: string | undefined;
  readonly applicationStatus?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const readStatus = (option: string, text: string | undefined, known: readonly string[]): string | undefined => {
  if (text === undefined) return undefined;
  const status = known.find((one) => foldedName(one) === foldedName(text));
  if (status !== undefined) return status;
  const meant = nearestName(text, known);
  const hint = meant === undefined ? `expected one of ${known.join(', ')}` : `was ${meant} meant?`;
  throw new UsageError(`--${option} ${visibleText(text)}: ${hint.replace(/[^?]$/, '$&.')}`);
};

const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The beginning or the last millisecond of a day of this machine's time zone; undefined where there is no such day. */
const momentOf = (text: string, time: string): Date | undefined => {
  const [, , , day] = dayPattern.exec(text) ?? [];
  const moment = new Date(`${text}T${time}`);
  return Number.isNaN(moment.getTime()) || moment.getDate() !== Number(day) ? undefined : moment;
};

const readMoment = (option: 'from' | 'to', text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const day = dayPattern.test(text);
  const moment = day ? momentOf(text, option === 'from' ? '00:00:00.000' : '23:59:59.999') : new Date(text);
  const isMoment = day || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text);
  if (moment !== undefined && isMoment && !Number.isNaN(moment.getTime())) return moment.toISOString();
  throw new UsageError(
    `--${option} ${visibleText(text)}: expected a day such as 2026-11-24, or a moment such as 2026-11-24T09:00:00+11:00.`,
  );
};

/**
 * What the API is asked for. A day means the whole of it, in this machine's time zone, for `--to` too.
 * @throws UsageError in one line, where an option cannot be used
 */
export const readLeadFilter = (options: LeadOptions): LeadFilter => {
  const named = {
    id: options.id,
    status: readStatus('status', options.status, leadStatuses),
    applicationStatus: readStatus('application-status', options.applicationStatus, applicationStatuses),
    dateFrom: readMoment('from', options.from),
    dateTo: readMoment('to', options.to),
  };
  if (named.dateFrom !== undefined && named.dateTo !== undefined && named.dateFrom > named.dateTo)
    throw new UsageError(`--from ${options.from} is after --to ${options.to}: no lead is between them.`);
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
};
