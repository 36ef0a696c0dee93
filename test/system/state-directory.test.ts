import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { bindStateDirectory, isNewStateDirectory } from '../../infra/cli/places/state-directory.ts';
import { bucketFile } from '../../infra/laptop/local-bucket.ts';
import { faultPlan, readFaults } from '../../infra/sandbox/faults.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { type CommandLine, ended, it } from '../support/command-line.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

/** Gives the API a lead of an hour ago: its list shows by it that it is not cut, however many leads an import has created. */
const beganEarlier = ({ api }: CommandLine): void => {
  const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
  api.store.addLead({ customer: { email: 'earlier@example.com' } }, anHourAgo);
};

describe.concurrent('--state', () => {
  it('an import with --state knows the duplicates of an earlier run', async ({ cli }) => {
    const csv = cli.file('a.csv', aCsv(rows(30)));
    await cli.run(cli.command(csv));
    const second = JSON.parse((await cli.run(cli.command(csv))).stdout) as Summary;
    expect(second.statuses).toMatchObject({ created: 0, duplicate: 30 });
    const ids = cli.api.store.all().map(({ id }) => id);
    for (const id of ids) expect(readFileSync(join(cli.out, 'report.csv'), 'utf8')).toContain(id);
    expect(ids).toHaveLength(30);
  });

  it('an import with --state that is killed several times ends with every row counted and each lead created once', async ({
    cli,
  }) => {
    const table = rows(400);
    const csv = cli.file('a.csv', aCsv(table));
    await cli.startApi({
      latencyMs: 15,
      faults: faultPlan(readFaults('create:1-99999=latency')),
    });
    beganEarlier(cli);
    for (const enough of [2, 60, 200]) {
      const child = cli.start(cli.command(csv));
      const over = ended(child);
      while (cli.api.store.all().length < enough && child.exitCode === null) await sleep(5);
      child.kill('SIGKILL');
      await over;
    }
    const last = await cli.run(cli.command(csv));
    expect(last.stderr).toContain('Going on with the interrupted import');
    const { rows: count, statuses, warnings } = JSON.parse(last.stdout) as Summary;
    expect({ code: last.code, count, statuses, warnings }).toMatchObject({
      code: 0,
      count: 400,
      statuses: { created: 400, unconfirmed: 0 },
      warnings: [],
    });
    expect(
      cli.api.store
        .all()
        .map(({ payload }) => payload.customer?.email)
        .toSorted(),
    ).toEqual([...table.map((row) => row['Email']), 'earlier@example.com'].toSorted());
  });

  /** Kills an import of 60 rows once some are at the API. */
  const interrupt = async (cli: CommandLine, csv: string): Promise<void> => {
    await cli.startApi({
      latencyMs: 60,
      faults: faultPlan(readFaults('create:1-99999=latency')),
    });
    beganEarlier(cli);
    const child = cli.start(cli.command(csv));
    const over = ended(child);
    while (cli.api.store.all().length < 6) await sleep(5);
    child.kill('SIGKILL');
    await over;
    // What the killed process had written may still wait to be read: once this is answered it was.
    await fetch(`${cli.api.url}/v1/leads`).then((answer) => answer.text());
  };

  it('a dry run leaves an interrupted import as it is and sends nothing', async ({ cli }) => {
    const csv = cli.file('a.csv', aCsv(rows(60)));
    await interrupt(cli, csv);
    const before = cli.api.requests.create;
    const dry = await cli.run([...cli.command(csv), '--dry-run']);
    expect(dry.stderr).toContain('is left as it is');
    expect((JSON.parse(dry.stdout) as Summary).mode).toBe('dry-run');
    expect(cli.api.requests.create).toBe(before);
    const last = await cli.run(cli.command(csv));
    expect((JSON.parse(last.stdout) as Summary).statuses.created).toBe(60);
    expect(cli.api.store.all()).toHaveLength(61);
  });

  it('what was interrupted by hand and cancelled leaves no row in doubt, and nobody waits for what does not come', async ({
    cli,
  }) => {
    await cli.startApi({ latencyMs: 600, faults: faultPlan(readFaults('create:1-99999=latency')) });
    const csv = cli.file('a.csv', aCsv(rows(300)));
    const child = cli.start(cli.command(csv));
    const over = ended(child);
    while (cli.api.store.all().length < 15) await sleep(5);
    child.kill('SIGINT');
    const left = await over;
    expect(left).toMatchObject({ code: 130, stderr: expect.stringContaining('Run the same command again to go on.') });
    const state = join(cli.directory, 'state');
    const idle = `Nothing is importing there now: it goes on when the same import command, with --state ${state}, runs again.`;
    const [importId = ''] =
      /\d{8}T\d{6}Z-[0-9a-f]{8}/.exec((await cli.run(['imports', '--state', state])).stdout) ?? [];
    expect((await cli.run(['status', '--state', state])).stderr).toContain(idle);
    expect((await cli.run(['cancel', importId, '--state', state])).stderr).toContain(idle);
    const { statuses } = JSON.parse((await cli.run(cli.command(csv))).stdout) as Summary;
    expect(statuses).toMatchObject({ unconfirmed: 0, created: cli.api.store.all().length });
    expect(statuses.created + statuses.failed).toBe(300);
  });

  it('an interrupted import of another file is finished first, and its report is written in a folder of its own', async ({
    cli,
  }) => {
    const csv = cli.file('a.csv', aCsv([...rows(60), aRow(61, { Email: '?' })]));
    await interrupt(cli, csv);
    const other = await cli.run(cli.command(cli.file('b.csv', aCsv(rows(1, 900)))));
    expect(other.code).toBe(2);
    const importId = /Finishing the interrupted import (\S+)/.exec(other.stderr)?.[1] ?? '';
    expect(JSON.parse(readFileSync(join(cli.out, importId, 'summary.json'), 'utf8'))).toMatchObject({
      statuses: { created: 60, rejected: 1 },
    });
    expect((JSON.parse(other.stdout) as Summary).statuses.created).toBe(1);
  });

  it('a state directory belongs to one API', async ({ cli }) => {
    const csv = cli.file('a.csv', aCsv(rows(3)));
    await cli.run([csv, '--state', join(cli.directory, 'state'), '--out', cli.out]);
    const real = await cli.run(cli.command(csv));
    expect(real).toMatchObject({ code: 1, stdout: '' });
    expect(real.stderr).toContain('it holds imports to the built-in sandbox');
  });

  it.each(['removed', 'emptied'])(
    'a state directory whose bucket was %s sends nothing: one line says what is missing',
    async (how) => {
      const directory = mkdtempSync(join(tmpdir(), 'state-'));
      bindStateDirectory(directory, undefined);
      if (how === 'emptied') writeFileSync(join(directory, bucketFile), '');
      expect(() => isNewStateDirectory(directory, undefined)).toThrow(
        /what was sent to the built-in sandbox is not known any more, since bucket\.sqlite is missing there or empty/,
      );
      rmSync(directory, { recursive: true });
    },
  );

  it('a register that somebody removed stops the next import until doctor has made it anew', async ({ cli }) => {
    const state = join(cli.directory, 'state');
    const csv = cli.file('a.csv', aCsv(rows(20)));
    await cli.run(cli.command(csv));
    const remove = (): void => {
      const database = new DatabaseSync(join(state, bucketFile));
      database.exec("DELETE FROM files WHERE key = 'state/register.json'");
      database.close();
    };
    remove();
    const refused = await cli.run(cli.command(csv));
    expect(refused.code).toBe(1);
    expect((JSON.parse(refused.stdout) as Summary).fileError).toMatchObject({ code: 'register_gone' });
    const found = await cli.run(['doctor', '--state', state]);
    expect(found).toMatchObject({ code: 2, stdout: expect.stringContaining('lacks imports that were in it') });
    const asked = await cli.run(['doctor', '--state', state, '--rebuild-register']);
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('add --yes to write it') });
    const rebuilt = await cli.run(['doctor', '--state', state, '--rebuild-register', '--yes']);
    expect(rebuilt).toMatchObject({ code: 0, stderr: expect.stringContaining('made anew it names 1 import and') });
    expect(await cli.run(['doctor', '--state', state])).toMatchObject({ code: 0 });
    const again = JSON.parse((await cli.run(cli.command(csv))).stdout) as Summary;
    expect(again.statuses).toMatchObject({ created: 0, duplicate: 20 });
    expect(cli.api.store.all()).toHaveLength(20);
  });

  it('a register that a newer version wrote is nothing to make anew: doctor says which version is here', async ({
    cli,
  }) => {
    const state = join(cli.directory, 'state');
    await cli.run(cli.command(cli.file('a.csv', aCsv(rows(2)))));
    const database = new DatabaseSync(join(state, bucketFile));
    database.exec(
      `UPDATE pieces SET bytes = CAST('{"version":99,"entries":[]}' AS BLOB) WHERE id IN (SELECT id FROM files WHERE key = 'state/register.json')`,
    );
    database.close();
    const newer = 'state/register.json was written by a newer importer (state version 99)';
    const found = await cli.run(['doctor', '--state', state]);
    expect(found.stdout).toContain(`WRONG  the register knows every import: ${newer}`);
    expect(found.stdout).toMatch(/ {9}this is version \d+\.\d+\.\d+: check out the one that wrote it, npm ci, and /);
    const rebuilt = await cli.run(['doctor', '--state', state, '--rebuild-register', '--yes']);
    expect(rebuilt).toMatchObject({ code: 1, stderr: expect.stringContaining(newer) });
  });

  it('a batch that was damaged keeps its own import from its end, and none of the others', async ({ cli }) => {
    await interrupt(cli, cli.file('a.csv', aCsv(rows(60))));
    const database = new DatabaseSync(join(cli.directory, 'state', bucketFile));
    database.exec(
      "UPDATE pieces SET bytes = zeroblob(length(bytes)) WHERE id IN (SELECT id FROM files WHERE key LIKE 'state/batches/%')",
    );
    database.close();
    const next = await cli.run(cli.command(cli.file('b.csv', aCsv(rows(2, 900)))));
    expect(next.code).toBe(1);
    const told = /^The import \S+ cannot go on: (state\/batches\/.*)$/m.exec(next.stderr)?.[1];
    expect(told).toContain(
      'is not JSON. Bring it back from a copy of the state directory. Then the same command goes on',
    );
    expect(next.stderr).not.toMatch(/^\s+at /m);
    expect((JSON.parse(next.stdout) as Summary).statuses.created).toBe(2);
  });

  it('a state directory serves one import at a time', async ({ cli }) => {
    cli.api.setFaults(faultPlan(readFaults('create:1-999=503')));
    const csv = cli.file('a.csv', aCsv(rows(3)));
    const first = cli.start(cli.command(csv));
    const over = ended(first);
    while (cli.api.requests.create === 0) await sleep(10);
    const second = await cli.run(cli.command(csv));
    first.kill('SIGKILL');
    await over;
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toContain('another import is using the state directory');
  });
});
