import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withCodes } from './codes.ts';

it('the README knows every code that a report can hold (npm run docs)', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  expect(withCodes(readme)).toBe(readme);
});
