import type { Cells } from '../../../shared/table/table.ts';
import type { RowPlan } from './row-plan.ts';

/** What a report writes back: the cells that the row has, less an earlier report's own; a short row stays short. */
export const keptCells = (row: Cells, { header }: RowPlan): Cells => {
  if (header.kept.length === header.columns.length) return row;
  const { cells, quoted } = row;
  const inQuotes = new Set(quoted);
  const isKept = new Set(header.kept);
  const kept = [...cells.keys()].filter((position) => position >= header.columns.length || isKept.has(position));
  return {
    cells: kept.map((position) => cells[position] ?? ''),
    quoted: [...kept.keys()].filter((index) => inQuotes.has(kept[index] ?? -1)),
  };
};
