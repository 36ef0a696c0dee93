import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { writeOutcomesOnce } from '../../../shared/state/outcomes.ts';
import { ended } from '../../../shared/state/row-state.ts';
import { failingStore, failures } from '../../support/failing-store.ts';
import { aCreateRow, SubmitterHarness } from '../../support/submitter-harness.ts';

const emails = (harness: SubmitterHarness): (string | undefined)[] =>
  harness.api.leads.map(({ payload }) => payload.customer?.email).toSorted();

describe('guarantee 2: a lead is never created twice', () => {
  it.each(failures)('an invocation that %s one of its calls to the bucket creates no lead twice', async (failure) => {
    const rows = [aCreateRow(1), aCreateRow(2), aCreateRow(3)];
    for (let dieAt = 1; dieAt < 20; dieAt += 1) {
      const harness = new SubmitterHarness(rows);
      const dying = failingStore(harness.store, dieAt, failure);
      await harness.attempt({ store: dying.store }).catch(() => undefined);
      await harness.finish();
      expect(emails(harness), `died at call ${dieAt}`).toEqual([
        'person1@example.com',
        'person2@example.com',
        'person3@example.com',
      ]);
      expect(harness.statuses()).toEqual(['created', 'created', 'created']);
      if (dying.calls() < dieAt) return;
    }
    throw new Error('the attempt makes more calls than this test tried');
  });

  it('a redelivery during a running attempt is held and creates no lead twice', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
    const verdicts = await Promise.all([harness.attempt(), harness.attempt(), harness.attempt()]);
    expect(verdicts.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    expect(harness.events.filter(([event]) => event === 'batch_held')).toHaveLength(2);
    expect(harness.api.leads).toHaveLength(2);
  });

  it('a process that dies while its first lead is under way leaves no other row in doubt', async () => {
    const harness = new SubmitterHarness([1, 2, 3].map((number) => aCreateRow(number)));
    harness.isAlone = true;
    const answers = harness.api.create.bind(harness.api);
    harness.api.create = () => new Promise(() => undefined);
    void harness.attempt();
    await new Promise(setImmediate);
    harness.beginInstance();
    harness.clock.time += 8 * 60_000;
    harness.api.create = answers;
    await harness.finish();
    expect(harness.statuses()).toEqual(['created', 'created', 'created']);
    expect(harness.api.leads).toHaveLength(3);
  });

  it('a lead whose answer was lost after the API stored it is found in the listing and not sent again', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('commit_then_lose');
    const { states } = await harness.finish();
    expect(states[0]).toMatchObject({ status: 'created', leadId: 'lead1' });
    expect(harness.api.leads).toHaveLength(1);
  });

  it('a lead that the API stores after the client gave up is not created twice', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('commit_late');
    harness.api.lateMs = 45_000;
    await harness.finish();
    expect(harness.api.leads).toHaveLength(1);
  });

  it('a lead whose answer was lost is not created twice when the listing lags behind', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('commit_then_lose');
    harness.api.listingLagMs = 50_000;
    await harness.finish();
    expect(harness.api.leads).toHaveLength(1);
  });
});

describe("guarantee 6: system trouble is not a row's fault", () => {
  it('an attempt stops at the first system fault and keeps what was created', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2), aCreateRow(3)]);
    harness.api.script.push('good', 'unauthorized');
    const verdict = await harness.attempt();
    expect(verdict).toMatchObject({ kind: 'retry' });
    expect(harness.api.leads).toHaveLength(1);
    await harness.finish();
    expect(harness.statuses()).toEqual(['created', 'created', 'created']);
    expect(harness.api.leads).toHaveLength(3);
  });

  it('no row is sent when the invocation has too little time left to finish it', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    expect(await harness.attempt({ timeMs: 60_000 })).toEqual({ kind: 'retry', afterMs: 0 });
    expect(harness.api.leads).toEqual([]);
  });

  it('a row that always fails holds up no other row', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2), aCreateRow(3)], 3_600_000);
    let creations = 0;
    const create = harness.api.create.bind(harness.api);
    harness.api.create = async (lead, _, sending) => {
      creations += 1;
      const email = (lead as { customer: { email: string } }).customer.email;
      return email.startsWith('person1@')
        ? { kind: 'not_sent', trouble: { code: 'server_error', httpStatus: 500 } }
        : create(lead, true, sending);
    };
    await harness.finish(200);
    expect(harness.statuses()).toEqual(['failed', 'created', 'created']);
    expect(creations).toBeGreaterThan(4);
  });

  it('a refusal by the API rejects that row alone, and its message is kept', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
    harness.api.script.push('refuse');
    const { states } = await harness.finish();
    expect(states.map(({ status }) => status)).toEqual(['rejected', 'created']);
    expect(states[0]?.problems[0]?.what).toContain('422: no such industry');
  });
});

it('outcomes are written once and never replaced', async () => {
  const harness = new SubmitterHarness([aCreateRow(1)]);
  await harness.finish();
  const { states, ...head } = harness.outcomes();
  expect(states[0]?.status).toBe('created');
  const late = { ...head, states: [ended('failed', [])] };
  expect(await writeOutcomesOnce(harness.store, late)).toBe('exists');
  expect(harness.statuses()).toEqual(['created']);
});

it('a row whose API call throws unexpectedly is in doubt', async () => {
  const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
  const create = harness.api.create.bind(harness.api);
  harness.api.create = async (lead, _, sending) => {
    harness.api.create = create;
    await create(lead, true, sending);
    throw new Error('after the lead was created');
  };
  await expect(harness.attempt()).rejects.toThrow('after the lead was created');
  await harness.finish();
  expect(harness.statuses()).toEqual(['created', 'created']);
  expect(harness.api.leads).toHaveLength(2);
});

it('an error of the bucket at one row loses nothing that is known of the others', async () => {
  const harness = new SubmitterHarness([
    aCreateRow(1, { twin: true }),
    aCreateRow(1, { twin: true }),
    aCreateRow(2, { documents: ['a.pdf'], twin: true }),
  ]);
  harness.store.objects.set('documents/a.pdf', Buffer.from('a'));
  const { store } = failingStore(harness.store, 0, 'throws before');
  const get = (key: string) =>
    key.startsWith('documents/') ? Promise.reject(new Error('replaced in between')) : harness.store.get(key);
  await expect(harness.attempt({ store: { ...store, get } })).rejects.toThrow('replaced in between');
  await harness.finish();
  expect(harness.statuses()).toEqual(['created', 'created', 'created']);
  expect(harness.api.leads).toHaveLength(3);
});

describe('documents', () => {
  it('a document of a lead that is not known everywhere yet is sent again, and refused once the lead is older', async () => {
    const unknown = { kind: 'refused', httpStatus: 404, message: '' } as const;
    const statusAfter = async (answers: number): Promise<string[]> => {
      const harness = new SubmitterHarness([aCreateRow(1, { documents: ['a.pdf'] })]);
      harness.store.objects.set('documents/a.pdf', Buffer.from('x'));
      harness.api.documentAnswers = Array.from({ length: answers }, () => unknown);
      await harness.finish();
      return harness.statuses();
    };
    expect(await statusAfter(2)).toEqual(['created']);
    expect(await statusAfter(20)).toEqual(['created_documents_incomplete']);
  });

  it('leads that are not known everywhere yet hold up no other lead', async () => {
    const harness = new SubmitterHarness([1, 2, 3, 4].map((number) => aCreateRow(number, { documents: ['a.pdf'] })));
    // All are created before the first document is answered: nothing good comes between the answers.
    harness.inFlight = pLimit(4);
    harness.store.objects.set('documents/a.pdf', Buffer.from('x'));
    harness.api.documentAnswers = Array.from({ length: 4 }, () => ({ kind: 'refused', httpStatus: 404, message: '' }));
    await harness.attempt();
    expect(harness.api.leads).toHaveLength(4);
    expect(harness.instance().gate.pausedForMs).toBe(0);
  });

  it('a row that names its lead is not rejected because a listing of it is incomplete', async () => {
    const { lead: _, ...row } = aCreateRow(1, { documents: ['a.pdf'] });
    const state = { state: 'attaching' as const, leadId: 'other1', documents: [], problems: [], tries: 0 };
    const harness = new SubmitterHarness([{ ...row, state }]);
    harness.store.objects.set('documents/a.pdf', Buffer.from('x'));
    const list = harness.api.list.bind(harness.api);
    harness.api.list = async () => ({ kind: 'leads', leads: [], complete: false });
    await harness.attempt();
    harness.api.list = list;
    await harness.finish();
    expect(harness.statuses()).toEqual(['created']);
  });
});

describe('giving up', () => {
  it('giving up from the dead-letter queue settles the rows that the listing can settle', async () => {
    const harness = new SubmitterHarness([aCreateRow(1), aCreateRow(2)]);
    harness.api.script.push('commit_then_lose', 'unauthorized');
    const verdict = await harness.attempt();
    harness.clock.time += verdict.kind === 'retry' ? verdict.afterMs : 0;
    expect(await harness.attempt({ last: true })).toEqual({ kind: 'done' });
    expect(harness.statuses()).toEqual(['created', 'failed']);
    expect(harness.api.leads).toHaveLength(1);
  });

  it('a row in doubt is unconfirmed at the give-up time when the listing does not answer', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('lose');
    await harness.attempt();
    harness.api.listTrouble = 'server_error';
    harness.clock.time += harness.giveUpAfterMs;
    await harness.attempt();
    expect(harness.statuses()).toEqual(['unconfirmed']);
  });

  it('a row in doubt is failed at the give-up time when the listing shows that nothing was created', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)]);
    harness.api.script.push('lose');
    await harness.attempt();
    harness.clock.time += harness.giveUpAfterMs;
    harness.otherBatchSends();
    await harness.attempt();
    expect(harness.statuses()).toEqual(['failed']);
  });

  it('a retry never waits past the give-up time', async () => {
    const harness = new SubmitterHarness([aCreateRow(1)], 5_000);
    harness.api.script.push('lose');
    const verdict = await harness.attempt();
    expect(verdict).toEqual({ kind: 'retry', afterMs: 5_000 });
  });

  it('a created lead whose documents are not all attached at the give-up time names the missing ones', async () => {
    const harness = new SubmitterHarness([aCreateRow(1, { documents: ['a.pdf', 'b.pdf'] })]);
    harness.store.objects.set('documents/a.pdf', Buffer.from('a'));
    harness.store.objects.set('documents/b.pdf', Buffer.from('b'));
    harness.api.documentAnswers = [
      { kind: 'attached', documentId: 'd1' },
      { kind: 'trouble', trouble: { code: 'unreachable' }, mayBeThere: false },
    ];
    await harness.attempt();
    harness.clock.time += harness.giveUpAfterMs;
    await harness.attempt();
    expect(harness.outcomes().states[0]).toMatchObject({
      status: 'created_documents_incomplete',
      leadId: 'lead1',
      documents: [
        { name: 'a.pdf', id: 'd1' },
        { name: 'b.pdf', code: 'gave_up' },
      ],
      problems: [{ what: expect.stringContaining('Last error: The Leads API cannot be reached.') }],
    });
  });
});
