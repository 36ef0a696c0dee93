import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openLocalCloud } from '../../infra/laptop/local-cloud.ts';
import { faultPlan, readFaults } from '../../infra/sandbox/faults.ts';
import type { Connect } from '../../shared/bucket/bucket-and-queues.ts';
import { stateVersion } from '../../shared/bucket/stored-json.ts';
import { readManifest } from '../../shared/state/manifest.ts';
import { addsUp, itOnSystem, startSystem, statusesOf } from '../support/embedded-system.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

const emailsOf = (table: readonly Readonly<Record<string, string>>[]): string[] =>
  table.map((row) => row['Email'] ?? '').toSorted();
const faults = (text: string) => faultPlan(readFaults(text));

describe.concurrent('guarantee 2: a lead is never created twice', () => {
  itOnSystem('an upload that S3 announces three times creates each lead once', async ({ system }) => {
    const table = rows(60);
    await system.drop('incoming/a.csv', aCsv(table));
    await Promise.all([system.importer.announce('incoming/a.csv'), system.importer.announce('incoming/a.csv')]);
    const done = await system.finished('incoming/a.csv');
    await system.importer.announce('incoming/a.csv');
    await sleep(1_500);
    expect(done.summary.statuses.created).toBe(60);
    expect(system.emails()).toEqual(emailsOf(table));
  });

  itOnSystem('a batch that SQS delivers three times at once creates each lead once', async ({ system }) => {
    const table = rows(60);
    system.api.setFaults(faults('create:1-10=latency'));
    await system.drop('incoming/a.csv', aCsv(table));
    const { bucket, connect, queueUrls, store, importIdOf } = system.importer;
    const importId = importIdOf('incoming/a.csv');
    while ((await readManifest(store, importId)) === undefined) await sleep(5);
    const run = (await readManifest(store, importId))?.run;
    for (const batch of [0, 1, 2, 0, 1, 2]) {
      const MessageBody = JSON.stringify({ version: stateVersion, importId, run, batch });
      await connect({ AWS_REGION: 'local', BUCKET_NAME: bucket }).sendTo(queueUrls.batches)([MessageBody]);
    }
    const done = await system.finished('incoming/a.csv');
    expect(done.summary.statuses.created).toBe(60);
    expect(system.emails()).toEqual(emailsOf(table));
  });

  itOnSystem(
    'each lead is created once when connections break and answers are missing or cannot be read',
    async ({ system }) => {
      const table = rows(30);
      system.api.setFaults(
        faults('create:2=reset_after,create:9=reset_before,create:17=timeout_after,create:25=unreadable,create:31=500'),
      );
      const done = await system.import('incoming/a.csv', aCsv(table));
      expect(done.summary.statuses).toMatchObject({ created: 30, unconfirmed: 0, failed: 0 });
      expect(system.emails()).toEqual(emailsOf(table));
      const ids = new Set(system.api.store.all().map(({ id }) => id));
      expect(new Set(done.report.map((line) => line['lead__Id']))).toEqual(ids);
    },
  );

  itOnSystem(
    'a file that is dropped again creates no lead, and every row is a duplicate that names its lead',
    async ({ system }) => {
      const table = rows(30);
      const first = await system.import('incoming/a.csv', aCsv(table));
      const second = await system.import('incoming/again.csv', aCsv(table));
      expect(statusesOf(second)).toEqual(Array(30).fill('duplicate'));
      expect(second.report.map((line) => line['lead__Id'])).toEqual(first.report.map((line) => line['lead__Id']));
      expect(second.report[0]?.['lead__Error']).toContain(
        `line 2 of incoming/a.csv (import ${first.summary.importId})`,
      );
      expect(system.emails()).toEqual(emailsOf(table));
    },
  );

  itOnSystem('a corrected file creates only the leads that were not created before', async ({ system }) => {
    const good = rows(20);
    const bad = aRow(99, { Email: 'not an address' });
    const first = await system.import('incoming/a.csv', aCsv([...good, bad]));
    expect(first.summary.statuses).toMatchObject({ created: 20, rejected: 1 });
    const second = await system.import(
      'incoming/corrected.csv',
      aCsv([...good, { ...bad, Email: 'right@example.com' }]),
    );
    expect(second.summary.statuses).toMatchObject({ duplicate: 20, created: 1 });
    expect(system.emails()).toEqual([...emailsOf(good), 'right@example.com'].toSorted());
  });

  itOnSystem('two overlapping files that arrive at once create each lead once', async ({ system }) => {
    const [left, right] = [rows(60, 1), rows(60, 31)];
    await Promise.all([system.drop('incoming/left.csv', aCsv(left)), system.drop('incoming/right.csv', aCsv(right))]);
    const both = await Promise.all([system.finished('incoming/left.csv'), system.finished('incoming/right.csv')]);
    expect(both.every(addsUp)).toBe(true);
    expect(both.map(({ summary }) => summary.statuses.created).reduce((sum, count) => sum + count)).toBe(90);
    expect(both.map(({ summary }) => summary.statuses.duplicate).toSorted()).toEqual([0, 30]);
    expect(system.emails()).toEqual(emailsOf(rows(90, 1)));
  });

  itOnSystem('two rows of one file that are the same lead create it once', async ({ system }) => {
    const done = await system.import(
      'incoming/a.csv',
      aCsv([aRow(1), aRow(2), aRow(1, { Email: 'PERSON1@example.com' })]),
    );
    expect(statusesOf(done)).toEqual(['created', 'created', 'duplicate']);
    expect(done.report[2]?.['lead__Error']).toContain('line 2 of this file');
    expect(system.emails()).toHaveLength(2);
  });
});

describe.concurrent('guarantee 3: a lead is never lost', () => {
  it('an upload that is announced again after its messages were lost releases its open batches', async () => {
    const cloud = await openLocalCloud();
    let isLost = true;
    const lossy: Connect = (config) => {
      const connected = cloud.connect(config);
      return {
        ...connected,
        sendTo:
          (url) =>
          async (...sent) =>
            isLost ? undefined : connected.sendTo(url)(...sent),
      };
    };
    const system = await startSystem({ cloud: { ...cloud, connect: lossy } });
    try {
      const table = rows(60);
      await system.drop('incoming/a.csv', aCsv(table));
      while (!system.events.some(([event]) => event === 'import_released')) await sleep(10);
      expect(system.emails()).toEqual([]);
      isLost = false;
      await system.importer.announce('incoming/a.csv');
      const done = await system.finished('incoming/a.csv');
      expect(done.summary.statuses.created).toBe(60);
      expect(system.emails()).toEqual(emailsOf(table));
    } finally {
      await system.stop();
    }
  });
});
