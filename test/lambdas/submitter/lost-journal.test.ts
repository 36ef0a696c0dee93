import { describe, expect, it } from 'vitest';
import { journalKey } from '../../../shared/bucket/keys.ts';
import { aCreateRow, importId, SubmitterHarness } from '../../support/submitter-harness.ts';

const minuteMs = 60_000;
const key = journalKey(importId, 0);

/** Three rows, of which the API has created some before what was known of them was lost. */
const begun = async (): Promise<SubmitterHarness> => {
  const harness = new SubmitterHarness([1, 2, 3].map((number) => aCreateRow(number)));
  // The last answer is lost, so that the batch does not end.
  harness.api.script.push('good', 'good', 'commit_then_lose');
  await harness.attempt();
  expect(harness.api.leads).toHaveLength(3);
  harness.beginInstance();
  harness.clock.time += minuteMs;
  return harness;
};

describe('a batch of which nobody knows any more how far it was', () => {
  it.each<[string, (harness: SubmitterHarness) => void]>([
    [
      'somebody has removed its journal',
      ({ store }) => {
        store.objects.delete(key);
        store.removed.add(key);
      },
    ],
    [
      'its journal is cut off',
      ({ store }) => void store.objects.set(key, store.objects.get(key)?.subarray(0, 100) ?? Buffer.alloc(0)),
    ],
    ['its journal is empty', ({ store }) => void store.objects.set(key, Buffer.alloc(0))],
    ['its journal holds something else', ({ store }) => void store.objects.set(key, Buffer.from('{"version":6}'))],
  ])('is not begun anew: %s', async (_, lose) => {
    const harness = await begun();
    lose(harness);
    const { states } = await harness.finish();
    expect(harness.api.leads).toHaveLength(3);
    expect(states.map(({ status }) => status)).toEqual(['created', 'created', 'created']);
    expect(states.map(({ leadId }) => leadId)).toEqual(['lead1', 'lead2', 'lead3']);
    expect(harness.events.map(([event]) => event)).toContain('journal_lost');
  });

  it('sends what the list has shown to be missing', async () => {
    const harness = await begun();
    harness.api.leads.splice(1, 1);
    harness.store.objects.set(key, Buffer.alloc(0));
    const { states } = await harness.finish();
    expect(states.map(({ status }) => status)).toEqual(['created', 'created', 'created']);
    expect(harness.api.leads.map(({ payload }) => payload.customer?.email).toSorted()).toEqual(
      [1, 2, 3].map((number) => `person${number}@example.com`),
    );
  });

  it('a batch that nobody has begun is begun', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    expect((await harness.finish()).states.map(({ status }) => status)).toEqual(['created']);
    expect(harness.events.map(([event]) => event)).not.toContain('journal_lost');
  });
});
