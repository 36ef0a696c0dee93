import { describe, expect, it } from 'vitest';
import { fingerprintsKey, registerKey } from '../../../shared/keys.ts';
import type { Lead } from '../../../shared/lead/lead.ts';
import { encodeFingerprint } from '../../../shared/ledger/fingerprint-file.ts';
import { settleOutcomes } from '../../../shared/ledger/outcome.ts';
import { formatVersion } from '../../../shared/ledger/stored-json.ts';
import { failingStore, failures } from '../../support/failing-store.ts';
import { aCreateRow, SubmitterBench } from '../../support/submitter-bench.ts';

const emails = (bench: SubmitterBench): (string | undefined)[] =>
  bench.api.leads.map(({ payload }) => payload.customer?.email).toSorted();

describe('guarantee 2: a lead is never created twice', () => {
  it.each(failures)('by an invocation that %s any of its calls to the bucket', async (failure) => {
    const rows = [aCreateRow(1), aCreateRow(2), aCreateRow(3)];
    for (let dieAt = 1; dieAt < 20; dieAt += 1) {
      const bench = new SubmitterBench(rows);
      const dying = failingStore(bench.store, dieAt, failure);
      await bench.attempt({ store: dying.store }).catch(() => undefined);
      await bench.settle();
      expect(emails(bench), `died at call ${dieAt}`).toEqual([
        'person1@example.com',
        'person2@example.com',
        'person3@example.com',
      ]);
      expect(bench.statuses()).toEqual(['created', 'created', 'created']);
      if (dying.calls() < dieAt) return;
    }
    throw new Error('the attempt makes more calls than this test tried');
  });

  it('by a second delivery while the first attempt is under way', async () => {
    const bench = new SubmitterBench([aCreateRow(1), aCreateRow(2)]);
    const verdicts = await Promise.all([bench.attempt(), bench.attempt(), bench.attempt()]);
    expect(verdicts.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    expect(bench.events.filter(([event]) => event === 'batch_held')).toHaveLength(2);
    expect(bench.api.leads).toHaveLength(2);
  });

  it('after the server committed and the answer was lost: the listing tells', async () => {
    const bench = new SubmitterBench([aCreateRow(1)]);
    bench.api.script.push('commit_then_lose');
    const { outcomes } = await bench.settle();
    expect(outcomes[0]).toMatchObject({ status: 'created', leadId: 'lead1' });
    expect(bench.api.leads).toHaveLength(1);
  });

  it('although the server commits after the client gave up', async () => {
    const bench = new SubmitterBench([aCreateRow(1)]);
    bench.api.script.push('commit_late');
    bench.api.lateMs = 45_000;
    await bench.settle();
    expect(bench.api.leads).toHaveLength(1);
  });

  it('although the listing lags behind', async () => {
    const bench = new SubmitterBench([aCreateRow(1)]);
    bench.api.script.push('commit_then_lose');
    bench.api.listingLagMs = 50_000;
    await bench.settle();
    expect(bench.api.leads).toHaveLength(1);
  });
});

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

describe("guarantee 6: system trouble is not a row's fault", () => {
  it('stops the attempt at the first fault and keeps what was created', async () => {
    const bench = new SubmitterBench([aCreateRow(1), aCreateRow(2), aCreateRow(3)]);
    bench.api.script.push('good', 'unauthorized');
    const verdict = await bench.attempt();
    expect(verdict).toMatchObject({ kind: 'again' });
    expect(bench.api.leads).toHaveLength(1);
    await bench.settle();
    expect(bench.statuses()).toEqual(['created', 'created', 'created']);
    expect(bench.api.leads).toHaveLength(3);
  });

  it('never sends what the invocation could not see to its end', async () => {
    const bench = new SubmitterBench([aCreateRow(1)]);
    expect(await bench.attempt({ timeMs: 60_000 })).toEqual({ kind: 'again', afterMs: 0 });
    expect(bench.api.leads).toEqual([]);
  });

  it('lets one row that always breaks hold up no other', async () => {
    const bench = new SubmitterBench([aCreateRow(1), aCreateRow(2), aCreateRow(3)], 3_600_000);
    let creations = 0;
    const create = bench.api.create.bind(bench.api);
    bench.api.create = async (lead) => {
      creations += 1;
      const email = (lead as { customer: { email: string } }).customer.email;
      return email.startsWith('person1@')
        ? { kind: 'not_sent', trouble: { code: 'server_error', httpStatus: 500 } }
        : create(lead);
    };
    await bench.settle(200);
    expect(bench.statuses()).toEqual(['failed', 'created', 'created']);
    expect(creations).toBeGreaterThan(4);
  });

  it('keeps the words of a refusal, and refuses that row alone', async () => {
    const bench = new SubmitterBench([aCreateRow(1), aCreateRow(2)]);
    bench.api.script.push('refuse');
    const { outcomes } = await bench.settle();
    expect(outcomes.map((outcome) => outcome?.status)).toEqual(['rejected', 'created']);
    expect(outcomes[0]?.problems[0]?.message).toContain('422: no such industry');
  });
});

it('outcomes are written once: those that are there count', async () => {
  const bench = new SubmitterBench([aCreateRow(1)]);
  await bench.settle();
  const { outcomes, ...head } = bench.outcomes();
  expect(outcomes[0]?.status).toBe('created');
  const late = { ...head, outcomes: [{ status: 'failed' as const, problems: [], documents: [] }] };
  expect(await settleOutcomes(bench.store, late)).toBe('exists');
  expect(bench.statuses()).toEqual(['created']);
});

it('a call to the API that throws, against its promise, counts as perhaps sent', async () => {
  const bench = new SubmitterBench([aCreateRow(1), aCreateRow(2)]);
  const create = bench.api.create.bind(bench.api);
  bench.api.create = async (lead) => {
    bench.api.create = create;
    await create(lead);
    throw new Error('after the lead was created');
  };
  await expect(bench.attempt()).rejects.toThrow('after the lead was created');
  await bench.settle();
  expect(bench.statuses()).toEqual(['created', 'created']);
  expect(bench.api.leads).toHaveLength(2);
});

it('an error of the bucket at one row loses nothing that is known of the others', async () => {
  const bench = new SubmitterBench([
    aCreateRow(1, { twin: true }),
    aCreateRow(1, { twin: true }),
    aCreateRow(2, { documents: ['a.pdf'], twin: true }),
  ]);
  bench.store.objects.set('documents/a.pdf', Buffer.from('a'));
  const { store } = failingStore(bench.store, 0, 'throws before');
  const get = (key: string) =>
    key.startsWith('documents/') ? Promise.reject(new Error('replaced in between')) : bench.store.get(key);
  await expect(bench.attempt({ store: { ...store, get } })).rejects.toThrow('replaced in between');
  await bench.settle();
  expect(bench.statuses()).toEqual(['created', 'created', 'created']);
  expect(bench.api.leads).toHaveLength(3);
});

describe('giving up', () => {
  it('from the dead-letter queue settles what the listing can settle', async () => {
    const bench = new SubmitterBench([aCreateRow(1), aCreateRow(2)]);
    bench.api.script.push('commit_then_lose', 'unauthorized');
    const verdict = await bench.attempt();
    bench.clock.time += verdict.kind === 'again' ? verdict.afterMs : 0;
    expect(await bench.attempt({ last: true })).toEqual({ kind: 'done' });
    expect(bench.statuses()).toEqual(['created', 'failed']);
    expect(bench.api.leads).toHaveLength(1);
  });

  it('says unconfirmed where the listing does not answer', async () => {
    const bench = new SubmitterBench([aCreateRow(1)]);
    bench.api.script.push('lose');
    await bench.attempt();
    bench.api.listTrouble = true;
    bench.clock.time += bench.giveUpAfterMs;
    await bench.attempt();
    expect(bench.statuses()).toEqual(['unconfirmed']);
  });

  it('says failed where the listing shows that nothing was created', async () => {
    const bench = new SubmitterBench([aCreateRow(1)]);
    bench.api.script.push('lose');
    await bench.attempt();
    bench.clock.time += bench.giveUpAfterMs;
    await bench.attempt();
    expect(bench.statuses()).toEqual(['failed']);
  });

  it('is never waited past', async () => {
    const bench = new SubmitterBench([aCreateRow(1)], 5_000);
    bench.api.script.push('lose');
    const verdict = await bench.attempt();
    expect(verdict).toEqual({ kind: 'again', afterMs: 5_000 });
  });

  it('notes documents that were not attached, with the lead that exists', async () => {
    const bench = new SubmitterBench([aCreateRow(1, { documents: ['a.pdf', 'b.pdf'] })]);
    bench.store.objects.set('documents/a.pdf', Buffer.from('a'));
    bench.store.objects.set('documents/b.pdf', Buffer.from('b'));
    bench.api.documentAnswers = [
      { kind: 'attached', documentId: 'd1' },
      { kind: 'trouble', trouble: { code: 'timed_out' } },
    ];
    await bench.attempt();
    bench.clock.time += bench.giveUpAfterMs;
    await bench.attempt();
    expect(bench.outcomes().outcomes[0]).toMatchObject({
      status: 'created_documents_incomplete',
      leadId: 'lead1',
      documents: [
        { name: 'a.pdf', id: 'd1' },
        { name: 'b.pdf', code: 'gave_up' },
      ],
    });
  });
});
