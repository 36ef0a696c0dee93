import type { Mutant } from './mutant.ts';

const file = 'lambdas/parser/row/plain-row.ts';
const tests = ['test/lambdas/parser/row/plain-row.test.ts'];

/** Guards by which a row is read by itself: without one of them it would be read otherwise than all rules say. */
export const readingMutants: readonly Mutant[] = [
  {
    name: 'a row of letters beyond ASCII is plain',
    file,
    guard: 'isTorn === true || cells.length !== width || !cells.every(isPlainText)',
    instead: 'isTorn === true || cells.length !== width',
    tests,
  },
  {
    name: 'a row without a cell that lumi wants is plain',
    file,
    guard: 'if (value === undefined && (!isEmpty || column.isRequired)) return undefined;',
    instead: 'if (value === undefined && !isEmpty) return undefined;',
    tests,
  },
  {
    name: 'what a program writes in place of a value is plain',
    file,
    guard: "if (typeof value === 'string' && name !== 'customer.phone' && isProgramText(text)) return undefined;",
    instead: '',
    tests,
  },
  {
    name: 'what is warned of is plain',
    file,
    guard: 'return textWarning(name, text, value) === undefined ? value : undefined;',
    instead: 'return value;',
    tests,
  },
  {
    name: 'what a spreadsheet guards is plain',
    file,
    guard: 'guarded.test(text)',
    instead: 'false',
    tests,
  },
  {
    name: 'values that contradict one another are plain',
    file,
    guard: 'return agree(values) ? buildLead(values) : undefined;',
    instead: 'return buildLead(values);',
    tests,
  },
  {
    name: 'what is no lead makes short rows the habit of a file',
    file: 'lambdas/parser/file-reading.ts',
    guard: "reading.kind !== 'rejected' || isOnlyShort(cells, reading.problems, plan)",
    instead: 'true',
    tests: ['test/lambdas/parser/other-tables.test.ts'],
  },
  {
    name: 'a header of other columns is the header again',
    file: 'lambdas/parser/row/no-lead.ts',
    guard:
      'if (others.some(({ name }) => knownColumnOf(name) !== undefined) || others.length * 2 >= names.length) return false;',
    instead: '',
    tests: ['test/lambdas/parser/no-leads.test.ts', 'test/lambdas/parser/other-tables.test.ts'],
  },
];
