import { describe, expect, it } from 'vitest';
import { journalKey, possibleLeadsKey, registerKey } from '../../../shared/bucket/keys.ts';
import { stateVersion } from '../../../shared/bucket/stored-json.ts';
import type { Lead } from '../../../shared/lead/lead.ts';
import { encodeFingerprint, fingerprintFileHead } from '../../../shared/memory/fingerprint-file.ts';
import { journalSchema } from '../../../shared/state/lease.ts';
import { aCreateRow, importId, SubmitterHarness } from '../../support/submitter-harness.ts';

describe('a row in doubt', () => {
  it('a row in doubt is not sent again by a redelivery that comes before the listing can show it', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('commit_then_lose');
    harness.api.listingLagMs = 50_000;
    await harness.attempt();
    harness.clock.time += 30_000;
    expect((await harness.attempt()).kind).toBe('retry');
    expect(harness.api.leads).toHaveLength(1);
    await harness.finish();
    expect(harness.api.leads).toHaveLength(1);
    expect(harness.statuses()).toEqual(['created']);
  });

  it('a row in doubt may have been created until the API can no longer act on its request', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('lose');
    const sentAt = harness.clock.now();
    await harness.attempt();
    const journal = journalSchema.parse(JSON.parse(harness.store.text(journalKey(importId, 0)) ?? 'null'));
    const [state] = journal.states;
    expect(state).toMatchObject({ state: 'in_doubt', sentAt });
    expect(state?.state === 'in_doubt' && state.until - sentAt).toBeGreaterThanOrEqual(harness.instance().lateCommitMs);
  });

  it('a row in doubt is sent again when the only matching lead belongs to its twin', async () => {
    const harness = new SubmitterHarness([aCreateRow(1, { twin: true }), aCreateRow(1, { twin: true })]);
    harness.api.script.push('good', 'lose');
    await harness.finish();
    expect(harness.statuses()).toEqual(['created', 'created']);
    expect(harness.outcomes().states.map(({ leadId }) => leadId)).toEqual(['lead1', 'lead2']);
  });

  it('a row in doubt that was not created is sent again once the listing has settled', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('lose', 'lose');
    const { states } = await harness.finish();
    expect(states[0]?.status).toBe('created');
    expect(harness.api.leads).toHaveLength(1);
    expect(harness.clock.now() - Date.parse('2026-11-23T03:25:00Z')).toBeGreaterThanOrEqual(120_000);
  });

  it('a row in doubt with a twin in the file is unconfirmed when one of the two is at the API', async () => {
    const harness = new SubmitterHarness([aCreateRow(1, { twin: true })]);
    harness.api.script.push('commit_then_lose');
    await harness.finish();
    expect(harness.statuses()).toEqual(['unconfirmed']);
  });

  it('a row in doubt with a twin in another import that runs at the same time is unconfirmed', async () => {
    const row = aCreateRow(1);
    const harness = new SubmitterHarness([row]);
    const other = '20261123T032400Z-99999999';
    const entry = { importId: other, source: 'incoming/o.csv', registeredAt: '2026-11-23T03:24:00.000Z', digest: 'd' };
    harness.store.objects.set(
      registerKey,
      Buffer.from(JSON.stringify({ version: stateVersion, entries: [entry], merged: [] })),
    );
    const visible = Buffer.from(row.lead.visibleFingerprint, 'hex');
    harness.store.objects.set(
      possibleLeadsKey(other, 'd'),
      Buffer.concat([
        fingerprintFileHead,
        encodeFingerprint({ lead: Buffer.alloc(16, 7), visible, core: Buffer.alloc(8), line: 2, leadId: '' }),
      ]),
    );
    harness.api.script.push('commit_then_lose');
    await harness.finish();
    expect(harness.statuses()).toEqual(['unconfirmed']);
  });

  it('a row in doubt does not become unconfirmed before the listing has settled, even if a similar lead is listed', async () => {
    const leadOf = (amount: number): Lead => ({
      customer: { first_name: 'Ava', email: 'ava@example.com' },
      loan: { requested_amount: amount },
    });
    const harness = new SubmitterHarness([aCreateRow(1, { lead: leadOf(1) })]);
    await harness.api.create(leadOf(2));
    harness.api.script.push('lose');
    await harness.attempt();
    harness.clock.time += 10_000;
    expect(await harness.attempt()).toMatchObject({ kind: 'retry' });
    harness.clock.time += 60_000;
    await harness.finish();
    expect(harness.statuses()).toEqual(['unconfirmed']);
  });

  it('a row in doubt waits for another row of its batch whose lead may be the one that resembles it', async () => {
    const leadOf = (amount: number): Lead => ({
      customer: { first_name: 'Ava', email: 'ava@example.com' },
      loan: { requested_amount: amount },
    });
    const harness = new SubmitterHarness([aCreateRow(1, { lead: leadOf(1) }), aCreateRow(2, { lead: leadOf(2) })]);
    harness.api.script.push('lose', 'unauthorized');
    await harness.attempt();
    harness.clock.time += 70_000;
    harness.api.script.push('commit_then_lose');
    await harness.attempt();
    harness.clock.time += 60_000;
    await harness.attempt();
    await harness.finish();
    expect(harness.statuses()).toEqual(['created', 'created']);
    expect(harness.api.leads.map(({ payload }) => payload.loan?.requested_amount)).toEqual([2, 1]);
  });

  it('a row in doubt is sent again when the lead that resembles it is found in the same look to be its neighbour’s', async () => {
    const leadOf = (amount: number): Lead => ({
      customer: { first_name: 'Ava', email: 'ava@example.com' },
      loan: { requested_amount: amount },
    });
    const harness = new SubmitterHarness([
      aCreateRow(1, { lead: leadOf(1) }),
      aCreateRow(2, { lead: leadOf(2) }),
      aCreateRow(3),
    ]);
    harness.api.script.push('lose', 'commit_then_lose', 'good');
    await harness.attempt();
    harness.clock.time += 120_000;
    await harness.finish();
    expect(harness.statuses()).toEqual(['created', 'created', 'created']);
    expect(harness.api.leads.map(({ payload }) => payload.loan?.requested_amount).toSorted()).toEqual([1, 1003, 2]);
  });

  it.each([
    ['shortly before', 10_000],
    ['just before the listing begins', 5 * 60_000 + 10_000],
  ])('a row in doubt is not sent again when the listing does not show a lead that was created %s', async (_, agoMs) => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
    const before = {
      id: 'before',
      fingerprint: '',
      createdAt: harness.clock.time - agoMs,
      createdBy: harness.clock.time - agoMs,
      fields: {},
      reference: undefined,
    };
    harness.instance().known.add(before);
    harness.api.script.push('commit_then_lose', 'unauthorized');
    await harness.attempt();
    harness.clock.time += 120_000;
    // As where dates are compared by day, and midnight has passed.
    const midnight = harness.clock.time;
    const list = harness.api.list.bind(harness.api);
    harness.api.list = async (filter) => {
      const answer = await list(filter);
      if (answer.kind !== 'leads') return answer;
      return { ...answer, leads: answer.leads.filter(({ createdAt = '' }) => Date.parse(createdAt) >= midnight) };
    };
    await harness.finish();
    expect(harness.api.leads).toHaveLength(2);
    expect(harness.statuses()).toEqual(['unconfirmed', 'created']);
  });

  it('a row in doubt is found however early the API says that it was created', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.stampsBehindMs = 150_000;
    harness.api.script.push('commit_then_lose');
    await harness.attempt();
    harness.clock.time += 120_000;
    await harness.finish();
    expect(harness.api.leads).toHaveLength(1);
    expect(harness.statuses()).toEqual(['created']);
  });

  it('a row in doubt is settled at the give-up time even if the register of imports cannot be read', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
    harness.api.script.push('commit_then_lose');
    await harness.attempt();
    harness.store.objects.set(registerKey, Buffer.from('not JSON'));
    harness.clock.time += harness.giveUpAfterMs;
    expect(await harness.attempt()).toEqual({ kind: 'done' });
    expect(harness.statuses()).toEqual(['unconfirmed', 'created']);
  });

  it('a row in doubt is not there where the same look finds a lead that was sent later', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
    harness.isAlone = true;
    harness.api.script.push('lose', 'unauthorized');
    await harness.attempt();
    harness.clock.time += 90_000;
    harness.api.script.push('commit_then_lose');
    await harness.attempt();
    harness.clock.time += 130_000;
    await harness.attempt({ last: true });
    expect(harness.statuses()).toEqual(['failed', 'created']);
  });

  it('a row in doubt is not proven absent by a lead that was sent with it and found later', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
    harness.isAlone = true;
    harness.api.script.push('lose', 'commit_then_lose');
    await harness.attempt();
    harness.clock.time += 130_000;
    for (let verdict = await harness.attempt({ last: true }); verdict.kind === 'retry'; ) {
      harness.clock.time += verdict.afterMs;
      verdict = await harness.attempt({ last: true });
    }
    expect(harness.statuses()).toEqual(['unconfirmed', 'created']);
  });

  it('a lead that was found is as old as the last request for it', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('lose', 'commit_then_lose');
    await harness.finish();
    const [state] = harness.outcomes().states;
    const [lead] = harness.api.leads;
    expect(state?.createdAt).toBe(Date.parse(lead?.createdAt ?? ''));
  });

  it('a row whose first lead shows only after it was sent again is reported as maybe there twice, with both ids', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    // Listed later than the leads of others that came after it: beyond what any list can prove.
    harness.api.listingLagMs = 400_000;
    harness.api.script.push('commit_then_lose');
    await harness.attempt();
    harness.api.listingLagMs = 0;
    harness.clock.time += 130_000;
    harness.otherBatchSends();
    await harness.attempt();
    await harness.attempt();
    expect(harness.api.leads).toHaveLength(2);
    harness.clock.time += 400_000;
    await harness.finish();
    const [state] = harness.outcomes().states;
    expect(state).toMatchObject({ status: 'created', problems: [{ code: 'maybe_twice' }] });
    expect(state?.problems[0]?.what).toContain('lead2 and lead1');
  });

  it('a row in doubt is settled by its reference although the API rewrites it and a twin looks the same', async () => {
    const rows = [aCreateRow(1, { twin: true }), aCreateRow(2)];
    const harness = new SubmitterHarness(rows, undefined, { reference: 'notes' });
    harness.api.script.push('commit_then_lose');
    await harness.finish();
    expect(harness.statuses()).toEqual(['created', 'created']);
    expect(harness.api.leads).toHaveLength(2);
    expect(harness.api.leads[0]?.payload.loan?.notes).toMatch(/^\[ref [2-9A-Z]{12}\]$/);
  });
});
