import { describe, expect, it } from 'vitest';
import { Listings } from '../../../lambdas/submitter/listings.ts';
import type { LeadFilter } from '../../../shared/leads-api/answers.ts';
import { leadsApi } from '../../../shared/leads-api/client.ts';
import { unpaced } from '../../../shared/leads-api/paced.ts';
import { HostileApi } from '../../support/hostile-api.ts';
import { countingChance, ManualClock } from '../../support/manual-clock.ts';
import { aCreateRow, SubmitterHarness } from '../../support/submitter-harness.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** From when on the list is asked for, by how far the API's clock is ahead, in the order of its answers. */
const askedFrom = async (...aheadMs: readonly number[]): Promise<number> => {
  const clock = new ManualClock();
  const since = clock.now() - 10 * minuteMs;
  let filter: LeadFilter = {};
  const answers = aheadMs.map((dateAheadMs) => new HostileApi({ dateAheadMs }, () => undefined, clock));
  let at = 0;
  const http = {
    exchange: (request: Parameters<HostileApi['exchange']>[0]) => (answers[at] as HostileApi).exchange(request),
    close: async () => {},
  };
  const credentials = { read: async () => ({ username: 'u', password: 'p' }) };
  const api = leadsApi({
    http,
    credentials,
    paced: unpaced,
    clock,
    chance: countingChance(),
    documentEncoding: 'binary',
  });
  for (at = 0; at < answers.length; at += 1) await api.list({}, Number.POSITIVE_INFINITY);
  const listening = {
    ...api,
    clockAheadMs: api.clockAheadMs,
    list: async (asked: LeadFilter) => {
      filter = asked;
      return { kind: 'leads' as const, leads: [], complete: true };
    },
  };
  await new Listings(listening as unknown as typeof api, clock).read({
    since,
    notBefore: since,
    until: Number.POSITIVE_INFINITY,
    back: 'clock' as const,
  });
  return (Date.parse(filter.dateFrom ?? '') - since) / secondMs;
};

describe('from when on the list is asked for', () => {
  it('is a minute before, by the clock of the API where that is behind', async () => {
    expect(await askedFrom(0)).toBeCloseTo(-60, -1);
    expect(await askedFrom(-7 * minuteMs)).toBeCloseTo(-480, -1);
  });

  it('is never later: a machine that slept for days finds the clock of the API far ahead, and not what was created before', async () => {
    expect(await askedFrom(72 * hourMs)).toBeCloseTo(-60, -1);
  });

  it('is by the clock that was behind most, however often it was right since', async () => {
    expect(await askedFrom(-7 * minuteMs, 0, 5 * minuteMs)).toBeCloseTo(-480, -1);
  });

  it('is by the node of the API that is behind most', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
    harness.api.script.push('lose');
    harness.otherBatchSends();
    harness.api.stampsBehindMs = 4 * minuteMs;
    harness.otherBatchSends();
    harness.api.stampsBehindMs = 0;
    await harness.attempt();
    harness.clock.time += 10 * minuteMs;
    const asked: number[] = [];
    const { list } = harness.api;
    harness.api.list = (filter) => {
      asked.push(Date.parse(filter.dateFrom ?? ''));
      return list.call(harness.api, filter);
    };
    await harness.attempt();
    expect((asked[0] ?? 0) - (asked[1] ?? 0)).toBeCloseTo(4 * minuteMs, -4);
  });
});
