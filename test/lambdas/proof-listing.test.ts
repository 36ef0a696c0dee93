import { describe, expect, it } from 'vitest';
import type { TroubleCode } from '../../shared/leads-api/answers.ts';
import { codesOf, dayMs, double, ended, hourMs, minuteMs, Proving } from '../support/proof-harness.ts';
import { rows } from '../support/sample-rows.ts';

describe('the list that an import is held against', () => {
  it('waits for a list that lags', async () => {
    const proving = new Proving();
    proving.harness.api.listingLagMs = 4 * minuteMs;
    await proving.import('a.csv', rows(30));
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 30, notThere: 0 });
    expect(proving.harness.events.filter(([event]) => event === 'proof_waits').length).toBeGreaterThan(1);
  });

  it('waits for the newest leads, which a list shows last', async () => {
    const proving = await ended();
    const { leads } = proving.harness.api;
    const later = leads.slice(20).map((lead) => ({ ...lead, visibleAt: lead.visibleAt + 4 * minuteMs }));
    leads.splice(20, 10, ...later);
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 30, notThere: 0 });
  });

  it('asks from further back where the list hides the first leads of a window', async () => {
    const proving = await ended();
    // Dates are cut to days, and what is asked for is behind them.
    proving.list.filter = (lead, from) => lead.createdAt.slice(0, 10) > from.slice(0, 10);
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 30 });
    expect(proving.list.requests.some(({ id, dateFrom }) => id === undefined && dateFrom === undefined)).toBe(false);
  });

  it('takes the whole list for an answer where the API does not give leads by their ids', async () => {
    const proving = await ended();
    proving.list.knowsIds = false;
    proving.harness.api.leads.splice(12, 1);
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 29, notThere: 1 });
    expect(codesOf(told)).toEqual({ 14: 'not_at_lumi' });
    expect(proving.list.requests.some(({ id, dateFrom }) => id === undefined && dateFrom === undefined)).toBe(true);
  });

  it.each<[string, (proving: Proving) => void]>([
    [
      'is empty',
      ({ list }) => {
        list.shown = 0;
      },
    ],
    [
      'shows only the newest leads',
      ({ list }) => {
        list.shown = 20;
      },
    ],
    [
      'shows other ids than the API has answered',
      ({ list }) => {
        list.view = (view) => ({ ...view, id: `L-${view.id}` });
      },
    ],
    [
      'is never there',
      ({ list }) => {
        list.trouble = () => 'unreadable_answer';
      },
    ],
  ])('is not possible with a list that %s: no lead is called missing', async (_, make) => {
    const proving = await ended();
    make(proving);
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'not_possible', notThere: 0, twice: 0, other: 0 });
    expect(codesOf(told)).toEqual({});
    expect(proving.notices).toHaveLength(1);
    expect(proving.events()).toContain('proof_not_possible');
    expect(proving.harness.clock.now()).toBeLessThan(Date.parse(told.summary.finishedAt) + 2 * hourMs);
  });

  it.each<[TroubleCode]>([['credentials_refused'], ['unreachable'], ['unavailable']])(
    'waits for an API that is %s until give-up, and no longer',
    async (code) => {
      const proving = await ended();
      proving.list.trouble = () => code;
      const told = await proving.prove();
      expect(told.summary.proof?.state).toBe('not_possible');
      const waitedMs = Date.parse(told.summary.proof?.checkedAt ?? '') - Date.parse(told.summary.finishedAt);
      expect(waitedMs).toBeGreaterThan(dayMs - hourMs);
      expect(waitedMs).toBeLessThan(dayMs + hourMs);
    },
  );

  it('has its time where the sending was given none: a lead that is missing is found', async () => {
    const proving = new Proving();
    proving.harness.options = { giveUpAfterMs: 30_000 };
    await proving.import('a.csv', rows(12));
    proving.harness.api.leads.splice(8, 1);
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 11, notThere: 1 });
  });

  it('goes on after an outage in the middle of the list where it was', async () => {
    const proving = await ended(1_200);
    const { list } = proving;
    list.trouble = (request) => (request === 2 ? 'unavailable' : undefined);
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 1_200 });
    expect(list.requests.map(({ index }) => index)).toEqual([0, 1, 1, 2, 3]);
  });

  it('reads a list of which every other page stumbles to its end', async () => {
    const proving = await ended(6_000);
    const { list } = proving;
    list.trouble = (request) => (request % 2 === 0 ? 'unreadable_answer' : undefined);
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 6_000 });
  });

  it('reads a list that takes longer than an invocation in parts, each page once', async () => {
    const proving = await ended(1_200);
    proving.list.requestMs = 70_000;
    double(proving, 1_100);
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 1_199, twice: 1 });
    expect(proving.list.requests.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(proving.events().filter((event) => event === 'proof_waits')).toHaveLength(1);
  });
});
