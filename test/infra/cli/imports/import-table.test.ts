import { expect, it } from 'vitest';
import { importTable } from '../../../../infra/cli/imports/import-table.ts';
import { aSummary } from '../../../support/a-summary.ts';

it('at 80 columns what a person has to do something about is not cut away', () => {
  const statuses = { created: 5_602, duplicate: 1_000, failed: 14_398, unconfirmed: 12 };
  const summary = aSummary({ state: 'cancelled' }, statuses);
  const status = { ...summary, file: 'incoming/k.csv', updatedAt: summary.finishedAt, expectedEnd: null, why: null };
  const lines = importTable([{ ...status, summary: undefined }], 80).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(80);
  expect(lines[1]).toContain('14,398 failed, 12 unconfirmed');
});
