import { expect, it } from 'vitest';
import { exitCodeOf } from '../../../../infra/cli/places/known-imports.ts';
import type { Summary } from '../../../../shared/report/summary.ts';
import { aSummary } from '../../../support/a-summary.ts';

const warned = (code: string): Partial<Summary> => ({ warnings: [{ code, column: '', count: 1, lines: [] }] });

it.each([
  [0, 'every row is created or a duplicate', aSummary({}, { created: 2, duplicate: 1 })],
  [
    2,
    'a duplicate is of a lead that nobody could confirm',
    aSummary(warned('duplicate_of_unconfirmed'), { duplicate: 1 }),
  ],
  [2, 'a row is unconfirmed', aSummary({}, { created: 2, unconfirmed: 1 })],
  [2, 'a lead may be there twice', aSummary(warned('maybe_twice'), { created: 2 })],
  [2, 'a row has the lead of another row', aSummary(warned('same_lead'), { created: 2 })],
  [1, 'the file was refused', aSummary({ state: 'refused' }, { not_sent: 2 })],
])('the exit code is %i where %s', (code, _, summary) => {
  expect(exitCodeOf(summary)).toBe(code);
});
