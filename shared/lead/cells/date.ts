import type { ProblemCode } from '../../words/problem-catalogue.ts';
import { type CellReader, type DateOrder, Refusal } from '../refusal.ts';

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/;
const slashed = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 0{1,2}:00(?::00)?)?$/;
const named = /^(\d{1,2})[ -]([a-z]{3,9})[ -](\d{4})$/i;
const twoDigitYear = /^\d{1,2}[/. -](?:\d{1,2}|[a-z]{3,9})[/. -]\d{2}$/i;
/** Days since the beginning of 1900, as a spreadsheet keeps a date: from 1900 to 2099. */
const serial = /^\d{1,5}(?:\.0+)?$/;
const lastSerial = 73_050;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** What a spreadsheet shows for a 1 or an empty cell that is formatted as a date. */
const spreadsheetsNothing = '1900-01-01';

/** The date that Excel would show for a serial number: day 60 is its 29 February 1900, which never was. */
const dateOfSerial = (days: number): string =>
  new Date(Date.UTC(1899, 11, days > 60 ? 30 : 31) + days * 86_400_000).toISOString().slice(0, 10);

const partsOf = (text: string, order: DateOrder): Parts | undefined => {
  const isoMatch = iso.exec(text);
  if (isoMatch) return { year: Number(isoMatch[1]), month: Number(isoMatch[2]), day: Number(isoMatch[3]) };
  const namedMatch = named.exec(text);
  if (namedMatch) {
    const month = months.indexOf((namedMatch[2] ?? '').slice(0, 3).toLowerCase()) + 1;
    return { year: Number(namedMatch[3]), month, day: Number(namedMatch[1]) };
  }
  const match = slashed.exec(text);
  if (!match) return undefined;
  const [first, second, year] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return order === 'DMY' ? { year, month: second, day: first } : { year, month: first, day: second };
};

const exists = ({ year, month, day }: Parts): boolean => {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

const isoDate = ({ year, month, day }: Parts): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** Whether a text is a date of the calendar when it is read in this order. */
export const readsAs = (text: string, order: DateOrder): boolean => {
  const parts = partsOf(text, order);
  return parts !== undefined && exists(parts);
};

/** How a problem names an order. */
const orderNames: Readonly<Record<DateOrder, string>> = { DMY: 'day first', MDY: 'month first' };

/** The code of a date that could be either, by the order in which it was read: a mapping that says the other one has answered it. */
export const ambiguousDateCodes = { DMY: 'ambiguous_date', MDY: 'ambiguous_us_date' } as const satisfies Record<
  DateOrder,
  ProblemCode
>;

/** The only order in which a text can be a date, whatever stands behind it; undefined where it could be either, or is none. */
export const onlyOrderOf = (text: string): DateOrder | undefined => {
  const match = /^(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})(?!\d)/.exec(text);
  const [first, second] = [Number(match?.[1]), Number(match?.[2])];
  if (first > 12 && first <= 31 && second <= 12) return 'DMY';
  return first <= 12 && second > 12 && second <= 31 ? 'MDY' : undefined;
};

/** A date of birth as `YYYY-MM-DD`. */
export const dateOfBirth: CellReader<string> = (text, { dates, today, isContradicted }) => {
  const expected = `expected a date as YYYY-MM-DD or ${dates === 'DMY' ? 'DD/MM/YYYY' : 'MM/DD/YYYY'}`;
  if (twoDigitYear.test(text)) {
    return new Refusal('two_digit_year', `${expected}, with four digits for the year`);
  }
  if (serial.test(text) && Number(text) >= 1 && Number(text) <= lastSerial) {
    const meant = dateOfSerial(Math.trunc(Number(text)));
    return new Refusal('excel_serial_date', `${expected}, and found a spreadsheet’s number, which would mean ${meant}`);
  }
  const parts = partsOf(text, dates);
  if (parts === undefined || !exists(parts)) {
    return new Refusal('invalid_date', expected);
  }
  const date = isoDate(parts);
  if (isContradicted && slashed.test(text) && parts.day <= 12 && parts.day !== parts.month) {
    const other = orderNames[dates === 'DMY' ? 'MDY' : 'DMY'];
    return new Refusal(
      ambiguousDateCodes[dates],
      `expected a date as YYYY-MM-DD: another date of this column is ${other}`,
    );
  }
  if (date === spreadsheetsNothing)
    return new Refusal(
      'date_out_of_range',
      'expected a date of birth, and found what a spreadsheet shows for an empty cell',
    );
  if (parts.year < 1900 || date > today) {
    return new Refusal('date_out_of_range', 'expected a date between 1900-01-01 and today');
  }
  return date;
};
