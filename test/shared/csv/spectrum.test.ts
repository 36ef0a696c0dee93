import spectrum from 'csv-spectrum';
import { expect, it } from 'vitest';
import { openCsv } from '../../../shared/csv/open.ts';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const cases = await new Promise<{ name: string; csv: Buffer; json: Buffer }[]>((resolve, reject) =>
  spectrum((error, found) => (error === null || error === undefined ? resolve(found) : reject(error))),
);

it('csv-spectrum has at least twelve cases to read', () => expect(cases.length).toBeGreaterThanOrEqual(12));

it.each(cases.filter(({ name }) => name !== 'location_coordinates').map((each) => [each.name, each] as const))(
  'the csv-spectrum case %s is read as its JSON says',
  async (_, { csv, json }) => {
    const opened = await openCsv({ open: async () => once(csv), gzip: false });
    if (opened.kind === 'fault') throw new Error(opened.what);
    const rows: Record<string, string>[] = [];
    for await (const record of opened.records) {
      if (record.kind === 'fault') throw new Error(record.what);
      rows.push(Object.fromEntries(opened.header.cells.map((name, index) => [name, record.cells[index] ?? ''])));
    }
    expect(rows).toEqual(JSON.parse(json.toString('utf8')));
  },
);

it('csv-spectrum: location_coordinates has quotes in unquoted cells, and is refused with its line', async () => {
  // Its JSON does not hold what its CSV does; a reader that guesses would be wrong somewhere.
  const { csv } = cases.find(({ name }) => name === 'location_coordinates') ?? { csv: Buffer.alloc(0) };
  const opened = await openCsv({ open: async () => once(csv), gzip: false });
  const first = opened.kind === 'fault' ? opened : (await opened.records.next()).value;
  expect(first).toMatchObject({ kind: 'fault', code: 'stray_quote', line: 2 });
});
