import type { Mutant } from './mutant.ts';

const tests = ['test/workbooks/workbooks.test.ts'];
const retryTests = ['test/workbooks/retry.test.ts'];
const sheet = 'shared/workbook/sheet.ts';
const sheetRow = 'lambdas/parser/row/sheet-row.ts';

/** Guards of reading workbooks, and of writing those that come back, each removed. */
export const workbookMutants: readonly Mutant[] = [
  {
    name: 'a part of a workbook is not held against its checksum',
    file: 'shared/workbook/archive.ts',
    guard: 'if (sum !== entry.crc32)',
    instead: 'if (sum !== sum)',
    tests,
  },
  {
    name: 'a workbook may define entities of its own',
    file: 'shared/workbook/xml.ts',
    guard: "parser.on('doctype', () => {",
    instead: "parser.on('processinginstruction', () => {",
    tests,
  },
  {
    name: 'a text without an end is read into memory',
    file: 'shared/workbook/xml.ts',
    guard: 'if (fed - fedAtTag > longestPiece)',
    instead: 'if (fed < 0)',
    tests,
  },
  {
    name: 'the rows of a sheet may come in any order',
    file: sheet,
    guard: '|| line <= this.#line',
    instead: '',
    tests,
  },
  {
    name: 'a formula without a value is an empty cell',
    file: sheet,
    guard: 'const text = isWithoutValue ?',
    instead: 'const text = false ?',
    tests,
  },
  {
    name: 'rows that a workbook hides are sent',
    file: sheetRow,
    guard: 'if (record.isHidden === true && !plan.sendsHidden)',
    instead: 'if (plan.sendsHidden)',
    tests,
  },
  {
    name: 'one of several sheets of leads is taken without asking',
    file: 'shared/workbook/read-workbook.ts',
    guard: 'if (sure.length > 1)',
    instead: 'if (sure.length > 9)',
    tests,
  },
  {
    name: 'a serial number that is no day becomes a date',
    file: 'shared/workbook/cell-text.ts',
    guard: 'if (day < 1 || day === noDay || day > lastDay) return undefined;',
    instead: '',
    tests,
  },
  {
    name: 'the report of one import is other bytes at another time',
    file: 'shared/workbook/write-workbook.ts',
    guard: '{ mtime: new Date(2000, 0, 1) }',
    instead: '{}',
    tests: retryTests,
  },
  {
    name: 'cells of retry.xlsx run as formulas where somebody saves them as a CSV',
    file: 'lambdas/reporter/retry-workbook.ts',
    guard: "return { text: guardCell(cell), look: wrong.has(at) ? 'wrong' : look };",
    instead: "return { text: cell, look: wrong.has(at) ? 'wrong' : look };",
    tests: retryTests,
  },
  {
    name: 'a cell that is longer than a spreadsheet takes goes into retry.xlsx',
    file: 'lambdas/reporter/retry-workbook.ts',
    guard: 'cells.some((cell) => cell.length >= longestCell)',
    instead: 'cells.length > longestCell',
    tests: retryTests,
  },
  {
    name: 'a guessed meaning stands in mapping.xlsx as if somebody had said it',
    file: 'shared/header/ask-mapping.ts',
    guard: "const isTaken = meaning !== null && (isSaid || certainty !== 'ask');",
    instead: 'const isTaken = meaning !== null;',
    tests: ['test/workbooks/mapping.test.ts'],
  },
  {
    name: 'a sheet that cannot be read is passed over for another one',
    file: 'shared/workbook/read-workbook.ts',
    guard: 'visible.length > 1 ? filled : []',
    instead: '[] as SeenSheet[]',
    tests: ['test/workbooks/not-guessed.test.ts'],
  },
  {
    name: 'parts that are not read may be damaged',
    file: 'shared/workbook/book.ts',
    guard: 'await archive.verify(',
    instead: 'await Promise.resolve(',
    tests: ['test/workbooks/not-guessed.test.ts'],
  },
];
