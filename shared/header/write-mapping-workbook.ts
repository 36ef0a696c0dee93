import { buffer } from 'node:stream/consumers';
import { type Choices, type Validation, WorkbookWriter, type WrittenCell } from '../workbook/write-workbook.ts';
import { columnsSheet, type MappingSheets, valuesSheet } from './mapping-sheets.ts';
import { meaningChoices } from './plain-names.ts';

/** Where the drop-downs take their texts from: they are longer than a drop-down may be by itself. */
const listSheet = 'Lists';

const head = (names: readonly string[]): WrittenCell[] => names.map((text) => ({ text, look: 'head' }));
const ours = (text: string): WrittenCell => ({ text, look: 'ours' });
/** What is empty and asked for stands out. */
const toDecide = (text: string, isAsked: boolean): WrittenCell => ({
  text,
  look: isAsked && text === '' ? 'wrong' : 'text',
});

const cellOf = (line: number, position: number) => ({ top: line, left: position, bottom: line, right: position });

/** Every list that is chosen from, each once: a column of the hidden sheet. */
const listsOf = ({ columns, values }: MappingSheets): readonly (readonly string[])[] => {
  const all = [meaningChoices, ...columns.map(({ units }) => units), ...values.map(({ choices }) => choices)];
  return [...new Map(all.filter((list) => list.length > 0).map((list) => [list.join('\n'), list])).values()];
};

/** What is asked of a file, as `mapping.xlsx`: two sheets to fill in, and a hidden one with what can be chosen. */
export const writeMappingWorkbook = async (sheets: MappingSheets): Promise<Buffer> => {
  const { columns, values } = sheets;
  const lists = listsOf(sheets);
  const offered = (list: readonly string[]): Choices => {
    const position = lists.findIndex((each) => each.join('\n') === list.join('\n'));
    return { sheet: listSheet, range: { top: 1, left: position, bottom: list.length, right: position } };
  };
  const workbook = new WorkbookWriter();
  const bytes = buffer(workbook.output);
  const first = workbook.begin({ name: columnsSheet.name, widths: [34, 10, 30, 26, 70], headLines: 1 });
  await first.row(head(columnsSheet.head));
  const validations: Validation[] = [];
  for (const [index, { title, filled, meaning, unit, units, decide }] of columns.entries()) {
    await first.row([ours(title), ours(String(filled)), toDecide(meaning, decide !== ''), unit, ours(decide)]);
    if (units.length > 0) validations.push({ range: cellOf(index + 2, 3), choices: offered(units) });
  }
  const meanings = { top: 2, left: 2, bottom: columns.length + 1, right: 2 };
  validations.push({ range: meanings, choices: offered(meaningChoices) });
  await workbook.end(first, { validations });
  const second = workbook.begin({ name: valuesSheet.name, widths: [34, 50, 10, 30], headLines: 1 });
  await second.row(head(valuesSheet.head));
  for (const { title, text, rows, meaning } of values)
    await second.row([ours(title), ours(text), ours(String(rows)), toDecide(meaning, true)]);
  const choices = values.map((value, index) => ({ range: cellOf(index + 2, 3), choices: offered(value.choices) }));
  await workbook.end(second, { validations: choices });
  const hidden = workbook.begin({ name: listSheet, isHidden: true, widths: lists.map(() => 30), headLines: 0 });
  const longest = Math.max(...lists.map((list) => list.length));
  for (let line = 0; line < longest; line += 1) await hidden.row(lists.map((list) => list[line] ?? ''));
  await workbook.end(hidden, {});
  workbook.finish();
  return bytes;
};
