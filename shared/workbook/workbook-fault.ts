import { limits } from '../limits.ts';
import { TableFault } from '../table/table-fault.ts';

/** A workbook of which a part is not what it has to be. */
export const damaged = (what: string): TableFault => new TableFault('workbook_damaged', what);

/** A workbook that would take more than there is to read it. */
export const tooLarge = (what: string): TableFault => new TableFault('file_too_large', what);

/** A workbook of which a part is more than data: entities of its own would be read from anywhere. */
export const ownEntities = (): TableFault =>
  damaged('A part of the workbook defines entities of its own, which no spreadsheet program does.');

/** A text of a cell with what is added to it; no spreadsheet has a longer one. */
export const lengthened = (text: string, piece: string): string => {
  if (text.length > limits.maxCellText)
    throw tooLarge('A text of the workbook is longer than any that a spreadsheet holds.');
  return text + piece;
};
