import type { HeaderPlan } from '../../../shared/header/header.ts';
import { isZeroDate, onlyOrderOf } from '../../../shared/lead/cells/date.ts';
import { hasDecimalComma } from '../../../shared/lead/cells/number.ts';
import type { SeenOrder } from '../../../shared/lead/refusal.ts';
import type { CellRange } from '../../../shared/table/table.ts';
import { isBrokenText } from './broken-text.ts';
import { isMojibake } from './misread.ts';
import { dividingInto } from './undivided.ts';

/**
 * What is known of a file as a whole once it was read to its end: a single row does not show whether it is whole, or which
 * number of a date comes first.
 */
export interface FileFacts {
  /** Whether rows with fewer cells than the header are the file's habit. */
  readonly shortRows: boolean;
  /** So many empty cells stand behind every row: a delimiter at the end of the line. */
  readonly emptyCellsBehind: number;
  /** The orders of day and month of which some date can only be one. */
  readonly dateOrders: readonly SeenOrder[];
  /** Whether some name was read in the wrong code page. */
  readonly brokenText: boolean;
  /** Columns of amounts of which some have a decimal comma. */
  readonly decimalCommas: readonly string[];
  /** So many columns have cells with content, those without a name among them; 0 where all of them have names. */
  readonly width: number;
  /** Cells of a workbook that are shown as one, where some row has problems. */
  readonly merges: readonly CellRange[];
}

/** Of a file whose rows all have as many cells as its header, and nothing doubtful in them. */
export const plainFacts: FileFacts = {
  shortRows: false,
  emptyCellsBehind: 0,
  dateOrders: [],
  brokenText: false,
  decimalCommas: [],
  width: 0,
  merges: [],
};

/** Rows that make a habit. */
const habit = 3;

export const birthColumn = 'customer.date_of_birth';
/** Columns whose cells are money. */
export const amountColumns: readonly string[] = ['loan.requested_amount', 'company.average_monthly_turnover'];
/** Columns whose text is a name. */
export const nameColumns: ReadonlySet<string> = new Set([
  'customer.first_name',
  'customer.last_name',
  'customer.address.street',
  'customer.address.suburb',
  'company.name',
  'company.industry',
  'company.address.street',
  'company.address.suburb',
]);

/** UTF-8 that was read as something else is a fault of its cell, and says nothing of the others. */
const isBroken = (cell: string): boolean => isBrokenText(cell) && !isMojibake(cell);

/** Gathers a file's facts while its rows go by. */
export class FileEvidence {
  readonly #header: HeaderPlan;
  readonly #isSheet: boolean;
  #width = 0;
  readonly #namePositions: readonly number[];
  #rows = 0;
  #short = 0;
  /** By sign: rows of one cell that it would divide as the header is divided. */
  readonly #undivided = new Map<string, number>();
  readonly #cellCounts = new Map<number, number>();
  readonly #dateOrders = new Set<SeenOrder>();
  #brokenText = false;
  readonly #decimalCommas = new Set<string>();

  /** @param isSheet whether its rows are those of a workbook, whose cells stand where they stand */
  constructor(header: HeaderPlan, isSheet: boolean) {
    this.#header = header;
    this.#isSheet = isSheet;
    this.#namePositions = [...header.columns.keys()].filter((position) =>
      nameColumns.has(header.columns[position] ?? ''),
    );
  }

  /** @param isGood whether nothing is wrong with the row, unless that it is short: others make no habit */
  add(cells: readonly string[], isGood: boolean): void {
    const { sources } = this.#header;
    this.#rows += 1;
    if (this.#isSheet)
      this.#width = Math.max(this.#width, cells.length > this.#header.titles.length ? cells.length : 0);
    else this.#addCount(cells, isGood);
    for (const { position } of sources.get(birthColumn) ?? []) {
      const text = cells[position]?.trim() ?? '';
      const order = isZeroDate(text) ? undefined : onlyOrderOf(text);
      if (order !== undefined) this.#dateOrders.add(order);
    }
    for (const column of amountColumns)
      for (const { position } of sources.get(column) ?? [])
        if (hasDecimalComma(cells[position]?.trim() ?? '')) this.#decimalCommas.add(column);
    if (this.#brokenText) return;
    this.#brokenText = this.#namePositions.some((position) => isBroken(cells[position] ?? ''));
  }

  #addCount(cells: readonly string[], isGood: boolean): void {
    const { titles } = this.#header;
    if (isGood && cells.length < titles.length) this.#short += 1;
    if (cells.length === 1 && titles.length > 1) this.#addUndivided(cells[0] ?? '');
    const isLong = cells.length > titles.length && cells.slice(titles.length).every((cell) => cell.trim() === '');
    if (cells.length < titles.length || isLong)
      this.#cellCounts.set(cells.length, (this.#cellCounts.get(cells.length) ?? 0) + 1);
  }

  #addUndivided(text: string): void {
    for (const sign of dividingInto(text, (count) => count === this.#header.titles.length))
      this.#undivided.set(sign, (this.#undivided.get(sign) ?? 0) + 1);
  }

  /** What separates the cells of most rows, where that is another sign than the header's. */
  get otherDelimiter(): string | undefined {
    const [found] = [...this.#undivided].find(([, rows]) => rows * 2 > this.#rows) ?? [];
    return found;
  }

  get facts(): FileFacts {
    const [usual] = [...this.#cellCounts].filter(
      ([count, rows]) => count > this.#header.titles.length && rows >= habit && rows * 2 > this.#rows,
    );
    return {
      shortRows: this.#short >= habit,
      emptyCellsBehind: usual === undefined ? 0 : usual[0] - this.#header.titles.length,
      dateOrders: [...this.#dateOrders].toSorted(),
      brokenText: this.#brokenText,
      decimalCommas: [...this.#decimalCommas].toSorted(),
      width: this.#width,
      merges: [],
    };
  }

  /**
   * The number of cells that all rows have though the header has more names, one of them unknown and among theirs: a
   * delimiter in a name has moved the names behind it.
   */
  get shiftedBy(): { readonly cells: number; readonly name: string } | undefined {
    const { titles, columns } = this.#header;
    const [only] = this.#cellCounts;
    if (only === undefined || this.#cellCounts.size > 1 || only[1] < this.#rows || only[0] >= titles.length)
      return undefined;
    const own = new Set(this.#header.reportColumns.values());
    const unknown = titles.findIndex((_, at) => at < only[0] && columns[at] === undefined && !own.has(at));
    return unknown === -1 ? undefined : { cells: only[0], name: titles[unknown] ?? '' };
  }
}
