import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { upToDate } from './readme.ts';

it('the README knows every code that a report can hold, and shows real lines of the samples’ reports (npm run docs)', async () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  expect(await upToDate(readme)).toBe(readme);
});
