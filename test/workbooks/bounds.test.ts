import { expect, it, vi } from 'vitest';
import { type ASheet, aWorkbook } from '../support/a-workbook.ts';
import { imported } from '../support/imported.ts';
import { aRow } from '../support/sample-rows.ts';

// The bounds as they are would need hundreds of megabytes to be met.
const small = vi.hoisted(() => ({ maxFileBytes: 100_000, maxWorkbookCells: 1_000 }));
vi.mock(import('../../shared/limits.ts'), async (original) => {
  const { limits } = await original();
  return { limits: { ...limits, ...small } as unknown as typeof limits };
});

const leads = { name: 'Leads', rows: [Object.keys(aRow(1)), Object.values(aRow(1))] };

const outcomeOf = async (sheets: readonly ASheet[], parts: Readonly<Record<string, string>> = {}) => {
  const { summary } = await imported(await aWorkbook({ sheets, parts }), 'a.xlsx');
  return summary.fileError?.code ?? summary.statuses.created;
};

/** A sheet of 400 formatted cells without content. */
const formatted = (name: string): ASheet => ({ name, rows: Array(4).fill(Array(100).fill('')) });

it('the cells of all sheets that are looked at count together', async () => {
  expect(await outcomeOf([leads, formatted('a'), formatted('b')])).toBe(1);
  expect(await outcomeOf([leads, formatted('a'), formatted('b'), formatted('c')])).toBe('file_too_large');
});

it('parts that are not read count together, beside sheets', async () => {
  const pictures = (count: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`xl/media/${at}.png`, 'x'.repeat(40_000)]));
  expect(await outcomeOf([leads], pictures(2))).toBe(1);
  expect(await outcomeOf([leads], pictures(3))).toBe('file_too_large');
  const notes: ASheet = { name: 'Notes', state: 'hidden', rows: Array(40).fill(['x'.repeat(1_000)]) };
  expect(await outcomeOf([leads, notes, { ...notes, name: 'More notes' }], pictures(2))).toBe(1);
});
