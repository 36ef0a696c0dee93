import type { CellRange, TableRecord } from '../../../shared/table/table.ts';

/** Whether a merge covers a cell: all of its cells but the first, which shows its value. */
export const isCovered = ({ top, left, bottom, right }: CellRange, line: number, position: number): boolean =>
  line >= top && line <= bottom && position >= left && position <= right && (line > top || position > left);

/** Empties cells that a merge covers: what a file still holds there nobody sees. Records come in the order of their rows. */
export class CoveredCells {
  readonly #toCome: CellRange[];
  #active: CellRange[] = [];

  constructor(merges: readonly CellRange[]) {
    this.#toCome = merges.toSorted((one, other) => other.top - one.top);
  }

  emptied(record: TableRecord): TableRecord {
    const { line, cells } = record;
    for (let next = this.#toCome.at(-1); next !== undefined && next.top <= line; next = this.#toCome.at(-1)) {
      this.#active.push(next);
      this.#toCome.pop();
    }
    this.#active = this.#active.filter(({ bottom }) => bottom >= line);
    const isHidden = (position: number): boolean => this.#active.some((merge) => isCovered(merge, line, position));
    if (this.#active.length === 0 || !cells.some((cell, position) => cell !== '' && isHidden(position))) return record;
    return { ...record, cells: cells.map((cell, position) => (isHidden(position) ? '' : cell)) };
  }
}
