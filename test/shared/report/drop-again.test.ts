import { expect, it } from 'vitest';
import { optionsFor } from '../../../shared/report/drop-again.ts';

it.each([
  ['retry.csv', ['encoding', 'sheet', 'dry-run', 'first']],
  ['retry.xlsx', ['dry-run', 'first']],
  ['unconfirmed.csv', ['encoding', 'sheet', 'first']],
  ['unconfirmed.xlsx', ['first']],
])('%s is imported with the options that are about it', (file, names) => {
  const given = { encoding: 'utf-8', sheet: 'Leads', 'dry-run': 'true', first: '2' };
  expect(Object.keys(optionsFor(file, given))).toEqual(names);
});
