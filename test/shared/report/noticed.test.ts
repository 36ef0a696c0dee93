import { expect, it } from 'vitest';
import { noticedOf } from '../../../shared/report/noticed.ts';
import { aSummary } from '../../support/a-summary.ts';

const { source } = aSummary({});
const warned = (code: string, column: string, count: number, lines: number[] = []) =>
  noticedOf({ warnings: [{ code, column, count, lines }], source });

it('a warning about rows says in words what it is, on which lines, and what to do', () => {
  expect(warned('phone_zero_restored', 'customer.phone', 12, [4, 5, 6])).toEqual([
    {
      column: 'customer.phone',
      where: '12 rows, lines 4, 5, 6, …',
      sentence:
        'The number had lost its leading zero; it was put back. Format the phone column as text, so that the spreadsheet keeps the zero.',
    },
  ]);
});

it('rows of a workbook are called by their own numbers', () => {
  const warnings = [{ code: 'no_leads', column: '', count: 1, lines: [4] }];
  expect(noticedOf({ warnings, source: { ...source, sheet: 'Leads' } })).toMatchObject([{ where: '1 row, row 4' }]);
});

it('a warning about a whole column counts no rows', () => {
  expect(warned('several_columns', 'customer.phone', 1)).toMatchObject([{ where: '' }]);
});

it('what a person must look up at lumi is no mere notice', () => {
  expect(warned('same_lead', '', 1)).toEqual([]);
});
