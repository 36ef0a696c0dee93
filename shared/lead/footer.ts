import type { HeaderPlan } from './header.ts';

/** What spreadsheets and report tools write below a table: a total, or a notice. */
const footer =
  /^\W*(?:(?:grand|sub)?\s?totals?\b|sum\b|count\b|copyright\b|©|\(c\)|confidential\b|generated\b|exported\b|report\b|page \d|end of\b|\d+ records?\b|records?:|filtered by\b|as of\b)/i;

/** Whether a text is a total or a notice and no name. */
export const isFooterText = (text: string): boolean => footer.test(text);

/** Without any of these a row cannot be about anybody. */
const naming = ['customer.email', 'customer.phone', 'company.name'];

/** Whether a row is no lead: it has no e-mail, phone or company, and no first name but a total or a notice. */
export const isFooter = (cells: readonly string[], { sources }: HeaderPlan): boolean => {
  const texts = (column: string): string[] =>
    (sources.get(column) ?? []).map(({ position }) => cells[position]?.trim() ?? '').filter((text) => text !== '');
  if (naming.some((column) => texts(column).length > 0)) return false;
  return texts('customer.first_name').every(isFooterText);
};
