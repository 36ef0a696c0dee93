import { describe, expect, it } from 'vitest';
import { done } from '../../shared/bucket/delivery.ts';
import { createdLeadsKey, endedKey, proofKey } from '../../shared/bucket/keys.ts';
import type { ProofMessage } from '../../shared/state/proof.ts';
import type { ApiLead } from '../support/fake-leads-api.ts';
import { codesOf, double, ended, leadAt, minuteMs, Proving, type View } from '../support/proof-harness.ts';
import { aRow, rows, type SampleRow } from '../support/sample-rows.ts';

describe('the proof of an import', () => {
  it('is announced by the report, comes some minutes later in one listing, and tells nobody where all is well', async () => {
    const proving = new Proving();
    const { summary } = await proving.import('a.csv', rows(30));
    expect(summary.proof).toEqual({ state: 'pending', checkedAt: null, there: 0, notThere: 0, twice: 0, other: 0 });
    const told = proving.notices.length;
    const report = proving.harness.store.text(summary.reports.report);
    const { summary: proven } = await proving.prove();
    expect(proven.proof).toMatchObject({ state: 'done', there: 30, notThere: 0, twice: 0, other: 0 });
    expect(Date.parse(proven.proof?.checkedAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse(summary.finishedAt) + 2 * minuteMs,
    );
    expect(proving.list.requests.map(({ index }) => index)).toEqual([0, 1]);
    expect(proving.harness.store.text(summary.reports.report)).toBe(report);
    expect(proving.harness.store.text(summary.reports.html)).toContain('all 30 leads are there, once');
    expect(proving.notices).toHaveLength(told);
    expect({ ...proven, proof: null }).toEqual({ ...summary, proof: null });
  });

  it('finds leads that the API has taken back, says which, and raises an alarm without a second event', async () => {
    const proving = await ended();
    const gone = [3, 17, 22].map((index) => leadAt(proving, index));
    const { api, store } = proving.harness;
    api.leads.splice(0, 30, ...api.leads.filter((lead) => !gone.includes(lead)));
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 27, notThere: 3, twice: 0, other: 0 });
    expect(codesOf(told)).toEqual({ 5: 'not_at_lumi', 19: 'not_at_lumi', 24: 'not_at_lumi' });
    expect(told.report[3]?.['lead__Error']).toContain(gone[0]?.id);
    expect(told.report[3]).toMatchObject({ lead__Status: 'created', lead__Id: gone[0]?.id });
    expect(told.summary.statuses.created).toBe(30);
    expect(told.summary.warnings).toContainEqual({ code: 'not_at_lumi', column: '', count: 3, lines: [5, 19, 24] });
    expect(store.text(told.summary.reports.html)).toContain('3 leads not in lumi’s list');
    expect(proving.events()).toContain('leads_not_as_reported');
    expect(proving.notices.map(({ detail }) => detail === undefined)).toEqual([false, true]);
    expect(proving.notices[1]?.subject).toContain('3 rows need your attention');
  });

  it('finds leads that are there twice, with both ids', async () => {
    const proving = await ended();
    for (const index of [0, 7, 29]) double(proving, index);
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 27, twice: 3 });
    expect(codesOf(told)).toEqual({ 2: 'maybe_twice', 9: 'maybe_twice', 31: 'maybe_twice' });
    expect(told.report[7]?.['lead__Error']).toContain('lead8 and lead8-again');
  });

  it('finds ids of two rows that were exchanged, and says where each lead seems to be', async () => {
    const proving = await ended();
    const [one, other] = [leadAt(proving, 4), leadAt(proving, 9)];
    const { leads } = proving.harness.api;
    leads[4] = { ...one, payload: other.payload };
    leads[9] = { ...other, payload: one.payload };
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 28, other: 2 });
    expect(codesOf(told)).toEqual({ 6: 'other_lead', 11: 'other_lead' });
    expect(told.report[4]?.['lead__Error']).toContain(`seems to be ${other.id}`);
  });

  it('finds an id that is the lead of a stranger', async () => {
    const proving = await ended();
    const stranger = {
      customer: { first_name: 'Ann', last_name: 'Other', email: 'ann@example.org', phone: '0299990000' },
    };
    proving.harness.api.leads[2] = {
      ...leadAt(proving, 2),
      payload: { ...leadAt(proving, 2).payload, ...stranger, company: { abn: 51824753556 } },
    };
    const told = await proving.prove();
    expect(codesOf(told)).toEqual({ 4: 'other_lead' });
  });

  it.each<[string, (view: View) => unknown]>([
    [
      'every phone its own way',
      (view) => ({ ...view, stakeholder: { ...view.stakeholder, phone: `+61 ${view.stakeholder.phone?.slice(1)}` } }),
    ],
    [
      'names in capitals',
      (view) => ({
        ...view,
        stakeholder: { ...view.stakeholder, first_name: view.stakeholder.first_name?.toUpperCase() },
      }),
    ],
    [
      'amounts in cents',
      (view) => ({ ...view, loan: { ...view.loan, requested_amount: Number(view.loan.requested_amount) * 100 } }),
    ],
    ['notes of its own', (view) => ({ ...view, loan: { ...view.loan, notes: 'imported' } })],
    [
      'names and e-mail addresses in part',
      (view) => ({
        ...view,
        stakeholder: { ...view.stakeholder, first_name: 'F***', last_name: 'L***', email: 'p***@example.com' },
      }),
    ],
    ['no more than ids', ({ id }) => ({ id })],
  ])(
    'raises no alarm where the API writes %s, and still finds what is there twice by what it shows',
    async (_, view) => {
      const proving = await ended();
      proving.list.view = view;
      proving.harness.api.createOther();
      const told = await proving.prove();
      expect(told.summary.proof).toMatchObject({ state: 'done', there: 30, notThere: 0, twice: 0, other: 0 });
      expect(codesOf(told)).toEqual({});
    },
  );

  it('finds what is there twice where the API writes every phone its own way', async () => {
    const proving = await ended();
    proving.list.view = (view) => ({
      ...view,
      stakeholder: { ...view.stakeholder, phone: `+61 ${view.stakeholder.phone?.slice(1)}` },
    });
    double(proving, 7);
    expect(codesOf(await proving.prove())).toEqual({ 9: 'maybe_twice' });
  });

  it('raises no alarm where somebody has changed a lead in those minutes', async () => {
    const proving = await ended();
    const lead = leadAt(proving, 5);
    const changed = {
      ...lead.payload,
      customer: { ...lead.payload.customer, email: 'new@example.org', phone: '0400000000' },
    };
    proving.harness.api.leads[5] = { ...lead, payload: changed } as ApiLead;
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 30 });
  });

  it('knows the leads of other imports, of the same customer or sent again on purpose', async () => {
    const withSoftware = (name: string): SampleRow[] => rows(3).map((row) => ({ ...row, 'Accounting Software': name }));
    const proving = new Proving();
    await proving.import('a.csv', withSoftware('Xero'));
    proving.harness.options = { again: 'send' };
    const { summary } = await proving.import('again.csv', withSoftware('MYOB'));
    expect(summary.statuses.created).toBe(3);
    const told = await proving.prove();
    expect(told.summary.proof).toMatchObject({ state: 'done', there: 3, twice: 0 });
  });

  it('finds a second lead beside one of another import that looks the same', async () => {
    const withSoftware = (name: string): SampleRow[] => rows(3).map((row) => ({ ...row, 'Accounting Software': name }));
    const proving = new Proving();
    await proving.import('a.csv', withSoftware('Xero'));
    proving.harness.options = { again: 'send' };
    await proving.import('again.csv', withSoftware('MYOB'));
    double(proving, 4);
    // Whichever of them the list shows last.
    for (const turn of [0, 1]) {
      if (turn === 1) proving.harness.api.leads.reverse();
      expect(codesOf(await proving.prove()), String(turn)).toEqual({ 3: 'maybe_twice' });
      proving.asked.push({
        ...(proving.asked.at(-1) as ProofMessage),
        askedAt: new Date(proving.harness.clock.now()).toISOString(),
      });
    }
  });

  it('takes no lead for a second one that was there before', async () => {
    const proving = new Proving();
    const { api, clock } = proving.harness;
    await proving.import('a.csv', rows(3));
    const lead = leadAt(proving, 1);
    const before = new Date(Date.parse(lead.createdAt) - 4 * minuteMs).toISOString();
    api.leads.push({ ...lead, id: 'typed-in', createdAt: before, visibleAt: clock.now() });
    expect((await proving.prove()).summary.proof).toMatchObject({ state: 'done', there: 3, twice: 0 });
  });

  it('tells that an earlier import was answered with the same lead', async () => {
    const proving = await ended(3);
    const first = proving.importId;
    await proving.import('b.csv', [aRow(1, { Amount: '99000' }), aRow(5)]);
    // The API merges customers: the second lead is the first one.
    const ledger = proving.harness.store.objects.get(createdLeadsKey(proving.importId));
    const merged = Buffer.from(String(ledger?.toString('latin1')).replace('lead4', 'lead1'), 'latin1');
    proving.harness.store.objects.set(createdLeadsKey(proving.importId), merged);
    const told = await proving.prove();
    expect(codesOf(told)).toEqual({ 2: 'same_lead' });
    expect(told.report[0]?.['lead__Error']).toContain(first);
  });

  it('counts two rows that the API answered with one lead once each, and misses none', async () => {
    const proving = await ended(3);
    const { store, api } = proving.harness;
    const ledger = String(store.objects.get(createdLeadsKey(proving.importId))?.toString('latin1'));
    store.objects.set(createdLeadsKey(proving.importId), Buffer.from(ledger.replace('lead3', 'lead1'), 'latin1'));
    api.leads.splice(2, 1);
    expect((await proving.prove()).summary.proof).toMatchObject({ state: 'done', there: 3, notThere: 0 });
  });

  it('takes the lead of a row that nobody could settle for no second one of a row that looks the same', async () => {
    const proving = new Proving();
    proving.harness.api.script.push('good', 'commit_then_lose');
    const [row = {}] = rows(1);
    const twins = ['Xero', 'MYOB'].map((name) => ({ ...row, 'Accounting Software': name }));
    const { summary } = await proving.import('a.csv', twins);
    expect(summary.statuses).toMatchObject({ created: 1, unconfirmed: 1 });
    expect((await proving.prove()).summary.proof).toMatchObject({ state: 'done', there: 1, twice: 0 });
  });

  it('leaves a report as it is whose rows were erased', async () => {
    const proving = await ended();
    const { store } = proving.harness;
    const before = proving.told();
    for (const key of [...store.objects.keys()]) if (key.startsWith('state/batches/')) store.objects.delete(key);
    expect(await proving.prove()).toEqual(before);
  });

  it('is null where nothing was created', async () => {
    const proving = await ended(3);
    const { summary } = await proving.import('again.csv', rows(3));
    expect(summary.statuses.duplicate).toBe(3);
    expect(summary.proof).toBeNull();
    expect(proving.asked).toHaveLength(1);
  });

  it('is made once, however often its message comes, and told again where that may be lost', async () => {
    const proving = await ended();
    await proving.prove();
    const { length } = proving.list.requests;
    proving.list.trouble = () => 'unavailable';
    expect(await proving.attempt()).toEqual(done);
    expect(proving.list.requests).toHaveLength(length);
    expect(proving.results).toHaveLength(2);
    const writes = proving.harness.store.writes;
    await proving.tell();
    expect(proving.harness.store.writes).toBe(writes);
  });

  it('is in a report that another instance has written late', async () => {
    const proving = await ended();
    const { summary } = await proving.prove();
    const { store } = proving.harness;
    store.objects.delete(summary.reports.html.replace('report.html', 'summary.json'));
    store.objects.delete(endedKey(proving.importId));
    await proving.report();
    expect(proving.told().summary).toEqual(summary);
  });

  it('is not possible where what it needs is damaged, which the log names', async () => {
    const proving = await ended();
    const { store, events } = proving.harness;
    await store.put(createdLeadsKey(proving.importId), 'something else');
    const { summary } = await proving.prove();
    expect(summary).toMatchObject({ proof: { state: 'not_possible', there: 0 }, statuses: { created: 30 } });
    const [, fields] = events.find(([event]) => event === 'proof_not_possible') ?? [];
    expect(fields?.reason).toContain(createdLeadsKey(proving.importId));
  });

  it('ends with its last attempt', async () => {
    const proving = await ended();
    proving.list.trouble = () => 'unavailable';
    expect(await proving.attempt(6 * minuteMs, true)).toEqual(done);
    await proving.tell();
    expect(proving.told().summary.proof?.state).toBe('not_possible');
  });

  it('writes nothing again that was erased', async () => {
    const proving = await ended();
    const { store } = proving.harness;
    const { summary } = proving.told();
    for (const key of [...store.objects.keys()]) if (key.startsWith('reports/')) store.objects.delete(key);
    await expect(proving.prove()).resolves.toEqual({ summary: null, report: [] });
    expect([...store.objects.keys()].filter((key) => key.startsWith('reports/'))).toEqual([]);
    expect(store.text(proofKey(summary.importId))).toContain('"there":30');
  });
});
