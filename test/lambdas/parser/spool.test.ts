import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { Spool } from '../../../lambdas/parser/spool.ts';
import { decodeRow, encodeRow, type SpooledRow, understand } from '../../../lambdas/parser/spooled-row.ts';
import { stateVersion } from '../../../shared/bucket/stored-json.ts';
import { batchText, type Row } from '../../../shared/state/batch.ts';
import { problem } from '../../../shared/words/problem.ts';

/** Every third row only has documents to attach. */
const row = (line: number, text = `row ${line}`): SpooledRow =>
  understand(
    line,
    { cells: [text, 'a\nb', '"', 'ü', '\t'], quoted: [1] },
    line % 3 === 0
      ? { kind: 'documents_only', leadId: 'a-1', documents: ['ü\n.pdf'], attached: text, warnings: [] }
      : { kind: 'rejected', problems: [], documents: [], warnings: [] },
  );

/** More than a spool keeps in memory. */
const large = 'x'.repeat(100_000);

it.each([
  ['in memory', 'short'],
  ['in a file', large],
])('a spool gives back its rows in order, %s', async (_, text) => {
  const own = mkdtempSync(join(tmpdir(), 'spool-'));
  vi.stubEnv('TMPDIR', own);
  const spool = new Spool();
  const rows = Array.from({ length: 250 }, (__, line) => row(line, `${text} ${line}`));
  for (const each of rows) spool.add(each);
  expect(readdirSync(own)).toEqual([]);
  expect((await Array.fromAsync(spool.groups())).flat()).toEqual(rows);
  spool.close();
  vi.unstubAllEnvs();
  rmdirSync(own);
});

it('a row that is longer than what waits to be written stands in its place', async () => {
  const spool = new Spool();
  const rows = ['one', 'ü'.repeat(3_000_000), 'two'].map((text, line) => row(line + 1, text));
  for (const each of rows) spool.add(each);
  expect((await Array.fromAsync(spool.groups())).flat()).toEqual(rows);
  spool.close();
});

it('a spool that was cleared holds only what came after', async () => {
  const spool = new Spool();
  for (let line = 0; line < 200; line += 1) spool.add(row(line, large));
  spool.clear();
  for (let line = 0; line < 100; line += 1) spool.add(row(line, `${large} again`));
  const rows = (await Array.fromAsync(spool.groups())).flat();
  expect([rows.length, JSON.stringify(rows[0]).includes('again'), rows.at(-1)?.line]).toEqual([100, true, 99]);
  spool.close();
});

it('the text of a row that is to be sent is the JSON of the row, and hashes of its lead do not depend on case in its e-mail', () => {
  const reading = (email: string) =>
    ({
      kind: 'lead',
      lead: { customer: { first_name: 'Zoë\t"', email }, loan: { notes: 'one\ntwo' } },
      documents: ['id.pdf'],
      warnings: [problem('mojibake', { column: 'loan.notes', kind: 'warning' })],
    }) as const;
  const cells = { cells: ['Zoë\t"', '\u2028'], quoted: [0] };
  const one = understand(7, cells, reading('Zoe@example.com'));
  const other = understand(8, cells, reading('zoe@EXAMPLE.com'));
  if (one.kind !== 'unsent' || other.kind !== 'unsent') throw new Error('both rows are to be sent');
  const { fingerprint, visibleFingerprint, coreFingerprint } = one;
  const stored: Row = JSON.parse(one.text);
  expect(JSON.stringify(stored)).toBe(one.text);
  expect(stored).toEqual({
    line: 7,
    ...cells,
    warnings: reading('').warnings,
    lead: {
      payload: reading('Zoe@example.com').lead,
      fingerprint,
      visibleFingerprint,
      coreFingerprint,
      twin: false,
    },
    documents: ['id.pdf'],
    state: { state: 'unsent', tries: 0 },
  });
  expect([fingerprint, visibleFingerprint, coreFingerprint]).toEqual([
    other.fingerprint,
    other.visibleFingerprint,
    other.coreFingerprint,
  ]);
  expect(decodeRow(encodeRow(one))).toEqual(one);
});

it('the text of a batch is its JSON', () => {
  const head = { version: stateVersion, importId: 'i', batch: 3 } as unknown as Parameters<typeof batchText>[0];
  expect(batchText(head, ['{"a":1}', '{"a":2}'])).toBe(JSON.stringify({ ...head, rows: [{ a: 1 }, { a: 2 }] }));
});
