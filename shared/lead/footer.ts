import type { HeaderPlan } from './header.ts';

/** What spreadsheets and report tools write below a table: a total, or a notice. */
const footer =
  /^\W*(?:(?:grand|sub)?\s?totals?\b|sum\b|count\b|copyright\b|©|\(c\)|confidential\b|generated\b|exported\b|report\b|page \d|end of\b|\d+ records?\b|records?:|filtered by\b|as of\b)/i;

/** Whether a text is a total or a notice and no name. */
export const isFooterText = (text: string): boolean => footer.test(text);

/** With any of these a row is about somebody. */
const naming = ['customer.email', 'customer.phone', 'company.name'];
/** Where names stand, and a total or a notice may. */
const names = ['customer.first_name', 'customer.last_name'];

/** A count or a sum may stand in the column; a number of so many digits is a company's. */
const isBusinessNumber = (text: string): boolean => text.replaceAll(/\D/g, '').length >= 9;

/** Whether a row is no lead: nothing in it tells whom it is about, and where a name stands there is a total or a notice. */
export const isFooter = (cells: readonly string[], { sources }: HeaderPlan): boolean => {
  const texts = (column: string): string[] =>
    (sources.get(column) ?? []).map(({ position }) => cells[position]?.trim() ?? '').filter((text) => text !== '');
  if (naming.some((column) => texts(column).length > 0) || texts('company.abn').some(isBusinessNumber)) return false;
  return names.every((column) => texts(column).every(isFooterText));
};
