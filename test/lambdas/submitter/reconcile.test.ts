import { describe, expect, it } from 'vitest';
import { fingerprintsKey, registerKey } from '../../../shared/keys.ts';
import type { Lead } from '../../../shared/lead/lead.ts';
import { encodeFingerprint } from '../../../shared/ledger/fingerprint-file.ts';
import { formatVersion } from '../../../shared/ledger/stored-json.ts';
import { aCreateRow, SubmitterBench } from '../../support/submitter-bench.ts';

const emails = (bench: SubmitterBench): (string | undefined)[] =>
  bench.api.leads.map(({ payload }) => payload.customer?.email).toSorted();

describe('a row that may have been sent', () => {
  it('is not sent again by a delivery that comes before the listing can show it', async () => {
    const bench = new SubmitterBench([aCreateRow(1)]);
    bench.api.script.push('commit_then_lose');
    bench.api.listingLagMs = 50_000;
    await bench.attempt();
    bench.clock.time += 30_000;
    expect(await bench.attempt()).toEqual({ kind: 'again', afterMs: 30_000 });
    await bench.settle();
    expect(bench.api.leads).toHaveLength(1);
    expect(bench.statuses()).toEqual(['created']);
  });

  it('is sent again where the only lead that looks like it is known to be of its twin', async () => {
    const bench = new SubmitterBench([aCreateRow(1, { twin: true }), aCreateRow(1, { twin: true })]);
    bench.api.script.push('good', 'lose');
    await bench.settle();
    expect(bench.statuses()).toEqual(['created', 'created']);
    expect(bench.outcomes().outcomes.map((outcome) => outcome?.leadId)).toEqual(['lead1', 'lead2']);
  });

  it('and was not is sent again, once the listing has settled', async () => {
    const bench = new SubmitterBench([aCreateRow(1)]);
    bench.api.script.push('lose', 'lose');
    const { outcomes } = await bench.settle();
    expect(outcomes[0]?.status).toBe('created');
    expect(bench.api.leads).toHaveLength(1);
    expect(bench.clock.now() - Date.parse('2026-11-23T03:25:00Z')).toBeGreaterThanOrEqual(120_000);
  });

  it('and has a twin in the file is unconfirmed where one of the two is at the API', async () => {
    const bench = new SubmitterBench([aCreateRow(1, { twin: true })]);
    bench.api.script.push('commit_then_lose');
    await bench.settle();
    expect(bench.statuses()).toEqual(['unconfirmed']);
  });

  it('and has a twin in another import that runs at the same time is unconfirmed', async () => {
    const row = aCreateRow(1);
    const bench = new SubmitterBench([row]);
    const other = '20261123T032400Z-99999999';
    const entry = { importId: other, source: 'incoming/o.csv', registeredAt: '2026-11-23T03:24:00.000Z', digest: 'd' };
    bench.store.objects.set(registerKey, Buffer.from(JSON.stringify({ version: formatVersion, entries: [entry] })));
    if (row.work.kind !== 'create') throw new Error('the row is to be created');
    const visible = Buffer.from(row.work.visible, 'hex');
    bench.store.objects.set(
      fingerprintsKey(other, 'd'),
      encodeFingerprint({ lead: Buffer.alloc(16, 7), visible, line: 2, leadId: '' }),
    );
    bench.api.script.push('commit_then_lose');
    await bench.settle();
    expect(bench.statuses()).toEqual(['unconfirmed']);
  });

  it('is not left open for good before the listing has had its time, whatever resembles it', async () => {
    const leadOf = (amount: number): Lead => ({
      customer: { first_name: 'Ava', email: 'ava@example.com' },
      loan: { requested_amount: amount },
    });
    const bench = new SubmitterBench([aCreateRow(1, { lead: leadOf(1) })]);
    await bench.api.create(leadOf(2));
    bench.api.script.push('lose');
    await bench.attempt();
    bench.clock.time += 10_000;
    expect(await bench.attempt()).toMatchObject({ kind: 'again' });
    bench.clock.time += 60_000;
    await bench.settle();
    expect(bench.statuses()).toEqual(['unconfirmed']);
  });

  it('is not taken for a lead that only looks alike in part', async () => {
    const bench = new SubmitterBench([
      aCreateRow(1, {
        lead: {
          customer: { first_name: 'Ava', email: 'ava@example.com' },
          loan: { notes: 'first', requested_amount: 1 },
        },
      }),
    ]);
    bench.api.script.push('lose');
    await bench.attempt();
    await bench.api.create({
      customer: { first_name: 'Ava', email: 'ava@example.com' },
      loan: { notes: 'second', requested_amount: 2 },
    });
    bench.clock.time += 120_000;
    await bench.settle();
    expect(bench.statuses()).toEqual(['created']);
    expect(bench.api.leads).toHaveLength(2);
  });

  it.each<[string, Lead, Lead]>([
    [
      'a phone with its country code',
      { customer: { phone: '0412312312' } },
      { customer: { phone: '+61 412 312 312' } },
    ],
    [
      'a licence without its zeros',
      { customer: { drivers_license_number: '00123' } },
      { customer: { drivers_license_number: 123 } },
    ],
    [
      'a date as a moment of another zone',
      { customer: { date_of_birth: '1994-02-14' } },
      { customer: { date_of_birth: '1994-02-13T13:00:00.000Z' } },
    ],
    ['a field that the listing leaves out', { company: { industry: 'retail' } }, {}],
  ])('is found although the API shows %s', async (_, sent, shown) => {
    const customer = { first_name: 'Ava', email: 'ava@example.com' };
    const bench = new SubmitterBench([
      aCreateRow(1, { lead: { ...sent, customer: { ...customer, ...sent.customer } } }),
    ]);
    bench.api.script.push('lose');
    await bench.attempt();
    await bench.api.create({ ...shown, customer: { ...customer, ...shown.customer } });
    bench.clock.time += 120_000;
    await bench.settle();
    expect(bench.statuses()).toEqual(['created']);
    expect(bench.api.leads).toHaveLength(1);
  });

  it('is not sent again where the listing shows it with one field rewritten: a person looks', async () => {
    const lead: Lead = { customer: { first_name: 'Ava', email: 'ava@example.com' }, loan: { notes: 'R&D' } };
    const bench = new SubmitterBench([aCreateRow(1, { lead })]);
    bench.api.script.push('lose');
    await bench.attempt();
    await bench.api.create({ ...lead, loan: { notes: 'R&amp;D' } });
    bench.clock.time += 120_000;
    await bench.settle();
    expect(bench.statuses()).toEqual(['unconfirmed']);
    expect(bench.api.leads).toHaveLength(1);
  });

  it('is neither found in, nor sent again beside, a lead that looks the same and says that it is older', async () => {
    const bench = new SubmitterBench([aCreateRow(1)]);
    bench.api.script.push('commit_then_lose');
    await bench.attempt();
    const [lead] = bench.api.leads;
    if (lead === undefined) throw new Error('no lead');
    const list = bench.api.list.bind(bench.api);
    bench.api.list = (filter) => list({ ...filter, dateFrom: '' });
    lead.createdAt = '2018-07-04T13:40:26+10:00';
    await bench.settle();
    expect(bench.statuses()).toEqual(['unconfirmed']);
    expect(bench.api.leads).toHaveLength(1);
  });

  it('does not hold up rows that were not sent while the listing does not answer', async () => {
    const bench = new SubmitterBench([aCreateRow(1), aCreateRow(2), aCreateRow(3)]);
    bench.api.script.push('lose');
    bench.api.listTrouble = true;
    await bench.attempt();
    bench.clock.time += 120_000;
    await bench.attempt();
    expect(emails(bench)).toEqual(['person2@example.com', 'person3@example.com']);
  });

  it('is settled at the give-up time although what other imports know cannot be read', async () => {
    const bench = new SubmitterBench([aCreateRow(1), aCreateRow(2)]);
    bench.api.script.push('commit_then_lose');
    await bench.attempt();
    bench.store.objects.set(registerKey, Buffer.from('not JSON'));
    bench.clock.time += bench.giveUpAfterMs;
    expect(await bench.attempt()).toEqual({ kind: 'done' });
    expect(bench.statuses()).toEqual(['unconfirmed', 'failed']);
  });

  it('is not decided by a lead to which nothing contradicts but that has a field more', async () => {
    const bench = new SubmitterBench([
      aCreateRow(1, { lead: { customer: { first_name: 'Ava', email: 'ava@example.com' } } }),
    ]);
    bench.api.script.push('lose');
    await bench.attempt();
    await bench.api.create({
      customer: { first_name: 'Ava', email: 'ava@example.com' },
      loan: { notes: 'typed in by hand' },
    });
    bench.clock.time += 120_000;
    await bench.settle();
    expect(bench.statuses()).toEqual(['unconfirmed']);
  });
});
