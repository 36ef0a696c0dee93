import { knownColumnOf } from '../../../shared/header/column-name.ts';
import { distinctTitles } from '../../../shared/header/distinct-titles.ts';
import type { SeenColumn } from '../../../shared/header/seen-column.ts';
import { fixedValues } from '../../../shared/lead/fixed-values.ts';

/** Rows by whose values a column is known, and different values that are remembered of it. */
const seenRows = 1_000;
const seenValues = 300;

/** What the columns of a file hold, while its rows go by: enough of it to say what each may be. */
export class ColumnSample {
  readonly #titles: readonly string[];
  readonly #values: readonly Map<string, number>[];
  readonly #filled: number[];
  /** Columns of which every text is asked for: those that take certain values only. */
  readonly #fixed: readonly number[];
  #rows = 0;

  /** @param columns what each is read as, where that is known */
  constructor(header: readonly string[], columns: readonly (string | undefined)[] = header.map(knownColumnOf)) {
    this.#titles = distinctTitles(header);
    this.#values = header.map(() => new Map());
    this.#filled = header.map(() => 0);
    this.#fixed = [...header.keys()].filter((position) => fixedValues.has(columns[position] ?? ''));
  }

  add(cells: readonly string[]): void {
    this.#rows += 1;
    for (let position = 0; position < this.#filled.length; position += 1) {
      const cell = cells[position];
      if (cell !== undefined && cell !== '' && cell.trim() !== '')
        this.#filled[position] = (this.#filled[position] ?? 0) + 1;
    }
    if (this.#rows <= seenRows) for (const position of this.#values.keys()) this.#note(position, cells);
    else for (const position of this.#fixed) this.#note(position, cells);
  }

  #note(position: number, cells: readonly string[]): void {
    const values = this.#values[position];
    const text = cells[position]?.trim() ?? '';
    if (values === undefined || text === '') return;
    if (values.has(text) || values.size < seenValues) values.set(text, (values.get(text) ?? 0) + 1);
  }

  get columns(): readonly SeenColumn[] {
    return this.#titles.map((title, position) => ({ title, values: this.#values[position] ?? new Map() }));
  }

  /** In how many rows each column has something. */
  get filled(): readonly number[] {
    return this.#filled;
  }
}
