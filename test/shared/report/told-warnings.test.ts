import { expect, it } from 'vitest';
import { chosenOf, noticedOf } from '../../../shared/report/told-warnings.ts';
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
  expect(warned('months_or_years', 'loan.installments', 1)).toMatchObject([{ where: '' }]);
});

it('what was chosen without asking is told by itself, and no mere notice', () => {
  expect(warned('several_columns', 'customer.phone', 1)).toEqual([]);
  const mapping = { key: 'mappings/crm.json', versionId: null, found: 'header' } as const;
  const warnings = ['sheet_chosen', 'lines_above_header'].map((code) => ({
    code,
    column: '',
    count: 2,
    lines: [1, 2],
  }));
  const summary = aSummary({ warnings, mapping, source: { ...source, sheet: 'Leads' } });
  expect(chosenOf(summary)).toEqual([
    'The mapping file mappings/crm.json was used: it was made for this header.',
    expect.stringMatching(/^The sheet Leads was read\. /),
    expect.stringMatching(/^Lines above the header, such as a title, were left out\..*\(rows 1, 2\)$/),
  ]);
});

it('what a person must look up at lumi is no mere notice', () => {
  expect(warned('same_lead', '', 1)).toEqual([]);
});

it('a mapping file that was made for nearly the header is called by its own name, and not said to be made for it', () => {
  const key = 'mappings/cli-crm-1a2b3c4d.json';
  const warnings = [{ code: 'changed_header', column: key, count: 1, lines: [] }];
  const summary = aSummary({ warnings, mapping: { key, versionId: null, found: 'header' } });
  expect(chosenOf(summary)).toEqual(['The mapping file crm.json was used: it was made for nearly this header.']);
  expect(noticedOf(summary)).toMatchObject([{ column: 'crm.json' }]);
});
