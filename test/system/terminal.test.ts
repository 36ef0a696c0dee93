import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect } from 'vitest';
import { copyReport } from '../../infra/cli/imports/copy-report.ts';
import { LocalBucket } from '../../infra/laptop/local-bucket.ts';
import { optionalFiles, reportFiles } from '../../shared/bucket/keys.ts';
import { it } from '../support/command-line.ts';
import { aCsv, rows } from '../support/sample-rows.ts';

const main = join(import.meta.dirname, '..', '..', 'infra', 'cli', 'main.ts');

/** Runs the command line with its standard output somewhere else. */
const runInto = async (stdout: number | 'closed', args: readonly string[]) => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['ignore', stdout === 'closed' ? 'pipe' : stdout, 'pipe'],
  });
  // A reader who leaves at once, as `head` does.
  child.stdout?.destroy();
  if (child.stderr === null) throw new Error('there is no standard error');
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { stderr, code: code as number | null };
};

describe.concurrent('a terminal', () => {
  it.skipIf(!existsSync('/dev/full'))('is told what could not be printed', async () => {
    for (const args of [['template'], ['schema']]) {
      const { code, stderr } = await runInto(openSync('/dev/full', 'w'), args);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: 'What was printed could not be written to standard output (ENOSPC).\n',
      });
    }
  });

  it('may close before a verb has shown all', async ({ cli }) => {
    // So many columns that a line of output waits for the next.
    const wide = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`Column ${at}`, 'x'.repeat(20)]));
    const many = cli.file('b.csv', aCsv(rows(3).map((row) => ({ ...row, ...wide }))));
    const map = await runInto('closed', ['map', many, '--yes', '--out', join(cli.directory, 'a.mapping.json')]);
    const template = await runInto('closed', ['template']);
    expect([map.code, template.code]).toEqual([0, 0]);
    expect(`${map.stderr}${template.stderr}`).not.toMatch(/ at |EPIPE|Warning/);
  });

  it('takes options before the verb, and a file that is called as a verb is a file', async ({ cli }) => {
    const csv = cli.file('a.csv', aCsv(rows(2)));
    const checked = await cli.run(['--json', '--out', cli.out, 'check', csv]);
    expect([checked.code, JSON.parse(checked.stdout).mode]).toEqual([0, 'dry-run']);
    const state = join(cli.directory, 'state');
    await cli.run(cli.command(csv));
    const listed = await cli.run(['--state', state, '--json', 'imports']);
    expect([listed.code, listed.stdout.trim().split('\n').length]).toEqual([0, 1]);
    expect(readdirSync(state)).toContain('api.txt');
    expect(readFileSync(join(state, 'api.txt'), 'utf8')).toContain(cli.api.url);
  });

  it('is told which variable AWS lacks', async ({ cli }) => {
    const none = { AWS_REGION: '', AWS_DEFAULT_REGION: '', AWS_PROFILE: '', AWS_ACCESS_KEY_ID: '' };
    const away = {
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    const region = await cli.run(['imports', '--stack', 's'], { ...none, ...away });
    expect(region).toMatchObject({ code: 1, stderr: expect.stringContaining('the variable AWS_REGION') });
    const credentials = await cli.run(['imports', '--stack', 's'], { ...none, ...away, AWS_REGION: 'ap-southeast-2' });
    expect(credentials).toMatchObject({
      code: 1,
      stderr:
        '--stack s: There are no AWS credentials: set the variable AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
    });
  });

  it.for(['utf8', 'UTF-8', 'cp1252', 'latin1', 'utf16'])(
    'knows the encoding %s by the name that people use',
    async (name, { cli }) => {
      const csv = cli.file('a.csv', aCsv(rows(2)));
      const { stderr, code } = await cli.run(['check', csv, '--encoding', name, '--out', cli.out]);
      // A file that is none of UTF-16 is refused as that, and not for its name.
      expect(stderr).not.toContain('expected one of');
      expect(code).toBe(name === 'utf16' ? 1 : 0);
    },
  );
});

describe('a report that cannot be written where it should be', () => {
  const prefix = 'reports/a/20261123T032500Z-1a2b3c4d/';
  const known = { importId: '20261123T032500Z-1a2b3c4d', prefix };

  /** A place with a report, and a path where no directory can be. */
  const tried = async (option: string): Promise<string> => {
    const store = new LocalBucket();
    for (const name of [...Object.values(reportFiles), ...optionalFiles]) await store.put(`${prefix}${name}`, name);
    const place = { store, option, pollMs: 1, close: async () => store.close() };
    return copyReport(place, known, '/dev/null/report').then(
      () => 'it was written',
      (error: Error) => error.message,
    );
  };

  it('is fetched again from a state directory or a stack', async () => {
    expect(await tried('--state s')).toMatch(
      /^The import has ended, and its report could not be written to \/dev\/null\/report: ENOTDIR.* Fetch it with: npm start -- report 20261123T032500Z-1a2b3c4d --state s --out DIRECTORY$/,
    );
  });

  it('is written elsewhere where it would end with the command', async () => {
    const directory = / It is in (\S+) instead\.$/.exec(await tried(''))?.[1] ?? '';
    expect(readdirSync(directory).toSorted()).toEqual([...Object.values(reportFiles), ...optionalFiles].toSorted());
  });
});
