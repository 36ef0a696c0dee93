import { documentsColumn } from '../../../shared/lead/attached-documents.ts';
import { cellReaders, type Lead, leadBuilder, requiredColumns } from '../../../shared/lead/lead.ts';
import { type CellReader, type CellRules, Refusal, Remarkable } from '../../../shared/lead/refusal.ts';
import type { TableRecord } from '../../../shared/table/table.ts';
import { isPlainText } from './cell-text.ts';
import { isProgramText } from './program-text.ts';
import type { RowPlan } from './row-plan.ts';
import type { RowReading } from './row-reading.ts';
import { crossColumns, crossWarnings, textWarning } from './warnings.ts';

/** A column whose cell is read by itself. */
interface PlainColumn {
  readonly name: string;
  readonly position: number;
  readonly read: CellReader<unknown>;
  readonly rules: CellRules;
  readonly isRequired: boolean;
}

/** The columns of a plan under which a row may be plain; undefined where the file's rows need more than their cells. */
const plainColumns = (plan: RowPlan): PlainColumn[] | undefined => {
  const { header, mapping, values, facts, format, rules } = plan;
  const required = new Set(requiredColumns(plan.enforceMandatories));
  if (format.isSheet || header.reportColumns.size > 0 || mapping.constants.size > 0) return undefined;
  const columns: PlainColumn[] = [];
  for (const [name, read] of cellReaders) {
    const [source, ...others] = header.sources.get(name) ?? [];
    if (source === undefined && required.has(name)) return undefined;
    if (source === undefined) continue;
    if (others.length > 0 || source.part !== 'whole' || source.conversion !== undefined || values.has(name))
      return undefined;
    columns.push({
      name,
      position: source.position,
      read,
      rules: facts.decimalCommas.includes(name) ? { ...rules, decimalComma: true } : rules,
      isRequired: required.has(name),
    });
  }
  return columns;
};

/** An apostrophe or `=`: what programs write before a value. */
const guarded = /^[\u0027=]/;

/** The value of a cell of which nothing is to be said; undefined where something is, or it may be. */
const plainValue = (cell: string, { name, read, rules }: PlainColumn): unknown => {
  const text = cell.trim();
  if (guarded.test(text)) return undefined;
  const value = read(text, rules);
  if (value instanceof Refusal || value instanceof Remarkable) return undefined;
  if (typeof value === 'string' && name !== 'customer.phone' && isProgramText(text)) return undefined;
  return textWarning(name, text, value) === undefined ? value : undefined;
};

/** Reads a row by itself; undefined where it is to be read with all rules. */
export type PlainRowReader = (record: TableRecord) => RowReading | undefined;

/**
 * Nearly every row is plain: printable ASCII, as many cells as the header, each of them read by the reader of its column
 * without a remark. Its lead is built at once, by a plan that is made of the header once. Whatever is remarkable takes the
 * long way (`readRecord`), so that each rule and each message exists there and nowhere else.
 */
export const plainRowReader = (plan: RowPlan): PlainRowReader => {
  const columns = plainColumns(plan);
  if (columns === undefined) return () => undefined;
  const sent = columns.filter(({ name }) => name !== documentsColumn);
  const documents = columns.find(({ name }) => name === documentsColumn);
  const buildLead = leadBuilder(sent.map(({ name }) => name));
  const crossed = [...sent.keys()].filter((index) => crossColumns.includes(sent[index]?.name ?? ''));
  const agree = (values: readonly unknown[]): boolean =>
    crossed.length === 0 ||
    crossWarnings(new Map(crossed.map((index) => [sent[index]?.name ?? '', values[index]])), plan.header).length === 0;
  const width = plan.header.titles.length;
  const read = (cells: readonly string[]): Lead | undefined => {
    const values: unknown[] = [];
    for (const column of sent) {
      const cell = cells[column.position] ?? '';
      const isEmpty = cell === '' || cell.trim() === '';
      const value = isEmpty ? undefined : plainValue(cell, column);
      if (value === undefined && (!isEmpty || column.isRequired)) return undefined;
      values.push(value);
    }
    return agree(values) ? buildLead(values) : undefined;
  };
  return ({ cells, isTorn }) => {
    if (isTorn === true || cells.length !== width || !cells.every(isPlainText)) return undefined;
    if (documents !== undefined && cells[documents.position] !== '') return undefined;
    const lead = read(cells);
    return lead === undefined ? undefined : { kind: 'lead', lead, documents: [], warnings: [] };
  };
};
