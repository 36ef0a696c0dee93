import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeNew } from '../../../../infra/cli/terminal/write-new.ts';

const directory = mkdtempSync(join(tmpdir(), 'write-new-'));

it('writes no file over another', () => {
  const path = join(directory, 'a.json');
  writeFileSync(path, 'mine');
  expect(() => writeNew(path, 'other')).toThrow('is there already; it was not written over');
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

it('names what cannot be written, and leaves nothing of it', () => {
  const path = join(directory, 'nowhere', 'a.json');
  expect(() => writeNew(path, 'x')).toThrow(`${path} could not be written: ENOENT`);
  expect(existsSync(path)).toBe(false);
});
