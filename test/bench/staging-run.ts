import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import type { z } from 'zod';
import { importFile } from '../../lambdas/parser/import-file.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { systemClock } from '../../shared/clock.ts';
import { limits } from '../../shared/limits.ts';
import { countingChance } from '../support/manual-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { tellWhatItTook } from './measured-process.ts';
import { startS3 } from './s3-process.ts';
import { rowSchema, stageUsually } from './usual-sample.ts';

/**
 * Reads one file in one of five ways, once to warm up and once to measure, and prints the seconds of processor time:
 * `parse` with the CSV library alone, `loop` in the plainest way to leads in batches, `usual` as samples
 * for AWS do it, `stage` with the parser's own story, `stage-s3` with it through the real S3 client.
 */
tellWhatItTook();
const [way = '', file = '', warmUp = ''] = process.argv.slice(2);

/** A bucket that holds the one file, and keeps no batch. */
class UploadStore extends MemoryStore {
  readonly #file: string;

  constructor(path: string) {
    super();
    this.#file = path;
  }

  override async get(key: string) {
    return key.startsWith('incoming/')
      ? { body: createReadStream(this.#file), etag: '"x"', sizeBytes: 1, metadata: {} }
      : super.get(key);
  }

  override async put(key: string, body: string | Uint8Array, condition?: Parameters<MemoryStore['put']>[2]) {
    return key.startsWith('state/batches/')
      ? { kind: 'written' as const, etag: '"y"' }
      : super.put(key, body, condition);
  }

  override async upload(): Promise<void> {}
}

const stage = (path: string, store: ObjectStore = new UploadStore(path)): Promise<void> =>
  importFile(
    { bucket: 'b', key: 'incoming/a.csv', eventTime: new Date().toISOString() },
    {
      store,
      send: async () => undefined,
      clock: systemClock,
      chance: countingChance(),
      log: () => undefined,
      defaults: { mode: 'import', enforceMandatories: true, reference: 'none', giveUpAfterMs: 1_000 },
      duplicateWindowMs: 1_000,
    },
  );

/** What is written goes through the client; the file is this machine's. */
const stageThroughS3 = async (path: string): Promise<void> => {
  const { store, stop } = await startS3();
  const file = new UploadStore(path);
  await stage(path, {
    ...store,
    get: (key, which) => (key.startsWith('incoming/') ? file.get(key) : store.get(key, which)),
  });
  stop();
};

const loop = async (path: string): Promise<void> => {
  let batch: z.output<typeof rowSchema>[] = [];
  let bytes = 0;
  const flush = (): void => {
    bytes += JSON.stringify(batch).length;
    batch = [];
  };
  for await (const row of createReadStream(path).pipe(parse({ columns: true }))) {
    batch.push(rowSchema.parse(row));
    if (batch.length === limits.rowsPerBatch) flush();
  }
  flush();
  if (bytes === 0) throw new Error('nothing was read');
};

const parseOnly = async (path: string): Promise<void> => {
  for await (const _ of createReadStream(path).pipe(parse()));
};

const ways: Readonly<Record<string, (path: string) => Promise<void>>> = {
  stage: (path) => stage(path),
  'stage-s3': stageThroughS3,
  loop,
  parse: parseOnly,
  usual: async (path) => void (await stageUsually(path)),
};
const read = ways[way];
if (read === undefined) throw new Error(`${way}: expected ${Object.keys(ways).join(', ')}`);
await read(warmUp);
const begin = performance.now();
const cpuBegin = process.cpuUsage();
await read(file);
const { user, system } = process.cpuUsage(cpuBegin);
process.stdout.write(
  `${JSON.stringify({ seconds: (performance.now() - begin) / 1_000, cpuSeconds: (user + system) / 1e6 })}\n`,
);
