import { readsAs } from '../../../shared/lead/cells/date.ts';
import { cellReaders } from '../../../shared/lead/lead.ts';
import { type DateOrder, isRead } from '../../../shared/lead/refusal.ts';
import type { ProblemCode } from '../../../shared/words/problem-catalogue.ts';
import { amountColumns } from './file-facts.ts';
import { isProgramText, mayBeProgramText } from './program-text.ts';

/** A cell that was refused, as far as advice depends on it. */
export interface RefusedCell {
  readonly column: string;
  readonly code: ProblemCode;
  /** As it was read: trimmed. */
  readonly text: string;
  readonly required: boolean;
  readonly dates: DateOrder;
}

const otherOrder = { DMY: 'MDY', MDY: 'DMY' } as const;

const range = /\d\s?(?:k|m)?\s?(?:-|–|—|to)\s?(?:a?\$|aud)?\s?\d/i;
const month = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const slashedDate = new RegExp(
  String.raw`^\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}(?: \d{2}:\d{2}:\d{2})?$|^\d{1,2}(?:/\d{1,2}|\.\d{1,2}\.)$|^\d{1,2}[- ](?:${month})(?:[- ]\d{2,4})?$|^(?:${month})[- ]\d{2,4}$`,
  'i',
);

/** A number whose unit is another one than lumi's: without it, it would be another number. */
const adviceForUnit: Readonly<Record<string, string>> = {
  'loan.installments':
    'lumi counts repayments: write how many there are. Three years repaid weekly are 156, repaid monthly 36.',
  'company.months_in_business': 'Write the time in months, as a number alone: two years are 24.',
  'company.average_monthly_turnover': 'Write the turnover of a month, as a number alone.',
};

const adviceForNumber = (column: string, text: string): string | undefined => {
  const isDate = slashedDate.test(text);
  if (column.endsWith('street_number')) {
    const made =
      isDate && !/^\d+\/\d+$/.test(text)
        ? 'A spreadsheet has made a date of it, such as of 3/12: format the column as text. '
        : '';
    return `${made}lumi takes one whole number here. Write the number of the street alone; a unit, a flat, a letter or a range goes before the name of the street.`;
  }
  if (isDate && column === 'company.months_in_business' && !/^\d+\/\d+$/.test(text))
    return 'The cell holds a date: write for how many months the business exists, as a number alone.';
  if (isDate)
    return 'A spreadsheet has made a date of the number: format the column as text and type the number again.';
  if (range.test(text))
    return column === 'loan.requested_amount'
      ? 'A range is not an amount: write one number, such as the most that the customer asks for.'
      : 'A range is not a number: write one number.';
  if (/^\d+(?:[.,]\d+)?\+?\s?[a-z]+\.?$/i.test(text) && !amountColumns.includes(column))
    return adviceForUnit[column] ?? 'Write the number alone, without its unit.';
  if (/^\$?\s?\d+(?:[.,]\d+)?\s?(?:k|m|mio|million|thousand)$/i.test(text))
    return 'Write the number in full, with all of its zeros.';
  if (/\d,\d{1,2}\D*$/.test(text)) return 'Write a point before the decimals, and nothing between thousands.';
  return /^\D*\d{1,3}(?:\.\d{3})+$/.test(text)
    ? 'Points may mean thousands or cents: write the number without them, or with commas between thousands.'
    : undefined;
};

const digitsFor = (column: string): string =>
  amountColumns.includes(column)
    ? 'Write digits only; a $ and commas between thousands do no harm.'
    : 'Write one number, in digits.';

const leftEmpty = ' Leave the cell empty if the value is unknown.';

const adviceForList = (column: string, text: string): string | undefined => {
  const sign = /[|,\n]|(?:^|\s)(?:\/|&|and|\+)(?=\s)/.exec(text)?.[0].trim();
  if (sign === undefined) return undefined;
  const isEntry = (part: string): boolean =>
    isRead(cellReaders.get(column)?.(part.trim(), { dates: 'DMY', today: '' }));
  // A word between two others is part of a name, unless one of them is an entry by itself.
  if (/^[&+/a]/.test(sign) && !text.split(/\s(?:\/|&|and|\+)\s/).some(isEntry)) return undefined;
  return `Separate several entries by ; (semicolon) and not by ${sign === '' ? 'line breaks' : sign}.`;
};

/**
 * What to do about this very value, where more can be said than the code's own tip does; undefined otherwise. It never
 * holds the value: tips are on pages that are passed on.
 */
export const adviceFor = ({ column, code, text, required, dates }: RefusedCell): string | undefined => {
  if (code !== 'too_long' && isProgramText(text) && (code === 'spreadsheet_error' || !mayBeProgramText(text))) {
    const how = /^#+$/.test(text) ? ', in a column that is wide enough' : '';
    return `A program wrote this in place of the value: type the value itself${how}${required ? '' : ', or leave the cell empty'}.`;
  }
  if (mayBeProgramText(text)) {
    return required
      ? 'The cell says that the value is not known, and lumi needs it: ask the customer and fill it in.'
      : 'The cell says that the value is not known: leave it empty instead.';
  }
  switch (code) {
    case 'invalid_phone':
      return /^[2-9]\d{3}\s?\d{4}$/.test(text)
        ? 'The area code is missing: write 02, 03, 07 or 08 before it.'
        : undefined;
    case 'invalid_date':
      return readsAs(text, otherOrder[dates])
        ? `Day and month are the other way round here. If they are in the whole file, its mapping file has to say so (dates, ${otherOrder[dates]}); otherwise write the date as YYYY-MM-DD.`
        : undefined;
    case 'not_a_number':
      return adviceForNumber(column, text) ?? `${digitsFor(column)}${required ? '' : leftEmpty}`;
    case 'not_a_whole_number':
      return adviceForNumber(column, text);
    case 'invalid_reason':
    case 'invalid_document_key':
      return adviceForList(column, text);
    default:
      return undefined;
  }
};
