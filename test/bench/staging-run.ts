import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import type { z } from 'zod';
import { importFile } from '../../lambdas/parser/import-file.ts';
import { systemClock } from '../../shared/clock.ts';
import { limits } from '../../shared/limits.ts';
import { countingChance } from '../support/manual-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { tellWhatItTook } from './measured-process.ts';
import { rowSchema, stageUsually } from './usual-sample.ts';

/**
 * Reads one file in one of four ways, once to warm up and once to measure, and prints the seconds of processor time:
 * `parse` with the CSV library alone, `loop` in the plainest way to leads in batches, `usual` as samples
 * for AWS do it, `stage` with the parser's own story.
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

const stage = (path: string): Promise<void> =>
  importFile(
    { bucket: 'b', key: 'incoming/a.csv', eventTime: new Date().toISOString() },
    {
      store: new UploadStore(path),
      send: async () => undefined,
      clock: systemClock,
      chance: countingChance(),
      log: () => undefined,
      defaults: { mode: 'import', enforceMandatories: true, reference: 'none', giveUpAfterMs: 1_000 },
      duplicateWindowMs: 1_000,
    },
  );

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
  stage,
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
