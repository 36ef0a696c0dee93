import { type ListedForms, type SameText, sameField, type VisibleFields } from './visible-lead.ts';

/** A value as it was sent, and as the list shows it. */
interface Shown {
  readonly sent: string;
  readonly listed: string;
}

/** How values of a field may be rewritten and still be told from one another, by those that are known. */
type Form = (shown: readonly Shown[]) => SameText;

/** So many known leads show a form; fewer may differ by chance, or because their ids are not theirs. */
const leastShown = 3;

const entity = /&(?:amp;)*(?:#(?<decimal>\d{1,7})|#x(?<hex>[\da-f]{1,6})|[a-z]{2,8});/g;

const characterOf = (_match: string, decimal?: string, hex?: string): string => {
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code).toLowerCase() : '';
};

/** The letters and digits of a text, whatever was done to the rest: escapes of HTML, accents, punctuation. */
const letters = (text: string): string =>
  text
    .replaceAll(entity, characterOf)
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');

const byLetters: Form = () => (sent, listed) => letters(sent) !== '' && letters(sent) === letters(listed);

/** Cents for dollars, a year's for a month's. */
const byFactor: Form = ([first]) => {
  const factor = Number(first?.listed) / Number(first?.sent);
  return (sent, listed) => Math.abs(Number(listed) / Number(sent) / factor - 1) < 1e-9;
};

const partsOf = (date: string): string =>
  date
    .split(/\D+/)
    .map(Number)
    .toSorted((one, other) => one - other)
    .join(' ');

/** Day, month and year in another order. */
const byParts: Form = () => (sent, listed) => partsOf(sent) === partsOf(listed);

const forms: ReadonlyMap<keyof VisibleFields, Form> = new Map<keyof VisibleFields, Form>([
  ['first_name', byLetters],
  ['last_name', byLetters],
  ['company_name', byLetters],
  ['industry', byLetters],
  ['notes', byLetters],
  ['reason_for_loan', byLetters],
  ['drivers_license_number', byLetters],
  ['birth_date', byParts],
  ['requested_amount', byFactor],
  ['average_monthly_turnover', byFactor],
  ['installments', byFactor],
]);

/**
 * How a list writes fields that it writes its own way for every lead: shown by leads that are known by their ids. A field
 * that differs otherwise, or for one of them only, keeps its strict comparison: it may be another lead's.
 */
export const learnForms = (
  leads: readonly { readonly sent: VisibleFields; readonly listed: VisibleFields }[],
): ListedForms => {
  const learned = new Map<keyof VisibleFields, SameText>();
  for (const [name, form] of forms) {
    const shown = leads.flatMap(({ sent: { [name]: sent }, listed: { [name]: listed } }) =>
      sent === undefined || listed === undefined ? [] : [{ sent, listed }],
    );
    const isRewritten = shown.some(({ sent, listed }) => !sameField(name, sent, listed));
    if (!isRewritten || shown.length < leastShown) continue;
    const isSame = form(shown);
    if (shown.every(({ sent, listed }) => isSame(sent, listed))) learned.set(name, isSame);
  }
  return learned;
};
