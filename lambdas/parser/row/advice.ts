import { readsAs } from '../../../shared/lead/cells/date.ts';
import type { DateOrder } from '../../../shared/lead/refusal.ts';
import type { ProblemCode } from '../../../shared/words/problem-catalogue.ts';

/** A cell that was refused, as far as advice depends on it. */
export interface RefusedCell {
  readonly code: ProblemCode;
  /** As it was read: trimmed. */
  readonly text: string;
  readonly required: boolean;
  readonly dates: DateOrder;
}

/** What people write where they know nothing. */
const placeholder = /^(?:n\/?a|n\.a\.|-+|null|nil|none|unknown|tb[ac]|\?+)$/i;
/** What a spreadsheet shows in place of a value: a formula that failed, or a column that was too narrow. */
export const spreadsheetError = /^(?:#(?:n\/a|[a-z]+[!?]|div\/0!|#+)|err:\d+)$/i;

const otherOrder = { DMY: 'MDY', MDY: 'DMY' } as const;

const digitsIn = (text: string): number => text.replaceAll(/\D/g, '').length;

/**
 * What to do about this very value, where more can be said than the code's own tip does; undefined otherwise. It never
 * holds the value: tips are on pages that are passed on.
 */
export const adviceFor = ({ code, text, required, dates }: RefusedCell): string | undefined => {
  if (spreadsheetError.test(text))
    return 'A spreadsheet wrote an error in place of the value: type the value itself, in a column that is wide enough.';
  if (placeholder.test(text)) {
    return required
      ? 'The cell says that the value is not known, and lumi needs it: ask the customer and fill it in.'
      : 'The cell says that the value is not known: leave it empty instead.';
  }
  switch (code) {
    case 'invalid_abn':
      return digitsIn(text) === 8
        ? 'An ACN of eight digits has usually lost its leading zero: format the column as text and write the zero.'
        : undefined;
    case 'invalid_phone':
      return /^[2-9]\d{3}\s?\d{4}$/.test(text)
        ? 'The area code is missing: write 02, 03, 07 or 08 before it.'
        : undefined;
    case 'invalid_date':
      return readsAs(text, otherOrder[dates])
        ? `Day and month are the other way round here. If they are in the whole file, write "dates": "${otherOrder[dates]}" into its mapping file; otherwise write the date as YYYY-MM-DD.`
        : undefined;
    case 'not_a_number':
      if (/\d\s?(?:k|m)?\s?(?:-|–|—|to)\s?(?:a?\$|aud)?\s?\d/i.test(text))
        return 'A range is not an amount: write one number, such as the most that the customer asks for.';
      if (/^\$?\s?\d+(?:[.,]\d+)?\s?(?:k|m|mio|million|thousand)$/i.test(text))
        return 'Write the number in full, with all of its zeros.';
      return /^\D*\d{1,3}(?:\.\d{3})+$/.test(text)
        ? 'Points may mean thousands or cents: write the number without them, or with commas between thousands.'
        : undefined;
    default:
      return undefined;
  }
};
