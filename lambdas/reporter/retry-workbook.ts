import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { distinctTitles } from '../../shared/header/distinct-titles.ts';
import { fixedValues } from '../../shared/lead/fixed-values.ts';
import { limits } from '../../shared/limits.ts';
import type { Manifest } from '../../shared/state/manifest.ts';
import { guardCell } from '../../shared/table/formula-guard.ts';
import { reportColumns } from '../../shared/table/report-columns.ts';
import type { Problem } from '../../shared/words/problem.ts';
import type { CellNote } from '../../shared/workbook/notes.ts';
import {
  type CellLook,
  longestCell,
  type SheetWriter,
  type Validation,
  WorkbookWriter,
  type WrittenCell,
} from '../../shared/workbook/write-workbook.ts';
import type { EndedRow } from './ended-rows.ts';
import { reportCells, reportHeader } from './report-cells.ts';

/** What a workbook is called in HTTP. */
export const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const ownColumns = Object.values(reportColumns);

/** What every spreadsheet takes as the name of a sheet; other programs write other names too. */
const sheetName = /^(?!')[^[\]:*?/\\\u0000-\u001f]{1,31}(?<!')$/;

/** The sheet is called as the reader's own. */
const sheetNameOf = ({ source }: Manifest): string => {
  const own = source.format?.sheet ?? '';
  return sheetName.test(own) ? own : 'Leads';
};

/** Of our own columns, in characters. */
const ownWidths: Readonly<Record<keyof typeof reportColumns, number>> = {
  line: 10,
  status: 14,
  leadId: 14,
  errorCode: 24,
  error: 50,
  tip: 50,
  documents: 18,
  warning: 24,
};

/** Of the file's own columns, in characters. */
const widthOf = (title: string): number => Math.min(30, Math.max(14, title.length + 2));

/** Where each column of lumi stands among the cells of a report. */
const positionsIn = ({ header, columns }: Manifest): ReadonlyMap<string, readonly number[]> => {
  // By entries: a header may be called what every object has, such as constructor.
  const mapped = new Map(Object.entries(columns.mapped));
  const found = distinctTitles(header).flatMap((title, index) =>
    (mapped.get(title.trim())?.split(' + ') ?? []).map((column) => ({
      column,
      position: index + ownColumns.length,
    })),
  );
  const own = ownColumns.map((column, position) => ({ column: column as string, position }));
  const byColumn = Map.groupBy([...own, ...found], ({ column }) => column);
  return new Map([...byColumn].map(([column, all]) => [column, all.map(({ position }) => position)]));
};

/** What is said at a cell: what is wrong, and what to do. */
const noteOf = ({ what, tip }: Problem): string => `${what}\n${tip}`.trim();

/**
 * `retry.xlsx` while the rows of an import go by: the rows that need a person, as `retry.csv` has them, in cells that a
 * spreadsheet keeps as they are, with what is wrong marked where it is.
 */
class RetryWorkbook {
  readonly #workbook = new WorkbookWriter();
  readonly #sheet: SheetWriter;
  readonly #header: readonly string[];
  readonly #positions: ReadonlyMap<string, readonly number[]>;
  readonly #notes: CellNote[] = [];
  readonly #uploaded: Promise<void>;
  #isTooLarge = false;

  constructor(store: Pick<ObjectStore, 'upload'>, key: string, manifest: Manifest) {
    this.#header = reportHeader({ cells: manifest.header, quoted: [] }).cells;
    this.#positions = positionsIn(manifest);
    const widths = [...Object.values(ownWidths), ...manifest.header.map(widthOf)];
    this.#sheet = this.#workbook.begin({ name: sheetNameOf(manifest), widths, headLines: 1 });
    this.#uploaded = store.upload(key, this.#workbook.output, workbookType);
    // `finish` and `discard` handle the error; until then a failing upload must not end the process.
    this.#uploaded.catch((error: unknown) =>
      this.#workbook.fail(error instanceof Error ? error : new Error('the upload failed')),
    );
  }

  async begin(): Promise<void> {
    await this.#sheet.row(
      this.#header.map((title, at) => ({
        text: guardCell(title),
        look: at < ownColumns.length ? ('oursHead' as const) : ('head' as const),
      })),
    );
  }

  async add(rows: readonly EndedRow[]): Promise<void> {
    for (const row of rows) {
      const { cells } = reportCells(row, '');
      this.#isTooLarge ||=
        this.#sheet.lines > limits.maxRetryWorkbookRows || cells.some((cell) => cell.length >= longestCell);
      if (this.#isTooLarge) return;
      const wrong = this.#note(row);
      const written = cells.map((cell, at): WrittenCell => {
        const look: CellLook = at < ownColumns.length ? 'ours' : 'text';
        return { text: guardCell(cell), look: wrong.has(at) ? 'wrong' : look };
      });
      await this.#sheet.row(
        written,
        row.state.problems.some(({ code }) => code === 'hidden_row'),
      );
    }
  }

  /** Notes what is wrong at each cell of the row that comes next; the positions of these cells. */
  #note({ state: { problems } }: EndedRow): ReadonlySet<number> {
    const texts = new Map<number, string[]>();
    for (const problem of problems)
      for (const position of this.#positions.get(problem.column ?? '') ?? [])
        texts.set(position, [...(texts.get(position) ?? []), noteOf(problem)]);
    const line = this.#sheet.lines + 1;
    for (const [position, all] of texts)
      if (this.#notes.length < limits.maxRetryNotes) this.#notes.push({ line, position, text: all.join('\n\n') });
    return new Set(texts.keys());
  }

  get #validations(): Validation[] {
    const bottom = Math.max(2, this.#sheet.lines);
    return [...fixedValues].flatMap(([column, choices]) =>
      (this.#positions.get(column) ?? []).map((position) => ({
        range: { top: 2, left: position, bottom, right: position },
        choices,
      })),
    );
  }

  /** Publishes it. @returns false where its rows are too many or too long for a workbook */
  async finish(): Promise<boolean> {
    if (this.#isTooLarge) {
      await this.discard();
      return false;
    }
    const end = { validations: this.#validations, notes: this.#notes, hasFilter: true };
    await this.#workbook.end(this.#sheet, end);
    this.#workbook.finish();
    await this.#uploaded;
    return true;
  }

  /** Throws it away. */
  async discard(): Promise<void> {
    this.#workbook.fail(new Error('the workbook was discarded'));
    await this.#uploaded.catch(() => undefined);
  }
}

/** `retry.xlsx` of an import: there is one where there are rows for it. */
export class RetryWorkbookDraft {
  readonly #begin: () => RetryWorkbook;
  #workbook: RetryWorkbook | undefined;

  constructor(store: Pick<ObjectStore, 'upload'>, key: string, manifest: Manifest) {
    this.#begin = () => new RetryWorkbook(store, key, manifest);
  }

  /** @param rows that need a person, in order */
  async add(rows: readonly EndedRow[]): Promise<void> {
    if (rows.length === 0) return;
    if (this.#workbook === undefined) {
      this.#workbook = this.#begin();
      await this.#workbook.begin();
    }
    await this.#workbook.add(rows);
  }

  /** @returns whether there is one now */
  async finish(): Promise<boolean> {
    return this.#workbook !== undefined && (await this.#workbook.finish());
  }

  async discard(): Promise<void> {
    await this.#workbook?.discard();
  }
}
