import { stringify } from 'csv-stringify/sync';
import { canonicalColumns } from '../../../shared/lead/lead.ts';
import { guardCell } from '../../../shared/table/formula-guard.ts';
import { visibleText } from '../../../shared/words/escaping.ts';
import { plainTable } from '../terminal/table.ts';

/** A lead as the API sends it; every member may be missing or of another type than documented. */
type Sent = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Sent =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);

const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(textOf).join(';');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** What the API says of a lead beside what was sent, in the words of our report. */
const statusColumns: Readonly<Record<string, string>> = {
  lead__Id: 'id',
  lead__LumiStatus: 'status',
  lead__ApplicationStatus: 'lead_application_status',
  lead__LumiCreatedAt: 'created_at',
  lead__LumiUpdatedAt: 'updated_at',
};

/** Where the listing shows what was sent in a column: it renames some of them. */
const listedPath = (column: string): string =>
  column === 'customer.date_of_birth' ? 'stakeholder.birth_date' : column.replace(/^customer\./, 'stakeholder.');

const leadColumns = canonicalColumns.filter((column) => column !== 'documents');

/** The header of `csvRows`. */
export const csvHeader = (): string => stringify([[...Object.keys(statusColumns), ...leadColumns]]);

/** Leads as rows with our own columns; what a spreadsheet would run is guarded. */
export const csvRows = (leads: readonly unknown[]): string => {
  const paths = [...Object.values(statusColumns), ...leadColumns.map(listedPath)];
  return stringify(leads.map((lead) => paths.map((path) => guardCell(textOf(at(lead, path))))));
};

const idWidth = 24;
const dayWidth = 10;
const amountWidth = 10;
/** Between two columns. */
const gap = 2;
/** Below this only the columns that matter are shown. */
const narrow = 120;
const narrowest = 80;
/** What a lead shows in a table, by the titles of its columns. */
const cellsOf = (lead: unknown): Readonly<Record<string, string>> => {
  const shown = (path: string): string => visibleText(textOf(at(lead, path)));
  return {
    ID: shown('id'),
    CREATED: shown('created_at').slice(0, dayWidth),
    STATUS: shown('status'),
    APPLICATION: shown('lead_application_status'),
    NAME: `${shown('stakeholder.first_name')} ${shown('stakeholder.last_name')}`.trim(),
    COMPANY: shown('company.name'),
    AMOUNT: shown('loan.requested_amount'),
  };
};

/** The columns for a terminal of so many, with their widths. */
const widthsFor = (width: number): Readonly<Record<string, number>> => {
  const fixed = 1 + idWidth + dayWidth + amountWidth;
  if (width < narrow) {
    const rest = Math.max(narrowest, width) - fixed - 4 * gap;
    const status = Math.floor(rest * 0.6);
    return { ID: idWidth, CREATED: dayWidth, STATUS: status, NAME: rest - status, AMOUNT: amountWidth };
  }
  const rest = width - fixed - 6 * gap;
  const [STATUS, APPLICATION] = [Math.floor(rest * 0.3), Math.floor(rest * 0.15)];
  const NAME = Math.floor((rest - STATUS - APPLICATION) / 2);
  const COMPANY = rest - STATUS - APPLICATION - NAME;
  return { ID: idWidth, CREATED: dayWidth, STATUS, APPLICATION, NAME, COMPANY, AMOUNT: amountWidth };
};

/** Rows for a terminal of so many columns; what does not fit is cut, never the id. */
export const tableRows = (leads: readonly unknown[], width: number, header: boolean): string => {
  const widths = widthsFor(width);
  const titles = Object.keys(widths);
  const rows = leads.map(cellsOf).map((cells) => titles.map((title) => cells[title] ?? ''));
  return plainTable(header ? [titles, ...rows] : rows, {
    widths: Object.values(widths),
    aligns: titles.map((title) => (title === 'AMOUNT' ? 'right' : 'left')),
  });
};

const lines = (value: Sent, indent: string): string[] =>
  Object.entries(value).flatMap(([name, inner]) => {
    const title = `${indent}${visibleText(name)}`;
    if (isObject(inner)) return [title, ...lines(inner, `${indent}  `)];
    if (!Array.isArray(inner)) return [`${title}: ${visibleText(textOf(inner))}`];
    if (inner.length === 0) return [`${title}: none`];
    return [
      title,
      ...inner.flatMap((item) =>
        isObject(item)
          ? lines(item, `${indent}    `).map((line, index) => (index === 0 ? line.replace('    ', '  - ') : line))
          : [`${indent}  - ${visibleText(textOf(item))}`],
      ),
    ];
  });

/** Everything that the API says of one lead, a line each. */
export const leadDetails = (lead: unknown): string => (isObject(lead) ? `${lines(lead, '').join('\n')}\n` : '');
