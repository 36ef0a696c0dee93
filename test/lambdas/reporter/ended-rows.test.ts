import { expect, it } from 'vitest';
import { endedBatches } from '../../../lambdas/reporter/ended-rows.ts';
import { importIdOf } from '../../../shared/bucket/import-id.ts';
import { pageKey } from '../../../shared/bucket/keys.ts';
import { type Manifest, readManifest } from '../../../shared/state/manifest.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, rows } from '../../support/sample-rows.ts';

/** A staged import, its batch changed as nobody should have changed it. */
const staged = async (change: (text: string) => string) => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(rows(2)));
  await harness.parse(upload);
  const manifest = (await readManifest(harness.store, importIdOf(upload))) as Manifest;
  const key = pageKey(manifest.importId, manifest.run, 0);
  const changed = Buffer.from(change(harness.store.text(key) ?? ''));
  await harness.store.put(key, changed);
  return { store: harness.store, manifest: { ...manifest, pages: [[changed.length]] } };
};

it('a batch that holds something else than texts where cells are is not read', async () => {
  const { store, manifest } = await staged((text) => text.replace('"First1"', '1'));
  await expect(Array.fromAsync(endedBatches(store, manifest, true))).rejects.toThrow(
    'does not have the expected shape',
  );
});

it('a row that has not ended is in no report', async () => {
  const { store, manifest } = await staged((text) => text);
  const nothingReleased = { ...manifest, released: '' };
  await expect(Array.fromAsync(endedBatches(store, nothingReleased, false))).rejects.toThrow('line 2 has not ended');
});
