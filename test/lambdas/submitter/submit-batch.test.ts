import { describe, expect, it } from 'vitest';
import { settleOutcomes } from '../../../shared/ledger/outcome.ts';
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
      problems: [{ message: expect.stringContaining('What stood in the way: The Leads API does not answer in time.') }],
    });
  });
});
