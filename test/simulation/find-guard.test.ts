import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaceGuard } from './find-guard.ts';
import { mutants } from './mutants.ts';

const root = join(import.meta.dirname, '..', '..');

describe('a guard', () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    'the guard of this mutant is found in its file: %s',
    (_, mutant) => {
      const source = readFileSync(join(root, mutant.file), 'utf8');
      expect(replaceGuard(source, mutant.guard, mutant.instead)).not.toBe(source);
    },
  );

  it('a guard is found after names and line breaks have changed, and its replacement uses the new names', () => {
    const source = 'const f = () => {\n  if (one !== undefined &&\n    one.until > now)\n    return;\n};';
    const found = replaceGuard(source, 'if (held !== undefined && held.until > at)', 'if (held.until > at)');
    expect(found).toBe('const f = () => {\n  if (one.until > now)\n    return;\n};');
  });

  it('a guard that fits two places is an error, unless its names tell them apart', () => {
    expect(replaceGuard('f(a); f(b);', 'f(b);', '')).toBe('f(a); ');
    expect(() => replaceGuard('f(a); f(b);', 'f(c);', '')).toThrow('it occurs 2 times');
    expect(() => replaceGuard('f(a);', 'g(a, b);', '')).toThrow('it occurs 0 times');
  });
});
