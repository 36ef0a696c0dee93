import { limits } from '../limits.ts';
import type { TableRecord } from '../table/table.ts';
import { TableFault } from '../table/table-fault.ts';
import type { FileFault } from '../words/file-fault.ts';
import { type Book, openBook, type SheetEntry } from './book.ts';
import { SheetReader } from './sheet.ts';
import { tooLarge } from './workbook-fault.ts';

const lengthOf = ({ cells }: TableRecord): number => cells.reduce((sum, cell) => sum + cell.length, 0);

/** The rows of a sheet, as far as a mapping may have them. */
const rowsOf = async ({ archive, context }: Book, { part }: SheetEntry): Promise<readonly TableRecord[]> => {
  const rows: TableRecord[] = [];
  let characters = 0;
  for await (const group of new SheetReader(context).rows(archive.part(part))) {
    for (const row of group) {
      if (row.kind === 'fault') continue;
      rows.push(row);
      characters += lengthOf(row);
    }
    if (rows.length > limits.maxMappingRows || characters > limits.maxMappingCharacters)
      throw tooLarge('A sheet of it holds more than a mapping has.');
  }
  return rows;
};

/** All rows of some visible sheets of a small workbook, by the names of the sheets; what is no workbook is a fault. */
export const readSheets = async (
  bytes: Buffer,
  isWanted: (name: string) => boolean,
): Promise<ReadonlyMap<string, readonly TableRecord[]> | { readonly fault: FileFault }> => {
  try {
    const book = await openBook(bytes);
    if ('kind' in book) return { fault: book };
    const sheets = new Map<string, readonly TableRecord[]>();
    for (const sheet of book.sheets)
      if (sheet.isVisible && isWanted(sheet.name)) sheets.set(sheet.name, await rowsOf(book, sheet));
    return sheets;
  } catch (error) {
    if (error instanceof TableFault) return { fault: error.fault };
    throw error;
  }
};
