import { requiredColumns } from '../lead/lead.ts';
import type { HeaderRules } from '../table/table.ts';
import { knownColumnOf } from './column-name.ts';
import { columnsNamed } from './header.ts';
import type { Mapping } from './mapping.ts';
import { isMappingWorkbook } from './missing-column.ts';

/** Cells with content that a header has at least, where only one of its names is known. */
const leastNames = 3;

/**
 * What a header is, for everybody who opens a file: the line that names more than half of the required columns, and where
 * no line does, the one of several names of which most are known: a title has neither, and a line of groups has few.
 */
export const headerRules = (mapping: Mapping, enforceMandatories: boolean): HeaderRules => {
  const required = requiredColumns(enforceMandatories).filter((column) => !mapping.constants.has(column));
  const namesIn = (cells: readonly string[]): number => {
    const named = columnsNamed(cells, mapping);
    return required.filter((column) => named.has(column)).length;
  };
  return {
    namesIn,
    isHeader: (cells) => namesIn(cells) * 2 > required.length,
    knownNames: (cells) => {
      if (isMappingWorkbook(cells)) return cells.length;
      const filled = cells.filter((cell) => cell.trim() !== '');
      if (filled.length < leastNames || cells.some((cell) => cell.includes('@'))) return 0;
      return cells.filter((cell) => knownColumnOf(cell) !== undefined).length;
    },
  };
};
