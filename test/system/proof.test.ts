import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { describe, expect } from 'vitest';
import { faultPlan, readFaults } from '../../infra/sandbox/faults.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { type CommandLine, it, type Ran } from '../support/command-line.ts';
import { aCsv, rows } from '../support/sample-rows.ts';

const summaryOf = ({ stdout }: Ran): Summary => JSON.parse(stdout) as Summary;
const stateOf = (cli: CommandLine): string[] => ['--state', join(cli.directory, 'state')];
const quick = { LISTING_SETTLE_MS: '300' };

const codesIn = (directory: string): string[] =>
  (parse(readFileSync(join(directory, 'report.csv'), 'utf8'), { columns: true }) as Record<string, string>[])
    .map((line) => line['lead__ErrorCode'] ?? '')
    .filter((code) => code !== '')
    .toSorted();

describe.concurrent('comparing an import with the list of leads, on this machine', () => {
  it('--verify waits for it, and ends with 0 where all is well', async ({ cli }) => {
    const ran = await cli.run([...cli.command(cli.file('a.csv', aCsv(rows(10)))), '--verify'], quick);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('Comparing the leads with lumi’s list');
    expect(summaryOf(ran).proof).toMatchObject({ state: 'done', there: 10, notThere: 0, twice: 0, other: 0 });
    expect(codesIn(cli.out)).toEqual([]);
    expect((await cli.run(['imports', ...stateOf(cli)])).stdout).toContain('10 created; all at lumi');
  });

  it('--verify ends with 2 where a lead is there twice or is gone, and the report that is left names both', async ({
    cli,
  }) => {
    await cli.startApi({ faults: faultPlan(readFaults('create:2=twice,create:4=forgotten')) });
    const ran = await cli.run([...cli.command(cli.file('a.csv', aCsv(rows(10)))), '--verify'], quick);
    expect(ran.code).toBe(2);
    expect(summaryOf(ran).proof).toMatchObject({ state: 'done', there: 8, notThere: 1, twice: 1, other: 0 });
    expect(codesIn(cli.out)).toEqual(['maybe_twice', 'not_at_lumi']);
    expect(summaryOf(ran).statuses.created).toBe(10);
    expect(readFileSync(join(cli.out, 'report.html'), 'utf8')).toContain('1 lead not in lumi’s list');
  });

  it('without it the next import with that state does, and says what it has found', async ({ cli }) => {
    await cli.startApi({ faults: faultPlan(readFaults('create:2=twice')) });
    const first = await cli.run(cli.command(cli.file('a.csv', aCsv(rows(5)))), quick);
    expect([first.code, summaryOf(first).proof?.state]).toEqual([0, 'not_made']);
    await sleep(1_000);
    const second = await cli.run(cli.command(cli.file('b.csv', aCsv(rows(3, 50)))), quick);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`The earlier import ${summaryOf(first).importId} of a.csv: Compared with`);
    expect(second.stderr).toContain('4 leads there as sent, 1 there twice');
    expect(summaryOf(second).proof?.state).toBe('not_made');
    const third = await cli.run(cli.command(cli.file('c.csv', aCsv(rows(3, 80)))), quick);
    expect(third.stderr).not.toContain(summaryOf(first).importId);
  });

  it('report --verify makes it anew: a lead that has come since is there', async ({ cli }) => {
    await cli.startApi({ faults: faultPlan(readFaults('create:2=twice')) });
    const { importId } = summaryOf(await cli.run(cli.command(cli.file('a.csv', aCsv(rows(5)))), quick));
    const verify = ['report', importId, '--verify', '--json', '--api-url', cli.api.url, ...stateOf(cli)];
    const out = ['--out', join(cli.directory, 'again')];
    const ran = await cli.run([...verify, ...out], quick);
    expect([ran.code, summaryOf(ran).proof?.twice]).toEqual([2, 1]);
    expect(codesIn(join(cli.directory, 'again'))).toEqual(['maybe_twice']);
    const { requests } = cli.api;
    const asked = requests.list;
    const again = await cli.run([...verify, ...out], quick);
    expect([again.code, requests.list > asked]).toEqual([2, true]);
    expect(summaryOf(again).proof?.checkedAt).not.toBe(summaryOf(ran).proof?.checkedAt);
    expect(requests.create).toBe(5);
  });

  it('a check compares nothing, and nothing is said of it', async ({ cli }) => {
    const ran = await cli.run([...cli.command(cli.file('a.csv', aCsv(rows(2)))), '--dry-run', '--verify'], quick);
    expect([ran.code, summaryOf(ran).proof]).toEqual([0, null]);
    expect(ran.stderr).not.toContain('Comparing');
  });
});
