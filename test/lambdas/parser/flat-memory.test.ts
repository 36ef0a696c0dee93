import { expect, it } from 'vitest';
import { importFile } from '../../../lambdas/parser/import-file.ts';
import { limits } from '../../../shared/limits.ts';
import { collectGarbage } from '../../support/collect-garbage.ts';
import { countingChance, ManualClock } from '../../support/manual-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { aRow } from '../../support/sample-rows.ts';

/** How often the memory of each run is looked at: the same for all, since the highest of more looks is higher by chance. */
const looks = 15;

/** A file of so many rows that exists only while it is read, and a bucket that forgets its batches. */
class EndlessStore extends MemoryStore {
  readonly #rows: number;
  readonly #pagesBetweenLooks: number;
  peakBytes = 0;
  batches = 0;
  pages = 0;

  constructor(rows: number) {
    super();
    this.#rows = rows;
    this.#pagesBetweenLooks = Math.floor(rows / looks / limits.rowsPerBatch / limits.batchesPerPage);
  }

  async *#csv(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${Object.keys(aRow(1)).join(',')}\n`);
    for (let row = 1; row <= this.#rows; row += 1) yield Buffer.from(`${Object.values(aRow(row)).join(',')}\n`);
  }

  override async get(key: string) {
    return key.startsWith('incoming/')
      ? { body: this.#csv(), etag: '"x"', sizeBytes: 1, metadata: {} }
      : super.get(key);
  }

  override async put(key: string, body: string | Uint8Array, condition?: Parameters<MemoryStore['put']>[2]) {
    if (!key.startsWith('state/batches/')) return super.put(key, body, condition);
    this.batches += Buffer.from(body).toString().split('\n').length - 1;
    this.pages += 1;
    if (this.pages % this.#pagesBetweenLooks === 0) {
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      this.peakBytes = Math.max(this.peakBytes, heapUsed + arrayBuffers);
    }
    return { kind: 'written' as const, etag: '"y"' };
  }

  override async upload(): Promise<void> {}
}

const peakOf = async (rows: number): Promise<number> => {
  const store = new EndlessStore(rows);
  const clock = new ManualClock();
  await importFile(
    { bucket: 'bucket', key: 'incoming/endless.csv', eventTime: new Date(clock.now()).toISOString() },
    {
      store,
      send: async () => undefined,
      clock,
      chance: countingChance(),
      log: () => undefined,
      defaults: { mode: 'import' as const, enforceMandatories: true, reference: 'none', giveUpAfterMs: 1_000 },
      duplicateWindowMs: 1_000,
    },
  );
  expect(store.batches).toBe(Math.ceil(rows / limits.rowsPerBatch));
  return store.peakBytes;
};

it('45,000 rows are parsed and staged in the memory of 15,000', async () => {
  // The first run loads and compiles what the others use; its memory says nothing about rows.
  await peakOf(15_000);
  const small = await peakOf(15_000);
  const large = await peakOf(45_000);
  // The table of fingerprints grows by some 6 MiB; keeping the cells of 30,000 rows more would take 26.
  expect(large - small).toBeLessThan(16 * 1024 * 1024);
});
