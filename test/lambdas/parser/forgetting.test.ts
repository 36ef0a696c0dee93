import { describe, expect, it } from 'vitest';
import { importFile } from '../../../lambdas/parser/import-file.ts';
import { readRegister } from '../../../shared/memory/register.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aCsv, rows } from '../../support/sample-rows.ts';

const dayMs = 86_400_000;

/** Imports the same rows again after a while, by a clock that is ahead; what comes of it by the statuses of the report. */
const againAfter = async (
  { passes, ahead, told }: { readonly passes: number; readonly ahead: number; readonly told?: 'api' | 'nobody' },
  times = 1,
) => {
  const harness = new PipelineHarness();
  const first = harness.drop('incoming/a.csv', aCsv(rows(3)));
  await harness.parse(first);
  await harness.submit();
  await harness.report(first);
  harness.clock.time += passes;
  const truth = harness.clock.now();
  let summary: Awaited<ReturnType<typeof harness.report>>;
  for (let time = 1; time <= times; time += 1) {
    // S3 says when a file came. A machine of our own says the same as its clock.
    const upload = harness.drop(`incoming/again${time}.csv`, aCsv(rows(3)));
    harness.clock.time = truth + ahead + time * 1_000;
    const eventTime = new Date(told === undefined ? truth : harness.clock.now()).toISOString();
    const toldTime = async () => (told === 'api' ? truth : undefined);
    await importFile({ ...upload, eventTime }, { ...harness.dependencies(), ...(told !== undefined && { toldTime }) });
    await harness.submit();
    summary = await harness.report({ ...upload, eventTime });
  }
  return { statuses: summary?.statuses, register: await readRegister(harness.store), api: harness.api };
};

describe('what earlier imports sent is forgotten', () => {
  it('after the window, where two clocks agree on that', async () => {
    const { statuses, register } = await againAfter({ passes: 40 * dayMs, ahead: 0 });
    expect(statuses).toMatchObject({ created: 3, duplicate: 0 });
    expect(register.entries).toHaveLength(1);
  });

  it.each([
    ['in the cloud, where S3 says when the file came', undefined],
    ['on a laptop, where the API says what time it is', 'api' as const],
    ['on a laptop, where nobody does', 'nobody' as const],
  ])('not by a clock that is 400 days ahead: %s', async (_, told) => {
    const { statuses, register, api } = await againAfter({ passes: dayMs, ahead: 400 * dayMs, ...(told && { told }) });
    expect(statuses).toMatchObject({ created: 0, duplicate: 3 });
    expect(register.entries).toHaveLength(2);
    expect(api.leads).toHaveLength(3);
  });

  it('not by a clock that stays ahead, as long as the API says another time', async () => {
    const { statuses, register } = await againAfter({ passes: dayMs, ahead: 400 * dayMs, told: 'api' }, 3);
    expect(statuses).toMatchObject({ duplicate: 3 });
    expect(register.entries).toHaveLength(4);
  });

  it('on a laptop, where the API says the same time', async () => {
    const { statuses } = await againAfter({ passes: 40 * dayMs, ahead: 0, told: 'api' });
    expect(statuses).toMatchObject({ created: 3 });
  });
});
