import { expect, it } from 'vitest';
import { commandFor, sameAgain } from '../../../../infra/cli/imports/retry-command.ts';

const plan = {
  file: 'my leads.xlsx',
  apiUrl: undefined,
  documents: undefined,
  mapping: undefined,
  state: 'st',
  metadata: { first: '2', sheet: 'March', 'max-rejected': '0', 'enforce-mandatories': 'false', mapping: 'none' },
};

it('the same file again is imported with everything that was said of it', () => {
  expect(sameAgain(plan)).toBe(
    "npm start -- --mapping none --state st --first 2 --sheet March --max-rejected 0 --no-enforce-mandatories 'my leads.xlsx'",
  );
});

it('a retry file is imported whole, and is no sheet of the workbook', () => {
  expect(commandFor(plan, 'docs', 'out/retry.xlsx')).toBe(
    'npm start -- --documents docs --mapping none --state st --max-rejected 0 --no-enforce-mandatories out/retry.xlsx',
  );
});
