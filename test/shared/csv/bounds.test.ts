import { gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { importFile } from '../../corpus/corpus-harness.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, rows } from '../../support/sample-rows.ts';

// The bounds as they are would need hundreds of megabytes to be met.
const small = vi.hoisted(() => ({ maxFileBytes: 200_000, maxRows: 100 }));
vi.mock(import('../../../shared/limits.ts'), async (original) => {
  const { limits } = await original();
  return { limits: { ...limits, ...small } as unknown as typeof limits };
});

const header = 'First Name,Email,Mobile,Company,ABN,Amount,Instalments\n';

const refusalOf = async (name: string, content: string | Uint8Array) => {
  const bench = new PipelineHarness();
  const { summary } = await importFile(bench, name, Buffer.from(content));
  expect(bench.api.leads).toEqual([]);
  expect(summary.rows).toBe(0);
  return [summary.fileError?.code, summary.fileError?.line];
};

it('a file that is small only as long as it is compressed is refused when it passes the bound', async () => {
  const bomb = gzipSync(`${header}${'Ava,ava@example.com,,,,,\n'.repeat(1_000_000)}`);
  expect(bomb.length).toBeLessThan(small.maxFileBytes);
  expect(await refusalOf('bomb.csv.gz', bomb)).toEqual(['file_too_large', null]);
});

it('a file larger than the bound is refused', async () => {
  const row = `Ava,ava@example.com,,${'x'.repeat(5_000)},,,\n`;
  expect(await refusalOf('large.csv', `${header}${row.repeat(50)}`)).toEqual(['file_too_large', null]);
});

it('a file with one row too many is refused with its line, and one with the most rows is not', async () => {
  expect(await refusalOf('rows.csv', aCsv(rows(small.maxRows + 1)))).toEqual(['too_many_rows', small.maxRows + 2]);
  const { summary } = await importFile(new PipelineHarness(), 'rows.csv', Buffer.from(aCsv(rows(small.maxRows))));
  expect(summary.statuses.created).toBe(small.maxRows);
});

it('a file with too many lines of empty cells is refused with the line', async () => {
  const [code, line] = await refusalOf('blank.csv', `${header}${',,,,,,\n'.repeat(small.maxRows + 50)}`);
  expect([code, line]).toEqual(['too_many_rows', small.maxRows + 2]);
});

it('a file of nothing but line ends behind its header is refused long before it fills the memory', async () => {
  const blank = gzipSync(`${header}${'\n'.repeat(150_000)}`);
  expect(await refusalOf('breaks.csv.gz', blank)).toEqual(['too_many_rows', 2]);
});
