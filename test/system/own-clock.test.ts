import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openLocalCloud } from '../../infra/laptop/local-cloud.ts';
import { faultPlan, readFaults } from '../../infra/sandbox/faults.ts';
import { journalKey } from '../../shared/bucket/keys.ts';
import { getText } from '../../shared/bucket/object-store.ts';
import { type Journal, journalSchema } from '../../shared/state/lease.ts';
import { startSystem, statusesOf } from '../support/embedded-system.ts';
import { aCsv, rows } from '../support/sample-rows.ts';

// The clock of a laptop is set, or stands still while it sleeps. Only `Date` is faked: that is the clock which people set.

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const setClock = (byMs: number): void => {
  const now = performance.timeOrigin + performance.now();
  vi.useFakeTimers({ toFake: ['Date'], now: now + byMs });
};

afterEach(() => {
  vi.useRealTimers();
});

/** Two answers are lost, one of them with its lead, while the clock is set. */
const importWhile = async (byMs: number) => {
  const system = await startSystem();
  try {
    system.api.setFaults(faultPlan(readFaults('create:3=reset_after,create:5=reset_before')));
    const began = performance.now();
    await system.drop('incoming/a.csv', aCsv(rows(10)));
    while (system.api.requests.create < 6) await sleep(5);
    setClock(byMs);
    const finished = await system.finished('incoming/a.csv');
    return { statuses: statusesOf(finished), emails: system.emails(), tookMs: performance.now() - began };
  } finally {
    await system.stop();
  }
};

describe('a clock that is set in the middle of an import', () => {
  it.each([
    ['an hour back', -hourMs],
    ['a day ahead', dayMs],
  ])(
    '%s changes nothing: each lead is created, once, and nothing is waited for longer',
    async (_, byMs) => {
      const { statuses, emails, tookMs } = await importWhile(byMs);
      expect(new Set(statuses)).toEqual(new Set(['created']));
      expect(emails).toEqual([...new Set(emails)]);
      expect(emails).toHaveLength(10);
      // Not a measure of speed: waits of a minute or an hour would come to this.
      expect(tookMs).toBeLessThan(minuteMs);
    },
    120_000,
  );
});

const importId = '20261123T032500Z-1a2b3c4d';

/** A journal that a process has left whose clock was so far ahead. */
const leftBy = (aheadMs: number, now: number): Journal => {
  const at = now + aheadMs;
  return journalSchema.parse({
    version: 6,
    importId,
    batch: 0,
    owner: 'o',
    leaseUntil: at + 6 * minuteMs,
    leasedAt: at,
    sends: false,
    attempt: 1,
    firstAttemptAt: at,
    states: [
      {
        state: 'in_doubt',
        tries: 1,
        sentAt: at,
        until: at + minuteMs,
        absentFrom: at + hourMs,
        open: { since: at, looks: 2, lookedAt: at },
      },
      {
        state: 'verifying',
        leadId: 'a',
        documents: [],
        problems: [],
        tries: 2,
        createdAt: at,
        createdBy: at,
        doubtedAt: at,
      },
    ],
  });
};

describe('a process that was killed with a clock that was wrong', () => {
  it.each([
    ['a day ahead', dayMs],
    ['right', 0],
    ['a day behind', -dayMs],
  ])('%s: what it left waits for no time that is not to come soon, and its leases are over', async (_, aheadMs) => {
    const cloud = await openLocalCloud();
    const now = Date.now();
    const key = journalKey(importId, 0);
    await cloud.store.put(key, JSON.stringify(leftBy(aheadMs, now)));
    const { expireLeases } = await import('../../infra/laptop/expire-leases.ts');
    await expireLeases(cloud.store, now, minuteMs);
    const journal = journalSchema.parse(JSON.parse((await getText(cloud.store, key))?.text ?? ''));
    await cloud.stop();
    expect(journal.leaseUntil).toBe(0);
    const times = JSON.stringify(journal).match(/\d{13}/g) ?? [];
    for (const time of times) expect(Number(time)).toBeLessThanOrEqual(now + minuteMs);
    const [inDoubt] = journal.states;
    // Its lead may have been created at any time since the import began.
    const window = aheadMs > 0 ? now - 13 * dayMs : now + aheadMs;
    expect(inDoubt?.state === 'in_doubt' && inDoubt.sentAt).toBeLessThanOrEqual(window);
  });
});
