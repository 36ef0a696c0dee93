import { describe, expect, it } from 'vitest';
import type { Lead } from '../../../shared/lead/lead.ts';
import { aCreateRow, SubmitterHarness } from '../../support/submitter-harness.ts';

describe('a lead that resembles a row in doubt', () => {
  it('a row in doubt is left to a person when a lead of the same customer is listed, however many fields differ', async () => {
    const harness = new SubmitterHarness([
      aCreateRow(1, {
        lead: {
          customer: { first_name: 'Ava', email: 'ava@example.com' },
          loan: { notes: 'first', requested_amount: 1 },
        },
      }),
    ]);
    harness.api.script.push('lose');
    await harness.attempt();
    await harness.api.create({
      customer: { first_name: 'Ava', email: 'ava@example.com' },
      loan: { notes: 'second', requested_amount: 2 },
    });
    harness.clock.time += 120_000;
    await harness.finish();
    expect(harness.statuses()).toEqual(['unconfirmed']);
    expect(harness.api.leads).toHaveLength(1);
  });

  /** A customer of one client: with its ABN, and with the phone of the broker where that is asked for. */
  const ofClient = (number: number, sharedPhone = false): Lead => ({
    customer: {
      first_name: `First${number}`,
      email: `person${number}@example.com`,
      phone: sharedPhone ? '0491570156' : `04915701${10 + number}`,
    },
    company: { name: 'One client', abn: 51_824_753_556 },
    loan: { requested_amount: 1_000 + number },
  });

  /** So many rows of one client are created, the answer to the next is lost, and a lead of nobody's is there. */
  const afterLoss = async (created: number, sharedPhone: boolean) => {
    const rows = Array.from({ length: created + 1 }, (_, index) =>
      aCreateRow(index + 1, { lead: ofClient(index + 1, sharedPhone) }),
    );
    const harness = new SubmitterHarness(rows);
    harness.api.script.push(...Array.from({ length: created }, () => 'good' as const), 'lose');
    await harness.attempt();
    await harness.api.create(ofClient(50, sharedPhone));
    harness.clock.time += 120_000;
    await harness.finish();
    return harness.statuses().at(-1);
  };

  it('is no candidate for what leads known to be others’ share with it', async () => {
    expect(await afterLoss(4, false)).toBe('created');
    // One lead may be of the same client by chance, and an e-mail address alone may have been rewritten.
    expect(await afterLoss(1, false)).toBe('unconfirmed');
    expect(await afterLoss(4, true)).toBe('unconfirmed');
  });

  it('a row in doubt is sent again when all listed leads are of other customers', async () => {
    const company = { name: 'Bakery', abn: 51_824_753_556 };
    const lead: Lead = { customer: { first_name: 'Mia', email: 'mia@example.com', phone: '0491570156' }, company };
    const harness = new SubmitterHarness([aCreateRow(1, { lead })]);
    harness.api.script.push('lose');
    await harness.attempt();
    await harness.api.create({
      customer: { first_name: 'Ava', email: 'ava@example.com', phone: '0491570157' },
      company: { ...company, abn: 33_102_417_032 },
    });
    harness.clock.time += 120_000;
    await harness.finish();
    expect(harness.statuses()).toEqual(['created']);
    expect(harness.api.leads).toHaveLength(2);
  });

  it('a row in doubt is unconfirmed when a new lead differs in the one identifying field that is shown', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('lose');
    await harness.attempt();
    await harness.api.create({ customer: { first_name: 'Pat', email: 'pat.o&#39;brien@example.com' } });
    harness.clock.time += 120_000;
    await harness.finish();
    expect(harness.statuses()).toEqual(['unconfirmed']);
    expect(harness.api.leads).toHaveLength(1);
  });

  it('two rows in doubt that the listing shows alike, since it leaves out what tells them apart, are unconfirmed', async () => {
    const customer = { first_name: 'Ann', email: 'ann@example.com', phone: '0491570156' };
    const loan = (requested_amount: number) =>
      aCreateRow(requested_amount, { lead: { customer, loan: { requested_amount } } });
    const harness = new SubmitterHarness([loan(1), loan(2)]);
    harness.api.script.push('lose', 'lose');
    await harness.attempt();
    await harness.api.create({ customer });
    harness.clock.time += 120_000;
    await harness.finish();
    expect(harness.statuses()).toEqual(['unconfirmed', 'unconfirmed']);
    expect(harness.api.leads).toHaveLength(1);
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
  ])('a row in doubt is found although the API shows %s', async (_, sent, shown) => {
    const customer = { first_name: 'Ava', email: 'ava@example.com' };
    const harness = new SubmitterHarness([
      aCreateRow(1, { lead: { ...sent, customer: { ...customer, ...sent.customer } } }),
    ]);
    harness.api.script.push('lose');
    await harness.attempt();
    await harness.api.create({ ...shown, customer: { ...customer, ...shown.customer } });
    harness.clock.time += 120_000;
    await harness.finish();
    expect(harness.statuses()).toEqual(['created']);
    expect(harness.api.leads).toHaveLength(1);
  });

  it('a row in doubt is unconfirmed when the listing shows it with one field rewritten', async () => {
    const lead: Lead = { customer: { first_name: 'Ava', email: 'ava@example.com' }, loan: { notes: 'R&D' } };
    const harness = new SubmitterHarness([aCreateRow(1, { lead })]);
    harness.api.script.push('lose');
    await harness.attempt();
    await harness.api.create({ ...lead, loan: { notes: 'R&amp;D' } });
    harness.clock.time += 120_000;
    await harness.finish();
    expect(harness.statuses()).toEqual(['unconfirmed']);
    expect(harness.api.leads).toHaveLength(1);
  });

  it('a row in doubt is unconfirmed when the matching lead has an older creation time', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('commit_then_lose');
    await harness.attempt();
    const [lead] = harness.api.leads;
    if (lead === undefined) throw new Error('no lead');
    const list = harness.api.list.bind(harness.api);
    harness.api.list = (filter) => list({ ...filter, dateFrom: '' });
    lead.createdAt = '2018-07-04T13:40:26+10:00';
    await harness.finish();
    expect(harness.statuses()).toEqual(['unconfirmed']);
    expect(harness.api.leads).toHaveLength(1);
  });

  it('a row in doubt is unconfirmed when the only matching lead has one more field', async () => {
    const harness = new SubmitterHarness([
      aCreateRow(1, { lead: { customer: { first_name: 'Ava', email: 'ava@example.com' } } }),
    ]);
    harness.api.script.push('lose');
    await harness.attempt();
    await harness.api.create({
      customer: { first_name: 'Ava', email: 'ava@example.com' },
      loan: { notes: 'typed in by hand' },
    });
    harness.clock.time += 120_000;
    await harness.finish();
    expect(harness.statuses()).toEqual(['unconfirmed']);
  });
});
