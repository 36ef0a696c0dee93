import { TableFault } from '../table/table-fault.ts';

/** A workbook of which a part is not what it has to be. */
export const damaged = (what: string): TableFault => new TableFault('workbook_damaged', what);

/** A workbook that would take more than there is to read it. */
export const tooLarge = (what: string): TableFault => new TableFault('file_too_large', what);
