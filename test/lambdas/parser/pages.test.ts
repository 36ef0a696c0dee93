import { expect, it } from 'vitest';
import { importIdOf } from '../../../shared/bucket/import-id.ts';
import { pageKey, prefixes } from '../../../shared/bucket/keys.ts';
import { limits } from '../../../shared/limits.ts';
import { batchPlaces, pageReader, readBatch } from '../../../shared/state/batch-pages.ts';
import { type Manifest, readManifest } from '../../../shared/state/manifest.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, aRow, rows, type SampleRow } from '../../support/sample-rows.ts';

const staged = async (table: readonly SampleRow[]) => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(table));
  await harness.parse(upload);
  const manifest = (await readManifest(harness.store, importIdOf(upload))) as Manifest;
  return { harness, upload, manifest, store: harness.store };
};

/** The lines of all rows, batch by batch. */
const linesOf = async ({ manifest, store }: Awaited<ReturnType<typeof staged>>, read = readBatch) => {
  const { importId, run } = manifest;
  const batches = batchPlaces(manifest.pages).map((place, batch) => read(store, { importId, run, batch, place }));
  return (await Promise.all(batches)).map((batch) => batch?.rows.map(({ line }) => line));
};

const count = (limits.batchesPerPage + 3) * limits.rowsPerBatch - 1;
const expected = Array.from({ length: limits.batchesPerPage + 3 }, (_, batch) =>
  Array.from({ length: limits.rowsPerBatch }, (_row, at) => batch * limits.rowsPerBatch + at + 2).filter(
    (line) => line <= count + 1,
  ),
);

it('the batches of two pages are read by their bytes, each alone and one after the other', async () => {
  const file = await staged(rows(count));
  expect(file.manifest.pages.map(({ length }) => length)).toEqual([limits.batchesPerPage, 3]);
  expect(await linesOf(file)).toEqual(expected);
  const asked: string[] = [];
  const { get } = file.store;
  const read = pageReader(
    Object.assign(Object.create(file.store), {
      get: (key: string) => {
        asked.push(key);
        return get.call(file.store, key);
      },
    }),
  );
  expect(await linesOf(file, (_, batch) => read(batch))).toEqual(expected);
  expect(asked).toHaveLength(2);
  expect([...file.store.objects.keys()].filter((key) => key.startsWith(prefixes.batches))).toHaveLength(2);
});

it('letters of several bytes move no batch', async () => {
  const file = await staged(rows(3 * limits.rowsPerBatch).map((row) => ({ ...row, Notes: 'Jäger 🚜 für Größeres' })));
  expect((await linesOf(file)).flat()).toEqual(Array.from({ length: 3 * limits.rowsPerBatch }, (_, at) => at + 2));
});

it('a batch of long rows ends early, and a page of them: what is in memory at once has a bound in bytes', async () => {
  const unsent = 'x'.repeat(100_000);
  const file = await staged(rows(50).map((row) => ({ ...row, Remark: unsent })));
  const batches = await linesOf(file);
  expect(batches.map((lines) => lines?.length)).toEqual([11, 11, 11, 11, 6]);
  expect(file.manifest.pages.map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(batches.flat()).toEqual(Array.from({ length: 50 }, (_, at) => at + 2));
});

it('an import of two pages is sent and reported, each row once', async () => {
  const file = await staged([...rows(count), aRow(1)]);
  await file.harness.submit();
  const summary = await file.harness.report(file.upload);
  expect(summary?.statuses).toMatchObject({ created: count, duplicate: 1 });
  expect(new Set(file.harness.emails()).size).toBe(count);
});

it('a place that holds another batch is refused, whoever reads it', async () => {
  const { manifest, store } = await staged(rows(2 * limits.rowsPerBatch));
  const { importId, run } = manifest;
  const [place] = batchPlaces(manifest.pages);
  if (place === undefined) throw new Error('nothing was staged');
  const wrong = { importId, run, batch: 1, place };
  await expect(readBatch(store, wrong)).rejects.toThrow('does not hold batch 1 where it was written to');
  await expect(pageReader(store)(wrong)).rejects.toThrow('does not hold batch 1 where it was written to');
  store.objects.delete(pageKey(importId, run, 0));
  expect(await readBatch(store, wrong)).toBeUndefined();
  expect(await pageReader(store)(wrong)).toBeUndefined();
});
