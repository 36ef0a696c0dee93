import type { CsvRecord, RecordGroup } from '../../../shared/csv/records.ts';
import type { HeaderPlan } from '../../../shared/header/header.ts';
import type { FileFault } from '../../../shared/words/file-fault.ts';
import { isFooterText } from './footer.ts';

const hasAddress = ({ cells }: CsvRecord): boolean => cells.some((cell) => cell.includes('@'));

/** How many cells a row has, and how many of them an earlier report has put before the file's own. */
export interface RowShape {
  readonly columns: number;
  readonly own: number;
}

/** How many cells a row of a file has by its header. */
export const rowShape = ({ titles, reportColumns }: HeaderPlan): RowShape => ({
  columns: titles.length,
  own: reportColumns.size,
});

/** A line of one cell: what a torn first or last cell leaves, unless it is a title or a notice. */
const isPiece = ({ cells }: CsvRecord): boolean => cells.length === 1 && !isFooterText(cells[0] ?? '');

/**
 * Whether two records are together one row: on lines that follow, with as many cells as the header has columns. Both are
 * short, or one is a piece of a cell.
 */
const areOneRow = (one: CsvRecord, other: CsvRecord, { columns, own }: RowShape): boolean => {
  const areShort = one.cells.length < columns && other.cells.length < columns;
  return (
    (areShort || isPiece(one) || isPiece(other)) &&
    one.cells.length + other.cells.length - 1 - own === columns &&
    other.line === one.line + 1 &&
    !(hasAddress(one) && hasAddress(other))
  );
};

/** Marks the records that are halves of a row which a line break without quotes has torn. */
export async function* withTornRows(groups: AsyncIterable<RecordGroup>, shape: RowShape): AsyncGenerator<RecordGroup> {
  let before: CsvRecord | undefined;
  for await (const group of groups) {
    const marked: (CsvRecord | FileFault)[] = [];
    for (const record of group) {
      if (record.kind === 'fault') {
        if (before !== undefined) marked.push(before);
        before = undefined;
        marked.push(record);
        continue;
      }
      const isTorn = before !== undefined && areOneRow(before, record, shape);
      if (before !== undefined) marked.push(isTorn ? { ...before, isTorn } : before);
      before = isTorn ? { ...record, isTorn } : record;
    }
    yield marked;
  }
  if (before !== undefined) yield [before];
}
