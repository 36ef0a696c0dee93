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
const titles = ['ID', 'CREATED', 'STATUS', 'APPLICATION', 'NAME', 'COMPANY', 'AMOUNT'];

const personOf = (shown: (path: string) => string): string =>
  `${shown('stakeholder.first_name')} ${shown('stakeholder.last_name')}`.trim();

const narrowRows = (leads: readonly unknown[], width: number, header: boolean): string => {
  const rest = Math.max(narrowest, width) - 1 - idWidth - dayWidth - amountWidth - 4 * gap;
  const status = Math.floor(rest * 0.6);
  const rows = leads.map((lead) => {
    const shown = (path: string): string => visibleText(textOf(at(lead, path)));
    const created = shown('created_at').slice(0, dayWidth);
    return [shown('id'), created, shown('status'), personOf(shown), shown('loan.requested_amount')];
  });
  return plainTable(header ? [['ID', 'CREATED', 'STATUS', 'NAME', 'AMOUNT'], ...rows] : rows, {
    widths: [idWidth, dayWidth, status, rest - status, amountWidth],
    aligns: ['left', 'left', 'left', 'left', 'right'],
  });
};

/** Rows for a terminal of so many columns; what does not fit is cut, never the id. */
export const tableRows = (leads: readonly unknown[], width: number, header: boolean): string => {
  if (width < narrow) return narrowRows(leads, width, header);
  const rest = width - 1 - idWidth - dayWidth - amountWidth - 6 * gap;
  const [status, application] = [Math.floor(rest * 0.3), Math.floor(rest * 0.15)];
  const name = Math.floor((rest - status - application) / 2);
  const rows = leads.map((lead) => {
    const shown = (path: string): string => visibleText(textOf(at(lead, path)));
    const person = personOf(shown);
    const created = shown('created_at').slice(0, dayWidth);
    const [state, applied] = [shown('status'), shown('lead_application_status')];
    return [shown('id'), created, state, applied, person, shown('company.name'), shown('loan.requested_amount')];
  });
  return plainTable(header ? [titles, ...rows] : rows, {
    widths: [idWidth, dayWidth, status, application, name, rest - status - application - name, amountWidth],
    aligns: ['left', 'left', 'left', 'left', 'left', 'left', 'right'],
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
