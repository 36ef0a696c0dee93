import { describe, expect, it } from 'vitest';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { leadsApi } from '../../shared/leads-api/client.ts';
import { unpaced } from '../../shared/leads-api/paced.ts';
import { HostileApi, type Losing, type Manners } from '../support/hostile-api.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, rows } from '../support/sample-rows.ts';

// Clocks of the API that hide the first lead of a window while all later ones are shown: the row whose answer was lost
// must not be sent again.

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** How long after the first import begins a clock jumps, or a date is written anew. */
const momentMs = 9 * secondMs;

const hourOf = (at: number): number => Math.floor(at / hourMs);
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

interface Clocks {
  readonly manners: (startsAt: number) => Manners;
  /** When the first import begins, from an hour or a day. */
  readonly beginsBefore?: number;
}

const without = (view: object): object => ({ ...view, created_at: undefined });

const variants: Readonly<Record<string, Clocks>> = {
  'jumps back by an hour': {
    manners: (startsAt) => ({ stamp: (at) => (at < startsAt + momentMs ? at + hourMs : at) }),
  },
  'jumps ahead by an hour': {
    manners: (startsAt) => ({ stamp: (at) => (at < startsAt + momentMs ? at - hourMs : at) }),
  },
  'has nodes that are 90 seconds apart': {
    manners: () => ({ stamp: (at, number) => at - (number % 2) * 90 * secondMs }),
  },
  'has nodes that are 90 seconds apart, the other way round': {
    manners: () => ({ stamp: (at, number) => at - ((number + 1) % 2) * 90 * secondMs }),
  },
  'stands behind a clock that is ahead, and says nothing of when a lead was created': {
    manners: () => ({ dateAheadMs: 12 * minuteMs, rewrite: without }),
  },
  'stands behind a clock that is ahead, and writes dates its own way': {
    manners: () => ({
      dateAheadMs: 12 * minuteMs,
      rewrite: (view) => ({ ...view, created_at: '23 Nov, in the morning' }),
    }),
  },
  'takes dates for days, and midnight passes': {
    manners: () => ({ filter: ({ at }, from) => dayOf(at) > dayOf(Date.parse(from)) }),
    beginsBefore: 24 * hourMs,
  },
  'takes dates for hours, and the hour passes': {
    manners: () => ({ filter: ({ at }, from) => hourOf(at) > hourOf(Date.parse(from)) }),
    beginsBefore: hourMs,
  },
};

const losses: Readonly<Record<string, Losing>> = {
  'the first answer': (creation) => (creation === 1 ? 'after' : undefined),
  'the first two answers': (creation) => (creation <= 2 ? 'after' : undefined),
  'the second answer': (creation) => (creation === 2 ? 'after' : undefined),
  'a late answer': (creation) => (creation === 9 ? 'after' : undefined),
  'one answer in three': (creation) => (creation % 3 === 1 ? 'after' : undefined),
  'one in three, and some leads with it': (creation) =>
    creation % 3 === 1 ? (creation % 2 === 0 ? 'before' : 'after') : undefined,
};

/** Imports four rows through an API. */
const importing = async (manners: Manners, losing: Losing) => {
  const harness = new PipelineHarness();
  const { clock, chance } = harness;
  const api = new HostileApi(manners, losing, clock);
  const credentials = { read: async () => ({ username: 'u', password: 'p' }) };
  harness.leadsApi = leadsApi({ http: api, credentials, paced: unpaced, clock, chance, documentEncoding: 'binary' });
  const upload = harness.drop('incoming/a.csv', aCsv(rows(4)));
  await harness.parse(upload);
  await harness.submit();
  const summary = await harness.report(upload);
  if (summary === undefined) throw new Error('there is no report');
  return { summary, api };
};

const cases = Object.entries(variants).flatMap(([variant, clocks]) =>
  Object.entries(losses).map(([loss, losing]) => [variant, loss, clocks, losing] as const),
);

describe('the clocks of the API', () => {
  it('a first row that never came there is sent again, though no lead is known from before it', async () => {
    const { summary, api } = await importing({ takesMs: 6 * secondMs }, (creation) =>
      creation === 1 ? 'before' : undefined,
    );
    expect(summary.statuses.created).toBe(4);
    expect(api.leads).toHaveLength(4);
  });

  it.each(cases)('an API that %s and loses %s gets no lead twice', async (_, __, { manners, beginsBefore }, losing) => {
    const harness = new PipelineHarness();
    const { clock, chance } = harness;
    if (beginsBefore !== undefined) clock.time = Math.ceil(clock.time / beginsBefore) * beginsBefore - momentMs;
    const api = new HostileApi({ takesMs: 6 * secondMs, ...manners(clock.now()) }, losing, clock);
    const credentials = { read: async () => ({ username: 'u', password: 'p' }) };
    harness.leadsApi = leadsApi({ http: api, credentials, paced: unpaced, clock, chance, documentEncoding: 'binary' });
    // Several files, one after the other: what was created later shows no earlier lead.
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      const upload = harness.drop(`incoming/${name}.csv`, aCsv(rows(4, index * 10 + 1)));
      await harness.parse(upload);
      await harness.submit();
      const summary = await harness.report(upload);
      expect(summary?.importId).toBe(importIdOf(upload));
      clock.time += 20 * secondMs;
    }
    const emails = api.emails();
    expect(emails).toEqual([...new Set(emails)]);
  });
});
