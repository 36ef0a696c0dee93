import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { Spool, type SpooledRow } from '../../../lambdas/parser/spool.ts';

const row = (line: number, text = `row ${line}`): SpooledRow => ({
  line,
  cells: [text, 'a\nb', '"', 'ü'],
  quoted: [1],
  reading: { kind: 'rejected', problems: [], warnings: [] },
});

const traces = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('rows-'));

/** More than a spool keeps in memory. */
const large = 'x'.repeat(100_000);

it.each([
  ['in memory', 'short'],
  ['in a file', large],
])('a spool gives back its rows in order, %s', async (_, text) => {
  const before = traces();
  const spool = new Spool();
  const rows = Array.from({ length: 250 }, (__, line) => row(line, `${text} ${line}`));
  for (const each of rows) spool.add(each);
  expect(traces()).toEqual(before);
  expect((await Array.fromAsync(spool.groups())).flat()).toEqual(rows);
  spool.close();
});

it('a spool that was cleared holds only what came after', async () => {
  const spool = new Spool();
  for (let line = 0; line < 200; line += 1) spool.add(row(line, large));
  spool.clear();
  for (let line = 0; line < 100; line += 1) spool.add(row(line, `${large} again`));
  const rows = (await Array.fromAsync(spool.groups())).flat();
  expect([rows.length, rows[0]?.cells[0]?.endsWith('again'), rows.at(-1)?.line]).toEqual([100, true, 99]);
  spool.close();
});
