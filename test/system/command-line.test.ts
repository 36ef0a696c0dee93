import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { faultPlan, readFaults } from '../../infra/local/sandbox/faults.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../infra/local/sandbox/sandbox.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

const root = resolve(import.meta.dirname, '../..');

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line in a directory of its own, and a Leads API that it may talk to. */
class CommandLine {
  readonly directory = mkdtempSync(join(tmpdir(), 'lead-importer-'));
  api!: Sandbox;

  async startApi(options: Partial<SandboxOptions> = {}): Promise<void> {
    await (this.api as Sandbox | undefined)?.stop();
    this.api = await startSandbox({ username: 'partner', password: 'secret', ...options });
  }

  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
    return spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(root, 'infra/cli/main.ts'), ...args],
      {
        cwd: root,
        env: {
          ...process.env,
          LUMI_USERNAME: 'partner',
          LUMI_PASSWORD: 'secret',
          LISTING_SETTLE_MS: '1500',
          ...environment,
        },
      },
    );
  }

  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran> {
    return ended(this.start(args, environment));
  }

  file(name: string, content: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, content);
    return path;
  }

  get out(): string {
    return join(this.directory, 'out');
  }

  /** An import of a file that keeps its state. */
  command(csv: string): string[] {
    const state = join(this.directory, 'state');
    return [csv, '--api-url', this.api.url, '--state', state, '--out', this.out, '--json'];
  }
}

const ended = async (child: ChildProcess): Promise<Ran> => {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolveCode) => child.once('close', resolveCode));
  return { code, ...output };
};

const it = test.extend<{ cli: CommandLine }>({
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads from the pattern which other fixtures this one needs.
  cli: async ({}, use) => {
    const cli = new CommandLine();
    await cli.startApi();
    await use(cli);
    await cli.api.stop();
    rmSync(cli.directory, { recursive: true, force: true });
  },
});

describe.concurrent('npm start', () => {
  it('npm start imports the sample on embedded parts and ends with exit code 0', async ({ cli }) => {
    const ran = await cli.run(['--out', cli.out]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout).toContain('36  created');
    expect(ran.stdout).toContain('1  duplicate');
    expect(ran.stdout).toContain('Documents: 5 attached');
    expect(ran.stderr).toContain('built-in sandbox');
    for (const name of ['report.csv', 'retry.csv', 'summary.json', 'report.html'])
      expect(existsSync(join(cli.out, name))).toBe(true);
  });

  it('npm start shows how many rows of the troubled sample need attention and ends with exit code 2', async ({
    cli,
  }) => {
    const ran = await cli.run(['samples/troubled.csv', '--out', cli.out]);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toContain('15 rows need your attention');
  });

  it('npm start with --json prints only the summary on standard output', async ({ cli }) => {
    const ran = await cli.run([cli.file('a.csv', aCsv(rows(3))), '--api-url', cli.api.url, '--out', cli.out, '--json']);
    expect(ran.code).toBe(0);
    const summary = JSON.parse(ran.stdout) as Summary;
    expect(summary.statuses.created).toBe(3);
    expect(JSON.parse(readFileSync(join(cli.out, 'summary.json'), 'utf8'))).toEqual(summary);
    expect(cli.api.store.all()).toHaveLength(3);
  });

  it('npm start ends with exit code 2 when a row needs a person, and with 1 when the file is refused', async ({
    cli,
  }) => {
    expect((await cli.run([cli.file('a.csv', aCsv([aRow(1), aRow(2, { Email: '?' })])), '--out', cli.out])).code).toBe(
      2,
    );
    const refused = await cli.run([cli.file('b.csv', 'First Name,"Email\n'), '--out', cli.out]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/Refused \(line 1\): A quote/);
    const tooBad = await cli.run([
      cli.file('c.csv', aCsv([aRow(1), aRow(2, { Email: '?' })])),
      '--max-rejected',
      '0',
      '--out',
      cli.out,
    ]);
    expect(tooBad.code).toBe(1);
  });

  it.for<[readonly string[], string]>([
    [['no-such-file.csv'], 'no-such-file.csv: there is no such file'],
    [['--api-url', 'http://api.lumi.com.au'], 'expected https'],
    [['--concurrency', 'many'], 'expected a whole number from 1 to 200'],
    [['--give-up-after', 'soon'], 'expected a duration'],
    [['--max-rejected', 'some'], 'expected a number of rows'],
    [['--colour', 'blue'], "Unknown option '--colour'"],
    [['a.csv', 'b.csv'], 'a.csv: there is no such file.'],
    [['samples/leads.csv', '--documents', 'nowhere'], 'there is no such directory'],
    [['samples/leads.csv', '--mapping', 'nowhere.json'], 'there is no such file'],
  ])('npm start with %j ends with one clear line', async ([args, words], { cli }) => {
    const ran = await cli.run(args);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).not.toContain('    at ');
  });

  it('npm start needs credentials to talk to a real API', async ({ cli }) => {
    const ran = await cli.run(['--api-url', cli.api.url], { LUMI_USERNAME: '' });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('LUMI_USERNAME and LUMI_PASSWORD');
  });

  it('npm start takes every option of the contract', async ({ cli }) => {
    writeFileSync(join(cli.directory, 'contract.pdf'), 'a contract');
    const mapping = cli.file('acme.json', JSON.stringify({ columns: { Mail: 'customer.email' } }));
    const { Email, ...rest } = aRow(1, { Documents: 'contract.pdf', ABN: '' });
    const csv = cli.file('a.csv', aCsv([{ ...rest, Mail: Email ?? '' }]));
    const options = [
      '--mapping',
      mapping,
      '--documents',
      cli.directory,
      '--no-enforce-mandatories',
      '--concurrency',
      '1',
      '--give-up-after',
      '1h',
    ];
    const dry = await cli.run([csv, '--api-url', cli.api.url, '--out', cli.out, '--dry-run', '--json', ...options]);
    expect((JSON.parse(dry.stdout) as Summary).statuses.valid).toBe(1);
    expect(cli.api.requests.create).toBe(0);
    const real = await cli.run([csv, '--api-url', cli.api.url, '--out', cli.out, '--json', ...options]);
    expect((JSON.parse(real.stdout) as Summary).statuses.created).toBe(1);
    expect(cli.api.store.documents().map(({ content }) => Buffer.from(content).toString())).toEqual(['a contract']);
  });

  it('npm start keeps as many leads in flight as --concurrency says', async ({ cli }) => {
    cli.api.setFaults(faultPlan(readFaults('create:1-999=latency')));
    await cli.startApi({
      latencyMs: 60,
      faults: faultPlan(readFaults('create:1-999=latency')),
    });
    await cli.run([
      cli.file('a.csv', aCsv(rows(100))),
      '--api-url',
      cli.api.url,
      '--out',
      cli.out,
      '--concurrency',
      '7',
    ]);
    expect(cli.api.mostInFlight()).toBe(7);
  });
});

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
    for (const enough of [1, 60, 200]) {
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
    ).toEqual(table.map((row) => row['Email']).toSorted());
  });

  /** Kills an import of 60 rows once some are at the API. */
  const interrupt = async (cli: CommandLine, csv: string): Promise<void> => {
    await cli.startApi({
      latencyMs: 60,
      faults: faultPlan(readFaults('create:1-99999=latency')),
    });
    const child = cli.start(cli.command(csv));
    const over = ended(child);
    while (cli.api.store.all().length < 5) await sleep(5);
    child.kill('SIGKILL');
    await over;
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
    expect(cli.api.store.all()).toHaveLength(60);
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
