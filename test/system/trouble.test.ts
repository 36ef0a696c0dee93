import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { faultPlan, readFaults } from '../../infra/sandbox/faults.ts';
import { startSandbox } from '../../infra/sandbox/sandbox.ts';
import { addsUp, itOnSystem, startSystem, statusesOf } from '../support/embedded-system.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

const faults = (text: string) => faultPlan(readFaults(text));

describe.concurrent("guarantee 6: system trouble is not a row's fault", () => {
  itOnSystem(
    'an import waits while the API answers 401, and continues when the credentials are right again',
    async ({ system }) => {
      system.api.setPassword('changed at lumi');
      await system.drop('incoming/a.csv', aCsv(rows(30)));
      while (!system.events.some(([event]) => event === 'credentials_refused')) await sleep(10);
      await sleep(300);
      expect(await system.importer.reportOf('incoming/a.csv')).toBeUndefined();
      system.api.setPassword('secret');
      const done = await system.finished('incoming/a.csv');
      expect(done.summary.statuses).toMatchObject({ created: 30, rejected: 0, failed: 0 });
    },
  );

  itOnSystem('a retry waits for the Retry-After of a 429', async ({ system }) => {
    system.api.setFaults(faults('create:1=429'));
    const begin = performance.now();
    const done = await system.import('incoming/a.csv', aCsv(rows(1)), {});
    expect(done.summary.statuses.created).toBe(1);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(1_000);
    expect(system.api.requests.create).toBe(2);
  });

  itOnSystem('an import creates every lead despite 5xx answers, latency and broken connections', async ({ system }) => {
    system.api.setFaults(faultPlan([], { seed: 11, rate: 0.12 }));
    const table = rows(50);
    const done = await system.import('incoming/a.csv', aCsv(table));
    expect(done.summary.statuses).toMatchObject({ created: 50, rejected: 0 });
    expect(new Set(system.emails()).size).toBe(50);
    expect(system.emails()).toHaveLength(50);
  });

  itOnSystem(
    'a row without a company name and ABN is created when enforce-mandatories is false',
    async ({ system }) => {
      const done = await system.import('incoming/a.csv', aCsv([aRow(1), aRow(2), aRow(3)]), {});
      expect(done.summary.statuses.created).toBe(3);
      const refusing = await system.import(
        'incoming/b.csv',
        aCsv([aRow(4, { 'Business Name': '', ABN: '' }), aRow(5)]),
        {
          'enforce-mandatories': 'false',
        },
      );
      expect(statusesOf(refusing)).toEqual(['created', 'created']);
    },
  );
});

describe.concurrent('guarantee 5: a report always arrives', () => {
  it('a report arrives when the API is down at first and up later', async () => {
    const reserved = await startSandbox({ username: 'partner', password: 'secret' });
    const port = Number(new URL(reserved.url).port);
    await reserved.stop();
    const system = await startSystem({ apiUrl: reserved.url });
    try {
      await system.drop('incoming/a.csv', aCsv(rows(30)));
      while (!system.events.some(([event, { code }]) => event === 'api_trouble' && code === 'unreachable'))
        await sleep(10);
      const api = await startSandbox({ port, username: 'partner', password: 'secret' });
      const done = await system.finished('incoming/a.csv');
      expect(done.summary.statuses.created).toBe(30);
      expect(api.store.all()).toHaveLength(30);
      await api.stop();
    } finally {
      await system.stop();
    }
  });

  it('a report arrives when the API stays down, with every row failed and in the retry file', async () => {
    const system = await startSystem({ apiUrl: 'http://127.0.0.1:9' });
    try {
      const done = await system.import('incoming/a.csv', aCsv(rows(30)), { 'give-up-after': '3s' });
      expect(done.summary.statuses).toMatchObject({ failed: 30, unconfirmed: 0 });
      expect(done.retry).toHaveLength(30);
      expect(done.report[0]?.['lead__Tip']).toContain('Import retry.csv');
      expect(done.report[0]?.['lead__Error']).toContain('The Leads API cannot be reached');
      expect(addsUp(done)).toBe(true);
    } finally {
      await system.stop();
    }
  });

  it('a report arrives with rows in doubt unconfirmed when neither the answer nor the listing comes', async () => {
    const system = await startSystem();
    try {
      system.api.setFaults(faults('create:1-999=reset_after,list:1-999=503'));
      const done = await system.import('incoming/a.csv', aCsv(rows(2)), { 'give-up-after': '3s' });
      expect(statusesOf(done)).toEqual(['unconfirmed', 'unconfirmed']);
      expect(done.retry).toEqual([]);
      const again = await system.import('incoming/again.csv', aCsv(rows(2)));
      expect(statusesOf(again)).toEqual(['duplicate', 'duplicate']);
      expect(again.report[0]?.['lead__Tip']).toContain('Look for the lead at lumi');
      expect(system.api.store.all()).toHaveLength(2);
    } finally {
      await system.stop();
    }
  });
});

describe.concurrent('an import that is stopped by its give-up time', () => {
  it('an import that is stopped by its give-up time can be finished with its retry file', async () => {
    const system = await startSystem();
    try {
      system.api.setFaults(faults('create:11-9999=503'));
      const first = await system.import('incoming/a.csv', aCsv(rows(30)), { 'give-up-after': '3s' });
      expect(first.summary.statuses.created).toBe(10);
      expect(first.summary.statuses.created + first.summary.statuses.failed + first.summary.statuses.unconfirmed).toBe(
        30,
      );
      system.api.setFaults(faults(''));
      const second = await system.import('incoming/retry.csv', first.retryText);
      expect(second.summary.statuses.created).toBe(first.summary.statuses.failed);
      expect(second.retry).toEqual([]);
    } finally {
      await system.stop();
    }
  });
});
