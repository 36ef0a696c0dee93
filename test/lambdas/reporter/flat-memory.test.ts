import { expect, it } from 'vitest';
import { Completeness } from '../../../lambdas/reporter/completeness.ts';
import { LookPace } from '../../../lambdas/reporter/look-pace.ts';
import { reportImport } from '../../../lambdas/reporter/report-import.ts';
import { SendingProgress } from '../../../lambdas/reporter/sending-progress.ts';
import { manifestKey } from '../../../shared/bucket/keys.ts';
import { stateVersion } from '../../../shared/bucket/stored-json.ts';
import { systemClock } from '../../../shared/clock.ts';
import { limits } from '../../../shared/limits.ts';
import type { Batch } from '../../../shared/state/batch.ts';
import type { Manifest } from '../../../shared/state/manifest.ts';
import { ended } from '../../../shared/state/row-state.ts';
import { problem } from '../../../shared/words/problem.ts';
import { collectGarbage } from '../../support/collect-garbage.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const importId = '20261123T032500Z-1a2b3c4d';
const time = '2026-11-23T03:25:00.000Z';

const manifestOf = (rows: number): Manifest => ({
  version: stateVersion,
  importId,
  run: 'run',
  source: {
    bucket: 'b',
    key: 'incoming/a.csv',
    versionId: null,
    bytes: 1,
    format: {
      encoding: { name: 'utf-8', mark: false },
      dialect: { delimiter: ',', lineEnding: '\n', sepLine: false },
    },
  },
  mode: 'dry-run',
  startedAt: time,
  stagedAt: time,
  giveUpAt: time,
  headerQuoted: [],
  header: ['Name', 'Notes'],
  columns: { mapped: {}, ignored: [], keptOut: [], sent: [], guesses: {} },
  options: {},
  rows,
  pages: Array.from({ length: rows / 25 }, (_, batch) => [bytesOf(batch).length]),
  ended: {},
  released: '',
  warnings: [],
  notSent: [],
  mapping: null,
  asked: null,
  faults: [],
});

const batchOf = (batch: number): Batch => ({
  version: stateVersion,
  importId,
  batch,
  enforceMandatories: true,
  documentsHeader: 'Documents',
  documentsFolder: '',
  giveUpAfterMs: 1,
  latestEndAt: time,
  reference: 'none',
  rows: Array.from({ length: 25 }, (_, index) => ({
    line: batch * 25 + index + 2,
    quoted: [],
    cells: [`Name ${batch}-${index}`, 'x'.repeat(500)],
    warnings: [],
    documents: [],
    state: ended('rejected', [problem('required')]),
  })),
});

/** How often the memory of each run is looked at: the same for all, since the highest of more looks is higher by chance. */
const looks = 60;

const bytesOf = (batch: number): Buffer => Buffer.from(JSON.stringify(batchOf(batch)));

/** A bucket whose batches exist only while they are read, and whose uploads are counted and dropped. */
class PassingStore extends MemoryStore {
  peakBytes = 0;
  uploadedBytes = 0;
  reads = 0;
  readonly #readsBetweenLooks: number;

  constructor(batches: number) {
    super();
    this.#readsBetweenLooks = Math.ceil(batches / looks);
  }

  override async get(key: string) {
    const batch = /state\/batches\/.*\/(\d+)\.jsonl$/.exec(key)?.[1];
    if (batch === undefined) return super.get(key);
    this.reads += 1;
    if (this.reads % this.#readsBetweenLooks === 0) {
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      this.peakBytes = Math.max(this.peakBytes, heapUsed + arrayBuffers);
    }
    const bytes = bytesOf(Number(batch));
    async function* body(): AsyncGenerator<Uint8Array> {
      yield bytes;
    }
    return { body: body(), etag: '"x"', sizeBytes: bytes.length, metadata: {} };
  }

  override async upload(_: string, body: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of body) this.uploadedBytes += chunk.length;
  }
}

const peakOf = async (rows: number): Promise<number> => {
  const store = new PassingStore(rows / 25);
  store.objects.set(manifestKey(importId), Buffer.from(JSON.stringify(manifestOf(rows))));
  await reportImport(importId, {
    store,
    clock: systemClock,
    log: () => undefined,
    sendBatches: async () => undefined,
    completeness: new Completeness(store),
    progress: new SendingProgress(limits.progressEveryMs),
    notify: async () => undefined,
    proofs: 'asked_for',
    timeZone: 'Australia/Sydney',
    woken: new Set(),
    looks: new LookPace(0),
    sharedLook: (_, look) => look(),
  });
  expect(store.uploadedBytes).toBeGreaterThan(rows * 1_000);
  return store.peakBytes;
};

it('a report of 80,000 rows is written in the memory of one of 40,000', async () => {
  // The first run compiles what the others use. Both others are long enough to be looked at in every phase of their
  // buffers: a short one, seen twice or three times, may be caught with all of them empty, and the packing of retry.xlsx
  // has all that it keeps only after some 30,000 rows.
  await peakOf(5_000);
  const small = await peakOf(40_000);
  const large = await peakOf(80_000);
  // The cells of the 40,000 rows more are 20 MiB, three times: in report.csv, in retry.csv and in retry.xlsx.
  expect(large - small).toBeLessThan(12 * 1024 * 1024);
});
