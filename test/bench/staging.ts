import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { importFile } from '../../lambdas/parser/import-file.ts';
import { systemClock } from '../../shared/clock.ts';
import { countingChance } from '../support/manual-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

/**
 * What the importer claims about speed and memory, measured side by side in one run, so that a slow machine slows both
 * sides. `npm run bench`, or `npm run bench -- 1000000` for a file at the limit.
 */
const most = Number(process.argv[2] ?? 200_000);

const line = (text: string): void => void process.stdout.write(`${text}\n`);

const lines: readonly string[] = Array.from(
  { length: 1_000 },
  (_, row) => `${Object.values(aRow(row)).slice(1).join(',')}\n`,
);

/** So many different rows, made while they are read: the machine's memory holds none of them. */
async function* csvOf(count: number): AsyncGenerator<Buffer> {
  yield Buffer.from(`${Object.keys(aRow(1)).join(',')}\n`);
  for (let start = 0; start < count; start += 1_000) {
    const many = Math.min(1_000, count - start);
    yield Buffer.from(
      lines
        .slice(0, many)
        .map((rest, index) => `First${start + index},${rest}`)
        .join(''),
    );
  }
}

/** A bucket that counts writes and keeps no batch. */
class CountingStore extends MemoryStore {
  readonly #rows: number;
  peakBytes = 0;
  puts = 0;

  constructor(count: number) {
    super();
    this.#rows = count;
  }

  override async get(key: string) {
    return key.startsWith('incoming/')
      ? { body: csvOf(this.#rows), etag: '"x"', sizeBytes: 1, metadata: {} }
      : super.get(key);
  }

  override async put(key: string, body: string | Uint8Array, condition?: Parameters<MemoryStore['put']>[2]) {
    this.puts += 1;
    if (this.puts % 400 === 0) this.peakBytes = Math.max(this.peakBytes, process.memoryUsage.rss());
    return key.startsWith('state/batches/')
      ? { kind: 'written' as const, etag: '"y"' }
      : super.put(key, body, condition);
  }

  override async upload(): Promise<void> {}
}

const seconds = async (work: () => Promise<void>): Promise<number> => {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1_000;
};

const stage = async (count: number): Promise<CountingStore> => {
  const store = new CountingStore(count);
  const dependencies = {
    store,
    send: async () => undefined,
    clock: systemClock,
    chance: countingChance(),
    log: () => undefined,
    defaults: { mode: 'import' as const, enforceMandatories: true, reference: 'none' as const, giveUpAfterMs: 1_000 },
    duplicateWindowMs: 1_000,
  };
  await importFile({ bucket: 'b', key: 'incoming/a.csv', eventTime: new Date().toISOString() }, dependencies);
  return store;
};

const plainParse = async (count: number): Promise<void> => {
  for await (const _ of Readable.from(csvOf(count)).pipe(parse()));
};

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;

await stage(20_000);
const tenth = await stage(most / 10);
let whole = tenth;
const staging = await seconds(async () => {
  whole = await stage(most);
});
const plain = await seconds(() => plainParse(most));
line(`rows staged:                       ${most} in ${staging.toFixed(1)} s (${Math.round(most / staging)} a second)`);
line(`against csv-parse reading it once: ${(staging / plain).toFixed(1)} times`);
line(
  `peak memory, all rows : a tenth:   ${(whole.peakBytes / tenth.peakBytes).toFixed(2)} (${mebibytes(whole.peakBytes)} : ${mebibytes(tenth.peakBytes)})`,
);

const bench = new PipelineHarness();
const count = 5_000;
const upload = bench.drop('incoming/a.csv', aCsv(rows(count)));
await bench.parse(upload);
await bench.submit();
await bench.report(upload);
line(`S3 writes a row, drop to report:   ${(bench.store.writes / count).toFixed(3)}`);
