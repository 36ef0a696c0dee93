import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { describe, expect } from 'vitest';
import { faultPlan, readFaults } from '../../infra/sandbox/faults.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { type CommandLine, ended, it, type Ran } from '../support/command-line.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

const stateOf = (cli: CommandLine): string[] => ['--state', join(cli.directory, 'state')];

/** Begins an import of many rows and waits until some are at the API. */
const running = async (cli: CommandLine, faults: string, rowsAtLeast: number) => {
  await cli.startApi({ latencyMs: 100, faults: faultPlan(readFaults(faults)) });
  const child = cli.start([...cli.command(cli.file('a.csv', aCsv(rows(300)))), '--concurrency', '2']);
  const over = ended(child);
  while (cli.api.requests.create < rowsAtLeast) await sleep(20);
  const status = JSON.parse((await cli.run(['status', '--json', ...stateOf(cli)])).stdout) as Record<string, unknown>;
  return { over, importId: String(status['importId']), status };
};

const summaryOf = ({ stdout }: Ran): Summary => JSON.parse(stdout) as Summary;

describe.concurrent('the imports of a state directory', () => {
  it('are listed, shown and fetched again when they have ended', async ({ cli }) => {
    const csv = cli.file('a.csv', aCsv([...rows(3), aRow(9, { Email: '?' })]));
    const { importId } = summaryOf(await cli.run(cli.command(csv)));
    const listed = await cli.run(['imports', ...stateOf(cli)]);
    expect(listed).toMatchObject({ code: 0, stderr: '1 import.\n' });
    expect(listed.stdout).toMatch(new RegExp(`${importId} +incoming/a.csv +completed +4 +3 created, 1 rejected`));
    const [line] = (await cli.run(['imports', '--json', ...stateOf(cli)])).stdout.trim().split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({
      importId,
      file: 'incoming/a.csv',
      state: 'completed',
      rows: 4,
      statuses: { created: 3 },
    });
    const status = await cli.run(['status', ...stateOf(cli)]);
    expect(status.stdout).toContain('completed: 4 of 4 rows have ended (3 created, 1 rejected)');
    expect(status.stderr).toContain(`npm start -- report ${importId} --state`);
    expect((await cli.run(['status', importId, '--watch', ...stateOf(cli)])).code).toBe(2);
    const out = join(cli.directory, 'again');
    const report = await cli.run(['report', importId, '--out', out, '--json', ...stateOf(cli)]);
    expect(report.code).toBe(2);
    expect(summaryOf(report).statuses).toMatchObject({ created: 3, rejected: 1 });
    for (const name of ['report.csv', 'retry.csv', 'summary.json', 'report.html'])
      expect(readFileSync(join(out, name), 'utf8')).toBe(readFileSync(join(cli.out, name), 'utf8'));
  });

  it('report --statuses says what became of each created lead, and of no other', async ({ cli }) => {
    await cli.run(cli.command(cli.file('a.csv', aCsv(rows(3)))));
    // A duplicate names a lead of the import before: that is none of this one.
    await cli.run(cli.command(cli.file('b.csv', aCsv([...rows(2, 50), aRow(1), aRow(99, { Email: '?' })]))));
    const out = join(cli.directory, 'again');
    const ran = await cli.run(['report', '--statuses', '--api-url', cli.api.url, '--out', out, ...stateOf(cli)]);
    expect(ran.stderr).toContain('2 leads.');
    const statuses = parse(readFileSync(join(out, 'statuses.csv'), 'utf8'), { columns: true }) as Record<
      string,
      string
    >[];
    expect(statuses.map((row) => row['Email'])).toEqual(['person50@example.com', 'person51@example.com']);
    for (const row of statuses) {
      const lead = cli.api.store.all().find(({ id }) => id === row['lead__Id']);
      expect(lead?.payload.customer?.email).toBe(row['Email']);
      expect(row['lead__LumiStatus']).toMatch(/^[A-Z_]+$/);
    }
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).toContain('What became of the leads at lumi');
    expect(page).toMatch(/<th scope="row">Waiting for call<svg .*?<\/th><td[^>]*>2<\/td><td[^>]*>\$\d/);
  });

  it('leads that the API lists at another time than the import are asked for by their ids', async ({ cli }) => {
    await cli.run(cli.command(cli.file('a.csv', aCsv(rows(2)))));
    // An API whose list of any time is empty.
    const timeless = createServer((request, response) => {
      const url = new URL(request.url ?? '/', cli.api.url);
      const list = JSON.stringify({ success: true, result: { leads: [], count: 0 } });
      if (!url.searchParams.has('id')) return void response.end(list);
      void fetch(url, { headers: { authorization: request.headers.authorization ?? '' } })
        .then((answer) => answer.text())
        .then((body) => response.end(body));
    });
    await once(timeless.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(timeless.address() as AddressInfo).port}`;
    const ran = await cli.run(['report', '--statuses', '--api-url', url, '--out', cli.out, ...stateOf(cli)]);
    timeless.close();
    expect(ran.stderr).toContain('2 leads.');
  });

  it('statuses are asked of the API of the import, and of no sandbox that was never there', async ({ cli }) => {
    await cli.run(cli.command(cli.file('a.csv', aCsv(rows(1)))));
    const { code, stderr } = await cli.run([
      'report',
      '--statuses',
      '--out',
      join(cli.directory, 'again'),
      ...stateOf(cli),
    ]);
    expect({ code, hint: stderr.includes('--api-url URL shows a real API') }).toEqual({ code: 1, hint: true });
    expect(existsSync(join(cli.directory, 'state', 'sandbox.sqlite'))).toBe(false);
  });

  it('an import that runs in another terminal is cancelled: nothing more is sent, and its report says so', async ({
    cli,
  }) => {
    const { over, importId, status } = await running(cli, 'create:1-99999=latency', 5);
    expect(status).toMatchObject({ state: 'sending', rows: 300, file: 'incoming/a.csv' });
    const cancelled = await cli.run(['cancel', importId, ...stateOf(cli)]);
    expect(cancelled).toMatchObject({ code: 0, stdout: '' });
    expect(cancelled.stderr).toContain('nothing more is sent');
    const summary = summaryOf(await over);
    const { created, failed } = summary.statuses;
    expect(summary.state).toBe('cancelled');
    expect(created + failed).toBe(300);
    expect(failed).toBeGreaterThan(0);
    expect(cli.api.store.all()).toHaveLength(created);
    const twice = await cli.run(['cancel', importId, '--json', ...stateOf(cli)]);
    expect(JSON.parse(twice.stdout)).toEqual({ importId, cancelled: false, state: 'cancelled' });
  });

  it('an import that waits for an API that is down is cancelled too', async ({ cli }) => {
    const { over, importId } = await running(cli, 'create:1-99999=429', 1);
    await cli.run(['cancel', importId, ...stateOf(cli)]);
    expect(summaryOf(await over)).toMatchObject({ state: 'cancelled', statuses: { created: 0, failed: 300 } });
  });

  it.for<[string, string]>([
    ['imports', 'Expected --state DIR'],
    ['imports --state nowhere', '--state nowhere: no import was kept there.'],
    ['status --state s --stack t', 'not both'],
    ['cancel --state s', 'Expected one id'],
    ['status --stack LumiLeadImporter-prod', 'AWS_REGION'],
  ])('%s', async ([line, message], { cli }) => {
    const { code, stdout, stderr } = await cli.run(line.split(' '), { AWS_REGION: '', AWS_DEFAULT_REGION: '' });
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(message);
  });

  it('have an answer for an id that is none of them', async ({ cli }) => {
    await cli.run(cli.command(cli.file('a.csv', aCsv(rows(1)))));
    const { code, stderr } = await cli.run(['report', '20261125T000000Z-00000000', ...stateOf(cli)]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^There is no import 20261125T000000Z-00000000[^\n]*\n$/),
    ]);
  });
});
