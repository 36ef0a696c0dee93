import type { HeaderPlan } from '../../../shared/header/header.ts';

/** What spreadsheets and report tools write below a table: a total, or a notice. */
const footer =
  /^\W*(?:(?:grand|sub)?\s?totals?\b|sum\b|count\b|copyright\b|©|\(c\)|confidential\b|generated\b|exported\b|report\b|page \d|end of\b|\d+ records?\b|records?:|filtered by\b|as of\b)/i;

/** Whether a text is a total or a notice and no name. */
export const isFooterText = (text: string): boolean => footer.test(text);

/** With any of these a row is about somebody. */
const naming = ['customer.email', 'customer.phone', 'company.name'];

/** A count or a sum may stand in the column; a number of so many digits is a company's. */
const isBusinessNumber = (text: string): boolean => [9, 11].includes(text.replaceAll(/\D/g, '').length);

/** Whether a row is no lead: nothing tells whom it is about, and its first name is a total or a notice, or there is no name. */
export const isFooter = (cells: readonly string[], { sources }: HeaderPlan): boolean => {
  const texts = (column: string): string[] =>
    (sources.get(column) ?? []).map(({ position }) => cells[position]?.trim() ?? '').filter((text) => text !== '');
  if (naming.some((column) => texts(column).length > 0)) return false;
  const firstNames = texts('customer.first_name');
  // Beside a label there may be anything: who made the report, how many there are, a sum of all numbers.
  if (firstNames.length > 0) return firstNames.every(isFooterText);
  const isLastName = (text: string): boolean => /\p{L}/u.test(text) && !isFooterText(text);
  return !texts('customer.last_name').some(isLastName) && !texts('company.abn').some(isBusinessNumber);
};
