import { z } from 'zod';
import { refuse } from '../refusal.ts';

/** Which of two numbers comes first in a date with slashes: `DMY` as in Australia, `MDY` as in the USA. */
export type DateOrder = 'DMY' | 'MDY';

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/;
const slashed = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/;
const twoDigitYear = /^\d{1,2}[/.-]\d{1,2}[/.-]\d{2}$/;

const partsOf = (text: string, order: DateOrder): Parts | undefined => {
  const isoMatch = iso.exec(text);
  if (isoMatch) return { year: Number(isoMatch[1]), month: Number(isoMatch[2]), day: Number(isoMatch[3]) };
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

/**
 * A date of birth as `YYYY-MM-DD`.
 * @param order how to read dates with slashes
 * @param today `YYYY-MM-DD`: nobody is born later
 */
export const dateOfBirth = (order: DateOrder, today: string) =>
  z.string().transform((text, context): string => {
    const expected = `expected a date as YYYY-MM-DD or ${order === 'DMY' ? 'DD/MM/YYYY' : 'MM/DD/YYYY'}`;
    if (twoDigitYear.test(text)) {
      refuse(context, 'two_digit_year', `${expected}, with four digits for the year`);
      return z.NEVER;
    }
    const parts = partsOf(text, order);
    if (parts === undefined || !exists(parts)) {
      refuse(context, 'invalid_date', expected);
      return z.NEVER;
    }
    const date = isoDate(parts);
    if (parts.year < 1900 || date > today) {
      refuse(context, 'date_out_of_range', 'expected a date between 1900-01-01 and today');
      return z.NEVER;
    }
    return date;
  });
