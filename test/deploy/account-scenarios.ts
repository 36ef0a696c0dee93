import { deepEqual, equal } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { aCsv } from '../support/sample-rows.ts';
import { countsOf, holdAgainst, progressOf, reportOf, summariesOf } from './acts.ts';
import { importCsv, leadsAt, type Scenario, someRows } from './scenario.ts';
import type { PlacedAccount, Target } from './target.ts';

const accountOf = ({ account }: Target): PlacedAccount => {
  if (account === undefined) throw new Error('this scenario needs an account of its own');
  return account;
};

/** What can be done where the account is ours: losing messages, burying them, erasing, pausing. */
export const accountScenarios: readonly Scenario[] = [
  {
    name: 'an import whose notifications are all lost is found by sweeps, and gets its report',
    needs: 'account',
    run: async (target) => {
      const account = accountOf(target);
      await account.withoutNotifications(async () => {
        await target.put('incoming/unheard.csv', aCsv(someRows(30, 500)));
        await sleep(1_000);
        await account.sweep();
        // The parser and the submitter are told by queues; who has to tell the reporter is the bucket.
        await sleep(5_000);
        equal((await summariesOf(target, 'unheard')).length, 0);
        await account.sweep();
        const report = await reportOf(target, 'unheard');
        holdAgainst(target, report);
        deepEqual(countsOf(report), { created: 30 });
      });
      await account.sweep();
      await sleep(1_000);
      equal(
        (await summariesOf(target, 'unheard')).length,
        1,
        'the upload is one import, however often it is looked for',
      );
    },
  },
  {
    name: 'dead letters are ended by a sweep',
    needs: 'account',
    run: async (target) => {
      const account = accountOf(target);
      await account.withoutNotifications(async () => {
        await target.put('incoming/dead.csv', aCsv(someRows(5, 600)));
        await (await account.noticeOf('incoming/dead.csv')).bury();
      });
      await account.sweep();
      const report = await reportOf(target, 'dead');
      equal(report.summary.fileError?.code, 'importer_failed');
    },
  },
  // As `docs/operators.md` says.
  {
    name: 'what is erased of an import that has ended does not come back, and nothing of it is sent again',
    needs: 'account',
    run: async (target) => {
      const account = accountOf(target);
      const csv = aCsv(someRows(20, 1_300));
      const { summary } = await importCsv(target, 'erased', csv);
      // The last that is written of an import.
      await progressOf(target, 'erased', ({ state }) => state === 'completed');
      const notice = await account.noticeOf('incoming/erased.csv');
      const before = leadsAt(target);
      const ofImport = ['batches', 'outcomes', 'journals'].map((part) => `state/${part}/${summary.importId}/`);
      for (const prefix of ['incoming/erased.csv', 'reports/erased/', ...ofImport]) await account.erase(prefix);
      await notice.announce();
      await notice.bury();
      await account.sweep();
      await sleep(4_000);
      await account.sweep();
      await sleep(2_000);
      for (const prefix of ['incoming/erased.csv', 'reports/erased/', ...ofImport])
        deepEqual(await target.list(prefix), []);
      equal(leadsAt(target), before);
      // Hashes of the leads are kept: dropped once more, they are known.
      deepEqual(countsOf(await importCsv(target, 'erased and dropped again', csv)), { duplicate: 20 });
    },
  },
  {
    name: 'sending is paused and resumed without a deployment',
    needs: 'account',
    run: async (target) => {
      const before = leadsAt(target);
      await accountOf(target).whilePaused(async () => {
        await target.put('incoming/paused.csv', aCsv(someRows(30, 1_400)));
        await progressOf(target, 'paused', ({ rows: count }) => count === 30);
        await sleep(3_000);
        equal(leadsAt(target), before);
      });
      deepEqual(countsOf(await reportOf(target, 'paused')), { created: 30 });
    },
  },
  {
    name: 'an account that turns the submitter away for a while only delays',
    needs: 'account',
    run: async (target) => {
      await accountOf(target).withoutSubmitter(async () => {
        await target.put('incoming/throttled.csv', aCsv(someRows(30, 700)));
        await sleep(4_000);
        equal((await summariesOf(target, 'throttled')).length, 0);
      });
      const report = await reportOf(target, 'throttled');
      holdAgainst(target, report);
      deepEqual(countsOf(report), { created: 30 });
    },
  },
];
