import type { HeaderPlan } from '../../../shared/header/header.ts';
import { documentsColumn } from '../../../shared/lead/attached-documents.ts';
import { fixedValues } from '../../../shared/lead/fixed-values.ts';
import type { RecordGroup, TableRecord } from '../../../shared/table/table.ts';
import type { FileFault } from '../../../shared/words/file-fault.ts';
import { isOfSomebody } from './no-lead.ts';

const hasAddress = ({ cells }: TableRecord): boolean => cells.some((cell) => cell.includes('@'));

/** What a row looks like by its header. */
export interface RowShape {
  /** How many cells it has, and how many of them an earlier report has put before the file's own. */
  readonly columns: number;
  readonly own: number;
  /** Whether its last cell holds words that may go on. What is not sent, or is one of a list, is whole by itself: a remark stands below it. */
  readonly endsInWords: boolean;
}

const mayGoOn = (column: string | undefined): boolean =>
  column !== undefined && column !== documentsColumn && !fixedValues.has(column);

export const rowShape = ({ titles, columns, reportColumns }: HeaderPlan): RowShape => ({
  columns: titles.length,
  own: reportColumns.size,
  endsInWords: mayGoOn(columns[titles.length - 1]),
});

/** Whether two short records on lines that follow have together as many cells as the header has columns. */
const areHalves = (one: TableRecord, other: TableRecord, { columns, own }: RowShape): boolean =>
  [one, other].every(({ cells }) => cells.length < columns && cells.length > 1) &&
  one.cells.length + other.cells.length - 1 - own === columns &&
  !(hasAddress(one) && hasAddress(other));

/** What no text ends with that is whole: a word or a sign that another one follows. */
const dangling = /[\p{L}\s][&,+/(]$|\b(?:and|or|of|for|the|an|to|with|from|about)$/u;
/** What remarks begin with, and nothing that a sentence goes on with. */
const remark =
  /^\W*(?:eof\b|end of\b|generated (?:by|on|at)\b|printed\b|exported\b|page \d|thanks?\b|confidential\b|copyright\b|as (?:at|of) \d|for internal\b)/iu;
/** What headings end with. */
const heading = /\b(?:office|branch|region|desk|leads|report)\W*$/iu;

/** Whether a text goes on in another one: a word does from its letters to small ones. A number alone is that of a page, or a year. */
const goesOn = (end: string, begin: string, line: string): boolean => {
  if (remark.test(line) || isOfSomebody(line)) return false;
  if (dangling.test(end.trim())) return true;
  return !heading.test(line) && /\p{L}$/u.test(end) && /^\p{Ll}/u.test(begin);
};

/** Whether a text may be the beginning of an e-mail address: no heading is written so. */
const beginsAddress = (text: string): boolean => /^[a-z0-9._+-]+$/.test(text);

/**
 * A line of one cell beside a whole row is a heading or a remark, unless a text goes on from the one to the other: then
 * the line break stands in the first cell of the row, or in its last one, where that holds words.
 */
const isPieceOf = (one: TableRecord, other: TableRecord, { columns, endsInWords }: RowShape): boolean => {
  const [end = '', begin = ''] = [one.cells.at(-1), other.cells[0]];
  if (one.cells.length === 1 && other.cells.length === columns)
    return goesOn(end, begin, end) && (!begin.includes('@') || beginsAddress(end));
  return endsInWords && other.cells.length === 1 && one.cells.length === columns && goesOn(end, begin, begin);
};

/** Rows whose first cell begins with a small letter: where that is the habit, it says nothing. */
class FirstLetters {
  #small = 0;
  #all = 0;

  add({ cells }: TableRecord): void {
    this.#all += 1;
    if (/^\p{Ll}/u.test(cells[0] ?? '')) this.#small += 1;
  }

  get areSmall(): boolean {
    return this.#small * 2 > this.#all;
  }
}

/** Marks the records that are halves of a row which a line break without quotes has torn. */
export async function* withTornRows(groups: AsyncIterable<RecordGroup>, shape: RowShape): AsyncGenerator<RecordGroup> {
  const letters = new FirstLetters();
  const areOneRow = (one: TableRecord, other: TableRecord): boolean =>
    other.line === one.line + 1 &&
    (areHalves(one, other, shape) || (isPieceOf(one, other, shape) && !(one.cells.length === 1 && letters.areSmall)));
  let before: TableRecord | undefined;
  for await (const group of groups) {
    const marked: (TableRecord | FileFault)[] = [];
    for (const record of group) {
      if (record.kind === 'fault') {
        if (before !== undefined) marked.push(before);
        before = undefined;
        marked.push(record);
        continue;
      }
      const isTorn = before !== undefined && areOneRow(before, record);
      if (record.cells.length > 1) letters.add(record);
      if (before !== undefined) marked.push(isTorn ? { ...before, isTorn } : before);
      before = isTorn ? { ...record, isTorn } : record;
    }
    yield marked;
  }
  if (before !== undefined) yield [before];
}
