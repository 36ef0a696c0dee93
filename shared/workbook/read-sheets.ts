import type { TableRecord } from '../table/table.ts';
import type { FileFault } from '../words/file-fault.ts';
import { openBook } from './book.ts';
import { SheetReader } from './sheet.ts';
import { WorkbookFault } from './workbook-fault.ts';

/** All rows of the visible sheets of a small workbook, by the names of the sheets; what is no workbook is a fault. */
export const readSheets = async (
  bytes: Buffer,
): Promise<ReadonlyMap<string, readonly TableRecord[]> | { readonly fault: FileFault }> => {
  try {
    const book = await openBook(bytes);
    if ('kind' in book) return { fault: book };
    const sheets = new Map<string, readonly TableRecord[]>();
    for (const { name, part, isVisible } of book.sheets) {
      if (!isVisible) continue;
      const groups = await Array.fromAsync(new SheetReader(book.context).rows(book.archive.part(part)));
      sheets.set(
        name,
        groups.flat().filter((row) => row.kind === 'record'),
      );
    }
    return sheets;
  } catch (error) {
    if (error instanceof WorkbookFault) return { fault: error.fault };
    throw error;
  }
};
