import type { ProblemCode } from '../../words/problem-catalogue.ts';
import { type CellReader, type DateOrder, Refusal, Remarkable, type SeenOrder } from '../refusal.ts';

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Whether the year has two digits. */
  readonly isShort?: boolean;
}

/** Midnight, as programs of many languages write it. */
const zeroTime = String.raw`(?:0{1,2}(?:[:.]00){1,2}(?:[.,:]0+)?(?:\s?(?:a\.?\s?m\.?|uhr|h))?|12(?:[:.]00){1,2}(?:[.,:]0+)?\s?a\.?\s?m\.?|(?<=T)00)`;
/** What may stand behind a date and says no more: midnight, in whatever form, in whatever zone. */
const midnight = new RegExp(
  String.raw`^(.*\d)(?:,?[T\s]+${zeroTime}\s?(?:Z|(?:UTC|GMT)?(?:[+-]\d\d(?::?\d\d)?)?)|(?<=-\d\d)(?:Z|[+-]\d\d:\d\d))(?: \([a-z .,+-]{2,50}\)|\[[\w/]{2,40}\])?$`,
  'i',
);
const time = /\d[T ]+\d\d?:\d\d/;

/** The day of the week, which programs write before a date. */
const weekday = /^(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?[.,]* (?=\S)/i;

const yearFirst = /^(\d{4})([-/.]) ?(\d{1,2})\2 ?(\d{1,2})\.?$/;
/** The basic format of ISO 8601: the year in front has no other reading, since no month is 19 or 20. */
const digitsOnly = /^((?:19|20)\d\d)(\d\d)(\d\d)$/;
const slashed = /^(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4}|\d{2})$/;
const named = /^(\d{1,2})(?:st|nd|rd|th)?[ /.-]([a-z]{3,9})\.?,?[ /.-](\d{4}|\d{2})$/i;
const nameFirst = /^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/i;
/** Days since the beginning of 1900, as a spreadsheet keeps a date: from 1900 to 2099. */
const serial = /^\d{1,5}(?:\.0+)?$/;
const lastSerial = 73_050;

const months = 'january february march april may june july august september october november december'.split(' ');
const monthByName = new Map(
  months.flatMap((name, index): [string, number][] => [
    [name, index + 1],
    [name.slice(0, 3), index + 1],
  ]),
).set('sept', 9);

/**
 * What programs write where they know no date: MySQL (0000-00-00), Excel and SQL (1900-01-00, 1900-01-01), Sheets and
 * Access (1899-12-30), .NET (0001-01-01), Visual Basic (0100-01-01), Windows (1601-01-01), SQL Server (1753-01-01),
 * Outlook (4501-01-01), SAP (9999-12-31), a Macintosh (1904-01-01).
 */
const zeroDates: ReadonlySet<string> = new Set([
  '1900-01-01',
  '1899-12-30',
  '1899-12-31',
  '1904-01-01',
  '0001-01-01',
  '0100-01-01',
  '1601-01-01',
  '1753-01-01',
  '1800-01-01',
  '1858-11-17',
  '4501-01-01',
  '9999-12-31',
]);

/** The date that Excel would show for a serial number: day 60 is its 29 February 1900, which never was. */
const dateOfSerial = (days: number): string =>
  new Date(Date.UTC(1899, 11, days > 60 ? 30 : 31) + days * 86_400_000).toISOString().slice(0, 10);

const byOrder = (first: number, second: number, order: DateOrder): Pick<Parts, 'day' | 'month'> =>
  order === 'DMY' ? { day: first, month: second } : { day: second, month: first };

const isShort = (year: string | undefined): boolean => year?.length === 2;

/** The parts of a date. */
const partsOf = (text: string, order: DateOrder): Parts | undefined => {
  const iso = yearFirst.exec(text);
  if (iso !== null) return { year: Number(iso[1]), month: Number(iso[3]), day: Number(iso[4]) };
  const basic = digitsOnly.exec(text);
  if (basic !== null) return { year: Number(basic[1]), month: Number(basic[2]), day: Number(basic[3]) };
  const [, day, name, yearOfName] = named.exec(text) ?? [];
  const [, firstName, dayBehind, yearBehind] = nameFirst.exec(text) ?? [];
  const month = monthByName.get((name ?? firstName ?? '').toLowerCase());
  if (month !== undefined)
    return {
      year: Number(yearOfName ?? yearBehind),
      month,
      day: Number(day ?? dayBehind),
      isShort: isShort(yearOfName),
    };
  const match = slashed.exec(text);
  if (match === null) return undefined;
  return { year: Number(match[3]), ...byOrder(Number(match[1]), Number(match[2]), order), isShort: isShort(match[3]) };
};

const exists = ({ year, month, day, isShort: isOfEither = false }: Parts): boolean => {
  if (isOfEither) return [1900, 2000].some((century) => exists({ year: century + year, month, day }));
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
};

const isoDate = ({ year, month, day }: Parts): string =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** A date without the midnight behind it. */
const withoutMidnight = (text: string): string => midnight.exec(text)?.[1]?.trim() ?? text;

/** A date alone, without its day of the week either. */
const dateAlone = (text: string): string =>
  withoutMidnight(text.replace(/^'/, '').replaceAll(/\s+/g, ' ')).replace(weekday, '');

const daysOfWeek = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Whether a date is another day of the week than its cell says. */
const isOtherWeekday = (given: string, date: string): boolean => {
  const said = weekday.exec(given.replace(/^'/, ''))?.[0].slice(0, 3).toLowerCase();
  return said !== undefined && daysOfWeek[new Date(`${date}T00:00Z`).getUTCDay()] !== said;
};

/** Whether a text is a date of the calendar when it is read in this order. */
export const readsAs = (text: string, order: DateOrder): boolean => {
  const parts = partsOf(dateAlone(text), order);
  return parts !== undefined && exists(parts);
};

/** How a problem names an order. */
const orderNames: Readonly<Record<DateOrder, string>> = { DMY: 'day first', MDY: 'month first' };

/** The code of a date that could be either, by the order in which it was read: a mapping that says the other one has answered it. */
export const ambiguousDateCodes = { DMY: 'ambiguous_date', MDY: 'ambiguous_us_date' } as const satisfies Record<
  DateOrder,
  ProblemCode
>;

/** The only order in which a text can be a date, whatever stands behind it; undefined where it could be another, or is none. */
export const onlyOrderOf = (given: string): SeenOrder | undefined => {
  const text = dateAlone(given);
  const [, year, second = 0, third = 0] = (/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/.exec(text) ?? []).map(Number);
  if (year !== undefined) return second > 12 && exists({ year, month: third, day: second }) ? 'YDM' : undefined;
  const [, first = 0, next = 0, last = 0] = (/^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?!\d)/.exec(text) ?? []).map(
    Number,
  );
  if (first > 31) return exists({ year: first, month: next, day: last, isShort: true }) ? 'YMD' : undefined;
  if (first > 12 && next <= 12) return 'DMY';
  return first <= 12 && next > 12 && next <= 31 ? 'MDY' : undefined;
};

/** Years of age on a day; both `YYYY-MM-DD`. */
const ageOn = (birth: string, day: string): number =>
  Number(day.slice(0, 4)) - Number(birth.slice(0, 4)) - (day.slice(5) < birth.slice(5) ? 1 : 0);

const adult = 18;
const oldest = 100;

/** The dates that a date of a two-digit year can be: of a customer who is of age, and not older than anybody is. */
const centuriesOf = (parts: Parts, today: string): readonly string[] =>
  [1900, 2000]
    .map((century) => ({ ...parts, year: century + parts.year, isShort: false }))
    .filter(exists)
    .map(isoDate)
    .filter((date) => ageOn(date, today) >= adult && ageOn(date, today) <= oldest);

/** Excel's day before the first of January 1900, a midnight without a day, and year nothing. */
const otherZeros =
  /^(?:0{1,2}[-/ ]jan[-/ ](?:19)?00|12:00:00 ?a\.?m\.?|0?0:00(?::00)?|0|0000|00\/00|-0001-11-30|(?:30\/11\/|nov 30 )-0001|0000-0?1-0?1|0?1[/.-]0?1[/.-]0000)$/i;

/** The mask of a form that nobody has filled in, and a date of a program that keeps none. */
const emptyMask = /^[\s_]*(?:[-/.][\s_]*){2}$|^0{8}$/;

/** Whether a text is what a program writes where no date is known. */
export const isZeroDate = (text: string): boolean => {
  if (otherZeros.test(text) || emptyMask.test(text)) return true;
  if (/^0{1,4}[-/.]0{1,2}[-/.]0{1,4}$/.test(text) || /^(?:0{1,2}[/.-]0?1|0?1[/.-]0{1,2})[/.-](?:19)?00$/.test(text))
    return true;
  if (text === '1900-01-00') return true;
  const [dmy, mdy] = [partsOf(text, 'DMY'), partsOf(text, 'MDY')];
  return [dmy, mdy].some(
    (parts) => parts !== undefined && parts.year >= 1 && zeroDates.has(isoDate(parts)) && /\d{4}/.test(text),
  );
};

/** What another date of the column shows against the order in which this one was read; undefined where nothing does. */
const contradictionOf = (
  text: string,
  { day, month, isShort: isOfTwoDigits }: Parts,
  dates: DateOrder,
  seen: readonly SeenOrder[],
): Refusal | undefined => {
  if (day > 12 || day === month) return undefined;
  const another = 'another date of this column';
  if (yearFirst.test(text))
    return seen.includes('YDM')
      ? new Refusal(
          'ambiguous_iso_date',
          `expected a date whose month is sure: ${another} has its day before its month`,
        )
      : undefined;
  if (!slashed.test(text)) return undefined;
  const expected = `expected a date as YYYY-MM-DD: ${another}`;
  if (isOfTwoDigits === true && seen.includes('YMD'))
    return new Refusal(ambiguousDateCodes[dates], `${expected} has its year first`, 'Write the date as YYYY-MM-DD.');
  const other = dates === 'DMY' ? 'MDY' : 'DMY';
  return seen.includes(other)
    ? new Refusal(ambiguousDateCodes[dates], `${expected} is ${orderNames[other]}`)
    : undefined;
};

const withFourDigits = 'with four digits for the year';

const twoDigitYear = (parts: Parts, expected: string, today: string): string | Remarkable<string> | Refusal => {
  const [only, ...others] = centuriesOf(parts, today);
  if (only === undefined || others.length > 0) return new Refusal('two_digit_year', `${expected}, ${withFourDigits}`);
  return new Remarkable(only, 'two_digit_year_completed');
};

/** From the day that Excel counts from to the first one of 1904. */
const daysBefore1904 = 1_462;

/** A date of birth as `YYYY-MM-DD`. */
export const dateOfBirth: CellReader<string> = (given, { dates, today, seenOrders = [], is1904 = false }) => {
  const expected = `expected a date as YYYY-MM-DD or ${dates === 'DMY' ? 'DD/MM/YYYY' : 'MM/DD/YYYY'}`;
  const text = dateAlone(given);
  if (isZeroDate(text)) return new Remarkable<string>(undefined, 'zero_date');
  if (/^(?:19|20)\d\d$/.test(text)) return new Refusal('invalid_date', `${expected}, and found a year alone`);
  if (/^\d{1,3}$/.test(text) && Number(text) <= oldest + 20)
    return new Refusal(
      'excel_serial_date',
      `${expected}, and found a number, which may be an age`,
      'Write the date of birth itself, as YYYY-MM-DD.',
    );
  if (serial.test(text) && Number(text) >= 1 && Number(text) <= lastSerial) {
    const meant = dateOfSerial(Math.trunc(Number(text)) + (is1904 ? daysBefore1904 : 0));
    return new Refusal('excel_serial_date', `${expected}, and found a spreadsheet’s number, which would mean ${meant}`);
  }
  if (time.test(text))
    return new Refusal(
      'invalid_date',
      `${expected}, and found a time of day that is not midnight`,
      'The cell holds a time as well, so in another time zone it is another day. Write the date alone, as YYYY-MM-DD.',
    );
  const parts = partsOf(text, dates);
  if (parts === undefined) return new Refusal('invalid_date', expected);
  if (!exists(parts)) return new Refusal('invalid_date', `${expected}, and found a day that is in no calendar`);
  const contradicted = contradictionOf(text, parts, dates, seenOrders);
  if (contradicted !== undefined) return contradicted;
  if (parts.isShort === true) return twoDigitYear(parts, expected, today);
  const date = isoDate(parts);
  if (isOtherWeekday(given, date))
    return new Refusal(
      slashed.test(text) ? ambiguousDateCodes[dates] : 'invalid_date',
      `${expected}, and found a day that is another one of the week`,
      'Write the date as YYYY-MM-DD, without its day of the week.',
    );
  if (date > today || ageOn(date, today) > oldest + 20)
    return new Refusal(
      'date_out_of_range',
      `expected a date that is not after today, of nobody older than ${oldest + 20} years`,
    );
  return ageOn(date, today) < adult ? new Remarkable(date, 'younger_than_18') : date;
};
