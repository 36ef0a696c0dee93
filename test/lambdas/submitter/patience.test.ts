import { describe, expect, it } from 'vitest';
import { journalKey } from '../../../shared/bucket/keys.ts';
import { journalSchema } from '../../../shared/state/lease.ts';
import { aCreateRow, importId, SubmitterHarness } from '../../support/submitter-harness.ts';

/** So many minutes of attempts, each when the one before asked for it. */
const attemptsFor = async (harness: SubmitterHarness, minutes: number): Promise<void> => {
  const end = harness.clock.now() + minutes * 60_000;
  while (harness.clock.now() < end) {
    harness.otherBatchSends();
    const verdict = await harness.attempt();
    harness.clock.time += verdict.kind === 'retry' ? verdict.afterMs : 60_000;
  }
};

const emails = (harness: SubmitterHarness): (string | undefined)[] =>
  harness.api.leads.map(({ payload }) => payload.customer?.email).toSorted();

/** From now on what can be read of the list lacks something, until what is returned is called. */
const cutList = ({ api }: SubmitterHarness): (() => void) => {
  const list = api.list.bind(api);
  api.list = async (filter) => {
    const answer = await list(filter);
    return answer.kind === 'leads' ? { ...answer, complete: false } : answer;
  };
  return () => {
    api.list = list;
  };
};

describe('how long a row in doubt is looked for', () => {
  it('a row in doubt does not hold up unsent rows while the listing does not answer', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2), aCreateRow(3)]);
    harness.api.script.push('lose');
    harness.api.listTrouble = 'server_error';
    await harness.attempt();
    harness.clock.time += 120_000;
    await harness.attempt();
    expect(emails(harness)).toEqual(['person2@example.com', 'person3@example.com']);
  });

  it('a row in doubt of which nothing else was sent is unconfirmed after a quarter of an hour, not after a day', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.isAlone = true;
    harness.api.script.push('lose');
    const begun = harness.clock.now();
    await harness.finish();
    expect(harness.statuses()).toEqual(['unconfirmed']);
    expect(harness.clock.now() - begun).toBeLessThan(20 * 60_000);
  });

  it('a row that the listing is known to show by a certain time is not looked for before: its message is received few times', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.isAlone = true;
    harness.otherBatchSends();
    harness.clock.time += 4 * 60_000;
    harness.api.script.push('lose');
    const waits: number[] = [];
    for (;;) {
      const verdict = await harness.attempt();
      if (verdict.kind === 'done') break;
      waits.push(verdict.afterMs);
      harness.clock.time += verdict.afterMs;
    }
    expect(harness.statuses()).toEqual(['created']);
    // Until the list can tell when it will show the row, until then, none before it is sent again, and whether it is there twice.
    expect(waits).toHaveLength(4);
  });

  it('a row that keeps failing alone is failed only where a lead that was created later says that it is not there', async () => {
    const ends = async (sendsOthersLater: boolean): Promise<readonly unknown[]> => {
      const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
      harness.isAlone = true;
      harness.api.script.push('good', 'lose', 'lose', 'lose', 'lose');
      for (let attempts = 0; attempts < 40; attempts += 1) {
        const verdict = await harness.attempt();
        if (verdict.kind === 'done') return [harness.statuses()[1], harness.messages()[1]];
        harness.clock.time += verdict.afterMs;
        if (sendsOthersLater) harness.otherBatchSends();
      }
      return [];
    };
    const why = expect.stringContaining('Last error: The Leads API did not answer in time');
    expect(await ends(true)).toEqual(['failed', why]);
    expect(await ends(false)).toEqual(['unconfirmed', why]);
  });

  it('a row that could not be sent again says what kept its first answer', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
    harness.isAlone = true;
    harness.api.script.push('good', 'lose', ...Array.from({ length: 1_000 }, () => 'unauthorized' as const));
    await harness.finish();
    expect(harness.statuses()).toEqual(['created', 'unconfirmed']);
    expect(harness.messages()[1]).toMatch(/Last error: The Leads API did not answer in time\.$/);
  });

  it('the time in which nobody looks is not counted against a row in doubt: after an outage it is settled as before', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('lose');
    const waited = await harness.attempt();
    harness.clock.time += waited.kind === 'retry' ? waited.afterMs : 0;
    expect((await harness.attempt()).kind).toBe('retry');
    harness.clock.time += 2 * 3_600_000;
    harness.beginInstance();
    expect((await harness.attempt()).kind).toBe('retry');
    await harness.finish();
    expect(harness.statuses()).toEqual(['created']);
    expect(harness.api.leads.filter(({ payload }) => payload.customer?.email === 'person1@example.com')).toHaveLength(
      1,
    );
  });

  it('looks that follow each other at once after an outage are one look', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('lose');
    const waited = await harness.attempt();
    harness.clock.time += waited.kind === 'retry' ? waited.afterMs : 0;
    await harness.attempt();
    harness.clock.time += 2 * 3_600_000;
    for (let looks = 0; looks < 10; looks += 1) {
      expect((await harness.attempt()).kind).toBe('retry');
      harness.clock.time += 1_000;
    }
    await harness.finish();
    expect(harness.statuses()).toEqual(['created']);
  });

  it('looks that follow each other at once after the row could have been decided are one look', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.isAlone = true;
    harness.otherBatchSends();
    harness.api.script.push('lose');
    const sent = await harness.attempt();
    harness.clock.time += sent.kind === 'retry' ? sent.afterMs : 0;
    await harness.attempt();
    harness.clock.time += 2 * 3_600_000;
    const mendList = cutList(harness);
    for (let looks = 0; looks < 10; looks += 1) {
      expect((await harness.attempt()).kind).toBe('retry');
      harness.clock.time += 1_000;
    }
    mendList();
    await harness.finish();
    expect(harness.statuses()).toEqual(['created']);
  });

  it('a row in doubt is settled although the listing could not be read at first', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('commit_then_lose');
    harness.api.listTrouble = 'unreadable_answer';
    await attemptsFor(harness, 8);
    harness.api.listTrouble = undefined;
    await harness.finish();
    expect(harness.statuses()).toEqual(['created']);
  });

  it('looks at a listing that stumbles now and then are not added up', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('lose');
    cutList(harness);
    for (let look = 0; look < 12; look += 1) {
      harness.otherBatchSends();
      harness.api.listTrouble = look % 2 === 0 ? 'unreadable_answer' : undefined;
      expect((await harness.attempt()).kind).toBe('retry');
      harness.clock.time += 61_000;
    }
    const { states } = journalSchema.parse(JSON.parse(harness.store.text(journalKey(importId, 0)) ?? 'null'));
    expect(states[0]).toMatchObject({ state: 'in_doubt' });
    expect(states[0]).not.toHaveProperty('unread');
  });

  it('an outage begins the count of looks at a listing that stumbles again', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('lose');
    for (let look = 0; look < 30; look += 1) {
      harness.otherBatchSends();
      harness.api.listTrouble = look % 3 === 2 ? 'unreadable_answer' : 'unavailable';
      expect((await harness.attempt()).kind).toBe('retry');
      harness.clock.time += 5 * 61_000;
    }
  });

  it('what shows a page of maintenance for leads and list alike is waited for', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
    harness.isAlone = true;
    harness.api.script.push(...Array.from({ length: 2 }, () => 'lose' as const));
    harness.api.listTrouble = 'unreadable_answer';
    for (let look = 0; look < 30; look += 1) {
      expect((await harness.attempt()).kind).toBe('retry');
      harness.clock.time += 5 * 61_000;
    }
    harness.api.listTrouble = undefined;
    harness.isAlone = false;
    await harness.finish();
    expect(harness.statuses()).toEqual(['created', 'created']);
  });

  it('a lead that the shorter listing shows is found although the longer one cannot be read', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
    harness.api.script.push('lose', 'commit_then_lose');
    const list = harness.api.list.bind(harness.api);
    harness.api.list = async (filter) =>
      filter.dateFrom === undefined && filter.id === undefined
        ? { kind: 'trouble', trouble: { code: 'unreadable_answer' } }
        : list(filter);
    // What another row that was never there has brought about.
    harness.instance().listings.reachFurther();
    harness.instance().listings.reachFurther();
    await harness.finish();
    expect(harness.statuses()).toEqual(['created', 'created']);
  });

  it.each([
    ['commit_then_lose', 'unconfirmed'],
    ['good', 'created'],
  ] as const)('after %s a row is %s within an hour where the listing can no longer be read', async (second, status) => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('lose', second);
    const begun = harness.clock.now();
    while (harness.api.leads.length === 0) await attemptsFor(harness, 1);
    harness.api.listTrouble = 'unreadable_answer';
    await harness.finish();
    expect(harness.statuses()).toEqual([status]);
    if (status === 'unconfirmed') expect(harness.messages()[0]).toMatch(/Last error: The (Leads API|connection) .*\.$/);
    expect(harness.clock.now() - begun).toBeLessThan(3_600_000);
  });
});
