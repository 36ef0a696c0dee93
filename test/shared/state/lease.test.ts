import { describe, expect, it } from 'vitest';
import {
  acquireLease,
  type LeaseRequest,
  noteSending,
  readJournal,
  releaseLease,
} from '../../../shared/state/lease.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const importId = '20261123T032500Z-1a2b3c4d';

describe('a lease', () => {
  const acquire = async (store: MemoryStore, request: Omit<LeaseRequest, 'stored'>) =>
    acquireLease(store, { ...request, stored: await readJournal(store, request) }, beginning);
  const attempt = (owner: string, now: number, sends = true) => ({
    importId,
    batch: 0,
    owner,
    now,
    deadline: now + 1_000,
    sends,
  });
  const beginning = [{ state: 'unsent', tries: 0 } as const];

  it('a lease has one holder at a time', async () => {
    const store = new MemoryStore();
    const answers = await Promise.all(['a', 'b', 'c'].map((owner) => acquire(store, attempt(owner, 1_000))));
    expect(answers.filter(({ kind }) => kind === 'acquired')).toHaveLength(1);
  });

  it('a lease outlives its invocation, and the next holder finds its rows in doubt', async () => {
    const store = new MemoryStore();
    await acquire(store, attempt('a', 1_000));
    expect(await acquire(store, attempt('b', 2_001))).toMatchObject({ kind: 'held' });
    const later = await acquire(store, attempt('b', 100_000));
    expect(later).toMatchObject({
      kind: 'acquired',
      lease: { journal: { attempt: 2, firstAttemptAt: 1_000, states: [{ state: 'in_doubt', tries: 1 }] } },
    });
  });

  it('an expired lease of an attempt that sends nothing leaves unsent rows unsent', async () => {
    const store = new MemoryStore();
    await acquire(store, attempt('a', 1_000, false));
    expect(await acquire(store, attempt('b', 100_000))).toMatchObject({
      kind: 'acquired',
      lease: { after: 'idle_expiry', journal: { states: [{ state: 'unsent', tries: 0 }] } },
    });
  });

  const twoRows = [...beginning, ...beginning];
  const idleLease = async (store: MemoryStore) => {
    const answer = await acquireLease(store, { ...attempt('a', 1_000, false), stored: undefined }, twoRows);
    if (answer.kind !== 'acquired') throw new Error('not acquired');
    return answer.lease;
  };

  it.each([
    [0, ['in_doubt', 'unsent']],
    [undefined, ['in_doubt', 'in_doubt']],
  ])('an expired lease that noted %s as sent leaves %j', async (only, expected) => {
    const store = new MemoryStore();
    await noteSending(store, await idleLease(store), { states: twoRows }, only);
    const answer = await acquire(store, attempt('b', 100_000));
    expect(answer.kind === 'acquired' && answer.lease.journal.states.map(({ state }) => state)).toEqual(expected);
  });

  it('a row that is under way while all are noted may leave until the lease ends', async () => {
    const store = new MemoryStore();
    const lease = await idleLease(store);
    const underWay = { state: 'in_doubt' as const, tries: 1, sentAt: 1_000, until: 1_500 };
    const noted = await noteSending(store, lease, { states: [underWay, ...beginning] }, undefined);
    const { leaseUntil } = lease.journal;
    expect(noted?.journal.states[0]).toEqual({ ...underWay, until: leaseUntil });
  });

  it('a note whose repeated request meets the first one is written once', async () => {
    const store = new MemoryStore();
    const lease = await idleLease(store);
    const put = store.put.bind(store);
    let puts = 0;
    store.put = async (...given) => {
      puts += 1;
      const written = await put(...given);
      return puts === 1 ? { kind: 'changed' } : written;
    };
    expect(await noteSending(store, lease, { states: twoRows }, 0)).toBeDefined();
    expect(puts).toBe(1);
  });

  it('what is sent cannot be noted once somebody else has the lease', async () => {
    const store = new MemoryStore();
    const lease = await idleLease(store);
    await acquire(store, attempt('b', 100_000));
    expect(await noteSending(store, lease, { states: twoRows }, undefined)).toBeUndefined();
  });

  it('a note that took effect although its answer failed does not keep its lease from being released', async () => {
    const store = new MemoryStore();
    const lease = await idleLease(store);
    await noteSending(store, lease, { states: twoRows }, 0);
    expect(await releaseLease(store, lease, { states: twoRows })).toBe('released');
  });

  it('a released lease leaves unsent rows unsent', async () => {
    const store = new MemoryStore();
    const first = await acquire(store, attempt('a', 1_000));
    if (first.kind !== 'acquired') throw new Error('not acquired');
    expect(await releaseLease(store, first.lease, { states: [{ state: 'unsent', tries: 1 }] })).toBe('released');
    expect(await acquire(store, attempt('b', 1_500))).toMatchObject({
      kind: 'acquired',
      lease: { journal: { states: [{ state: 'unsent', tries: 1 }] } },
    });
  });

  it('what a lease that ran out leaves in doubt may have been sent from its beginning to its very end', async () => {
    const store = new MemoryStore();
    const first = await acquire(store, attempt('a', 1_000));
    if (first.kind !== 'acquired') throw new Error('not acquired');
    const { leasedAt, leaseUntil } = first.lease.journal;
    expect(leaseUntil).toBeGreaterThan(leasedAt);
    const second = await acquire(store, attempt('b', leaseUntil + 1));
    if (second.kind !== 'acquired') throw new Error('not acquired');
    expect(second.lease.journal.states[0]).toMatchObject({ state: 'in_doubt', sentAt: leasedAt, until: leaseUntil });
  });

  it('a lease that was taken over cannot be released by its old holder', async () => {
    const store = new MemoryStore();
    const first = await acquire(store, attempt('a', 1_000));
    if (first.kind !== 'acquired') throw new Error('not acquired');
    await acquire(store, attempt('b', 100_000));
    expect(await releaseLease(store, first.lease, { states: [] })).toBe('lost');
  });

  it('the holder recognises its own lease when the answer says that the write failed', async () => {
    const store = new MemoryStore();
    const put = store.put.bind(store);
    store.put = async (...given) => {
      await put(...given);
      return { kind: 'exists' };
    };
    expect(await acquire(store, attempt('a', 1_000))).toMatchObject({ kind: 'acquired' });
  });
});
