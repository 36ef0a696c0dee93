import { buffer } from 'node:stream/consumers';
import { plainNames } from '../../../shared/header/plain-names.ts';
import { fixedValues } from '../../../shared/lead/fixed-values.ts';
import { requiredColumns } from '../../../shared/lead/lead.ts';
import { WorkbookWriter, type WrittenCell } from '../../../shared/workbook/write-workbook.ts';
import { exampleOf, templateColumns } from './template-csv.ts';

/** Rows for which choices are offered: as many as people type. */
const offeredRows = 1_000;

/** An example that is refused where somebody leaves it in: each of its cells, since some of them may be written over. */
const exampleCell = (column: string): string => {
  const example = exampleOf(column);
  if (example === '') return '';
  return `${example} (${column === 'customer.email' ? 'an example: write over this row' : 'example'})`;
};

/** A workbook with every column, the required ones first, in cells that keep what is typed, and an example row. */
export const templateWorkbook = async (): Promise<Buffer> => {
  const required = new Set(requiredColumns(true));
  const workbook = new WorkbookWriter();
  const bytes = buffer(workbook.output);
  const titles = templateColumns.map((column) => plainNames[column] ?? column);
  const sheet = workbook.begin({
    name: 'Leads',
    widths: titles.map((title) => Math.max(14, title.length + 3)),
    headLines: 1,
  });
  await sheet.row(
    titles.map(
      (text, at): WrittenCell => ({ text, look: required.has(templateColumns[at] ?? '') ? 'oursHead' : 'head' }),
    ),
  );
  await sheet.row(templateColumns.map((column): WrittenCell => ({ text: exampleCell(column), look: 'example' })));
  const validations = templateColumns.flatMap((column, position) => {
    const choices = fixedValues.get(column);
    const range = { top: 2, left: position, bottom: offeredRows + 1, right: position };
    return choices === undefined ? [] : [{ range, choices }];
  });
  await workbook.end(sheet, { validations });
  workbook.finish();
  return bytes;
};
