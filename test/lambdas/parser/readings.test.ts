import { expect, it } from 'vitest';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, aRow, type SampleRow } from '../../support/sample-rows.ts';

/** How often the rows of a file are read: each reading opens it once, and so does what looks for it first. */
const readingsOf = async (rows: readonly SampleRow[]): Promise<number> => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(rows));
  let opened = 0;
  const get = harness.store.get.bind(harness.store);
  harness.store.get = (key, ...rest) => {
    if (key === upload.key) opened += 1;
    return get(key, ...rest);
  };
  await harness.parse(upload);
  return opened - 1;
};

const bornOn = (...dates: readonly string[]): SampleRow[] => dates.map((DOB, index) => ({ ...aRow(index + 1), DOB }));

it('a file of dates as Australians write them is read once', async () => {
  expect(await readingsOf(bornOn('25/12/1980', '1/2/1981'))).toBe(1);
});

it('a file whose dates contradict one another is read again, for what they say of the others', async () => {
  expect(await readingsOf(bornOn('12/25/1980', '1/2/1981'))).toBe(2);
});
