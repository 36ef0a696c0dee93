import { expect, it } from 'vitest';
import { aCreateRow, SubmitterHarness } from '../../support/submitter-harness.ts';

const minuteMs = 60_000;

/** A batch of two rows, and a pace that says so long to wait. */
const pausedFor = (pausedForMs: number): SubmitterHarness => {
  const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
  const opensBy = (latest: number): boolean => pausedForMs < 10_000 && harness.clock.now() + pausedForMs <= latest;
  Object.assign(harness.instance(), { pace: { pausedForMs, perSecond: 12.345, opensBy } });
  return harness;
};

it('a batch that comes in a short pause waits there, and says at what pace it was sent', async () => {
  const harness = pausedFor(8_000);
  expect(await harness.attempt()).toEqual({ kind: 'done' });
  expect(harness.statuses()).toEqual(['created', 'created']);
  expect(harness.outcomes().perSecond).toBe(12.3);
});

it('a batch that comes in a longer pause goes back as it is until that is over', async () => {
  const harness = pausedFor(minuteMs);
  const verdict = await harness.attempt();
  expect(verdict).toMatchObject({ kind: 'retry' });
  const { afterMs = 0 } = verdict as { afterMs?: number };
  expect(afterMs).toBeGreaterThanOrEqual(minuteMs);
  expect(afterMs).toBeLessThan(minuteMs + 10_000);
  expect(harness.events.map(([event]) => event)).toEqual(['batch_waits']);
});

it.each([
  ['is sent again in the same attempt, from its beginning', 1, 'created', 1],
  ['is left to the next attempt after five refusals', 5, 'created', 2],
])('a document that came too soon %s', async (_, refusals, status, attempts) => {
  const harness = new SubmitterHarness([aCreateRow(1, { documents: ['a.pdf'] })]);
  harness.store.objects.set('documents/a.pdf', Buffer.from('all of it'));
  harness.api.documentAnswers = Array.from({ length: refusals }, () => ({
    kind: 'trouble',
    trouble: { code: 'throttled', httpStatus: 429 },
    mayBeThere: false,
  }));
  await harness.finish();
  expect(harness.statuses()).toEqual([status]);
  expect(harness.api.documents).toEqual([{ leadId: 'lead1', filename: 'a.pdf', text: 'all of it' }]);
  expect(harness.events.filter(([event]) => event === 'attempt_started')).toHaveLength(attempts);
});

it('a batch whose rows get further does not wait longer from attempt to attempt', async () => {
  const harness = new SubmitterHarness(Array.from({ length: 6 }, (_, index) => aCreateRow(index + 1)));
  const create = harness.api.create.bind(harness.api);
  const failing = { kind: 'not_sent', trouble: { code: 'unreachable' } } as const;
  let requests = 0;
  // The connection is refused to every second request.
  harness.api.create = async (...sent) => {
    requests += 1;
    return requests % 2 === 0 ? failing : create(...sent);
  };
  const begin = harness.clock.now();
  await harness.finish(40);
  expect(new Set(harness.statuses())).toEqual(new Set(['created']));
  expect(harness.clock.now() - begin).toBeLessThan(6 * 2_500);
});

it('a batch that gets nowhere waits longer each time', async () => {
  const harness = new SubmitterHarness([aCreateRow(1)]);
  harness.api.create = async () => ({ kind: 'not_sent', trouble: { code: 'forbidden', httpStatus: 403 } });
  const waits: number[] = [];
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const verdict = await harness.attempt();
    if (verdict.kind === 'done') throw new Error('nothing was sent');
    waits.push(verdict.afterMs);
    harness.clock.time += verdict.afterMs;
  }
  expect(waits.every((wait, index) => index === 0 || wait > (waits[index - 1] ?? 0))).toBe(true);
});
