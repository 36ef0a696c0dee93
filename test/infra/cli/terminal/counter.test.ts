import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { startCounter } from '../../../../infra/cli/terminal/counter.ts';

const run = (isTTY: boolean): string => {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80, cursorTo: () => true, clearLine: () => true });
  const counter = startCounter(stream as unknown as NodeJS.WriteStream, 3, 'documents uploaded');
  for (let step = 0; step < 3; step += 1) counter.step();
  counter.end();
  return String(stream.read() ?? '');
};

it('counts in lines where nobody looks, the first and the last at least', () => {
  expect(run(false)).toBe('  1 of 3 documents uploaded\n  3 of 3 documents uploaded\n');
});

it('draws a bar on a terminal', () => {
  expect(run(true)).toContain('3/3 documents uploaded');
});
