import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Which } from '../../shared/bucket/object-store.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { corpus } from './corpus.ts';
import { benchFor, type Imported, importFile } from './corpus-harness.ts';

async function* inChunks(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** A bucket whose bodies come in chunks of these sizes, over and over. */
class CuttingStore extends MemoryStore {
  readonly #cuts: readonly number[];

  constructor(cuts: readonly number[]) {
    super();
    this.#cuts = cuts;
  }

  override async get(key: string, which?: Which) {
    const found = await super.get(key, which);
    if (found === undefined) return undefined;
    const bytes = Buffer.concat(await Array.fromAsync(found.body));
    return { ...found, body: inChunks(bytes, this.#cuts) };
  }
}

const visible = ({ summary, report, retry }: Imported) => ({ summary, report, retry });

it.each(corpus.map((file) => [file.name, file] as const))(
  'the file %s gives the same report however its bytes are split into chunks',
  async (_, file) => {
    const whole = visible(await importFile(benchFor(file), file.name, file.bytes));
    for (const cuts of [[1], [3, 1, 7, 2]]) {
      const harness = benchFor(file, new PipelineHarness(new CuttingStore(cuts)));
      expect(visible(await importFile(harness, file.name, file.bytes))).toEqual(whole);
    }
  },
);

/** What a damaged file may suddenly hold: whatever means something to somebody who reads it. */
const telling = fc.constantFrom(
  ...['"', '""', ',', ';', '\t', '\r', '\n', '\r\n', '\n\n', '\0', 'sep=;\n', '=', "'", '\ufeff', 'é', 'lead__Id'].map(
    (text) => Buffer.from(text),
  ),
  ...[[0xff], [0xfe, 0xff], [0xff, 0xfe], [0xc3], [0xe2, 0x82], [0x1f, 0x8b], [0x81], [0x00, 0x22]].map((bytes) =>
    Buffer.from(bytes),
  ),
);

type Change = (bytes: Buffer) => Buffer;

const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (bytes: Buffer, where: number): number => Math.floor(where * bytes.length);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, telling).map(
    ([where, piece]): Change =>
      (bytes) => {
        const position = at(bytes, where);
        return Buffer.concat([bytes.subarray(0, position), piece, bytes.subarray(position)]);
      },
  ),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 4 })).map(
    ([where, piece]): Change =>
      (bytes) => {
        const changed = Buffer.from(bytes);
        changed.set(piece.subarray(0, changed.length - at(bytes, where)), at(bytes, where));
        return changed;
      },
  ),
  fc.tuple(place, place).map(
    ([one, other]): Change =>
      (bytes) => {
        const [from, to] = [at(bytes, Math.min(one, other)), at(bytes, Math.max(one, other))];
        return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
      },
  ),
  fc.tuple(place, place).map(
    ([one, other]): Change =>
      (bytes) => {
        const [from, to] = [at(bytes, Math.min(one, other)), at(bytes, Math.max(one, other))];
        return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
      },
  ),
);

it('however a file is damaged, it gets a report that adds up, and what was sent is in it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...corpus),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async (file, changes) => {
        const harness = benchFor(file);
        const bytes = changes.reduce((damaged, alter) => alter(damaged), file.bytes);
        const { summary, report } = await importFile(harness, file.name, bytes);
        const counted = Object.values(summary.statuses).reduce((sum, count) => sum + count, 0);
        expect(counted).toBe(summary.rows);
        expect(harness.api.leads.length).toBe(summary.statuses.created + summary.statuses.created_documents_incomplete);
        expect(report.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 1_000 },
  );
});

it('the parser neither throws nor hangs on arbitrary bytes', async () => {
  const header = Buffer.from('First Name,Email,Mobile,Company,ABN,Amount,Instalments\n');
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((tail) => Buffer.from(tail)),
    fc.uint8Array({ maxLength: 300 }).map((tail) => Buffer.concat([header, tail])),
    fc.array(telling, { maxLength: 60 }).map((pieces) => Buffer.concat([header, ...pieces])),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom('a.csv', 'a.csv.gz'), async (content, name) => {
      const { summary } = await importFile(new PipelineHarness(), name, content);
      expect(Object.values(summary.statuses).reduce((sum, count) => sum + count, 0)).toBe(summary.rows);
    }),
    { numRuns: 1_000 },
  );
});
