import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { apiOf, bindStateDirectory } from '../../infra/cli/places/state-directory.ts';
import { mappingName } from '../../infra/cli/places/upload-mapping.ts';
import { faultPlan, readFaults } from '../../infra/sandbox/faults.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { type CommandLine, ended, it } from '../support/command-line.ts';
import { aCsv, aRow, type SampleRow } from '../support/sample-rows.ts';

/** A file in a folder of its own, with documents beside it. */
const inFolder = (
  cli: CommandLine,
  folder: string,
  rows: readonly SampleRow[],
  documents: Readonly<Record<string, string>> = {},
): string => {
  mkdirSync(join(cli.directory, folder, 'documents'), { recursive: true });
  for (const [name, text] of Object.entries(documents)) cli.file(join(folder, 'documents', name), text);
  return cli.file(join(folder, `${folder}.csv`), aCsv(rows));
};

const withId = (first: number, count: number): SampleRow[] =>
  Array.from({ length: count }, (_, index) => aRow(first + index, { Documents: 'id.txt' }));

/** What the leads of the API have of their documents, by the first names of their customers. */
const attached = ({ api }: CommandLine): string[] =>
  api.store.documents().map(({ leadId, content }) => {
    const lead = api.store.all().find(({ id }) => id === leadId);
    return `${lead?.payload.customer?.first_name}: ${Buffer.from(content).toString()}`;
  });

/** Kills a command once so many leads are at the API. */
const kill = async (cli: CommandLine, command: readonly string[], leads: number): Promise<void> => {
  const child = cli.start([...command, '--concurrency', '1']);
  const over = ended(child);
  while (cli.api.store.all().length < leads) await sleep(5);
  child.kill('SIGKILL');
  await over;
};

const slowly = { latencyMs: 60, faults: faultPlan(readFaults('create:1-99999=latency')) };
const summaryIn = (directory: string): Summary =>
  JSON.parse(readFileSync(join(directory, 'summary.json'), 'utf8')) as Summary;

describe.concurrent('imports of one state directory', () => {
  it('no import takes a document of an earlier one', async ({ cli }) => {
    await cli.run(cli.command(inFolder(cli, 'x', withId(1, 1), { 'id.txt': 'of x' })));
    const second = await cli.run(cli.command(inFolder(cli, 'z', withId(2, 1))));
    expect((JSON.parse(second.stdout) as Summary).statuses).toMatchObject({ created: 0, rejected: 1 });
    expect(readFileSync(join(cli.out, 'report.csv'), 'utf8')).toContain('which is not below documents/:');
    expect(attached(cli)).toEqual(['First1: of x']);
  });

  it('an interrupted import is finished with its own documents, also where another file was checked meanwhile', async ({
    cli,
  }) => {
    await cli.startApi(slowly);
    await kill(cli, cli.command(inFolder(cli, 'x', withId(1, 8), { 'id.txt': 'of x' })), 2);
    const y = inFolder(cli, 'y', withId(101, 1), { 'id.txt': 'of y' });
    await cli.run([...cli.command(y), '--dry-run']);
    expect((await cli.run(cli.command(y))).stderr).toContain('Finishing the interrupted import');
    expect([...new Set(attached(cli))].toSorted()).toEqual(
      [...Array.from({ length: 8 }, (_, index) => `First${index + 1}: of x`), 'First101: of y'].toSorted(),
    );
  });

  it('an interrupted command of several files goes on with the file at which it was, and reports each', async ({
    cli,
  }) => {
    await cli.startApi(slowly);
    const files = [inFolder(cli, 'x', withId(1, 3), { 'id.txt': 'of x' }), inFolder(cli, 'y', [aRow(101), aRow(102)])];
    const [, ...options] = cli.command('');
    await kill(cli, [...files, ...options], 4);
    const { code, stdout } = await cli.run([...files, ...options]);
    const summaries = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Summary);
    expect({ code, created: summaries.map(({ statuses }) => statuses.created) }).toEqual({ code: 0, created: [3, 2] });
    for (const [name, created] of [
      ['x', 3],
      ['y', 2],
    ] as const)
      expect(summaryIn(join(cli.out, name)).statuses).toMatchObject({ created, duplicate: 0 });
    expect(existsSync(join(cli.out, 'x', summaries[1]?.importId ?? ''))).toBe(false);
    expect(cli.api.store.all()).toHaveLength(5);
    const listed = await cli.run(['status', '--json', '--state', join(cli.directory, 'state')]);
    expect(JSON.parse(listed.stdout)).toMatchObject({ importId: summaries[1]?.importId });
  });

  it('the command for a retry file has the options and the documents of its import', async ({ cli }) => {
    const csv = inFolder(cli, "it's $HOME", [aRow(1, { Email: '?' })], { 'id.txt': 'x' });
    await cli.run([...cli.command(csv), '--no-enforce-mandatories', '--reference', 'notes']);
    const state = join(cli.directory, 'state');
    const { stdout } = await cli.run(['report', '--state', state, '--out', join(cli.directory, 'again')]);
    const documents = join(cli.directory, String.raw`it'\''s $HOME`, 'documents');
    expect(stdout).toContain(
      `npm start -- --api-url ${cli.api.url} --documents '${documents}' --state ${state} --no-enforce-mandatories --reference notes `,
    );
  });

  it('the command for a retry file has the options of its own import, also where the file was imported again since', async ({
    cli,
  }) => {
    const csv = inFolder(cli, 'one', [aRow(1, { Email: '?' })]);
    const first = JSON.parse(
      (await cli.run([...cli.command(csv), '--reference', 'notes', '--json'])).stdout,
    ) as Summary;
    inFolder(cli, 'one', [aRow(2, { Email: '?' })]);
    await cli.run(cli.command(csv));
    const state = join(cli.directory, 'state');
    const { stdout } = await cli.run([
      'report',
      first.importId,
      '--state',
      state,
      '--out',
      join(cli.directory, 'again'),
    ]);
    // Where the documents of the earlier one were is not known any more.
    expect(stdout).toContain(`npm start -- --api-url ${cli.api.url} --state ${state} --reference notes `);
  });
});

it('a state directory names its API where that is another machine', () => {
  const directory = mkdtempSync(join(tmpdir(), 'state-'));
  bindStateDirectory(directory, 'https://api.example.com/v2/');
  expect(apiOf(directory)).toBe('https://api.example.com/v2');
  expect(apiOf(join(directory, 'none'))).toBeUndefined();
});

it('two mapping files of one name are two in the bucket', () => {
  const named = (path: string, text: string, isTried = false): string => mappingName(path, Buffer.from(text), isTried);
  const [one = '', other] = ['{"dates":"MDY"}', '{}'].map((text) => named('x/leads.mapping.json', text));
  expect(one).toMatch(/^cli-leads\.mapping-[0-9a-f]{8}$/);
  expect(one).not.toBe(other);
  // One that came back with a report, and one that is only tried.
  expect(named(`out/${one}.json`, '{"dates":"MDY"}')).toBe(one);
  expect(named(`out/${one}.json`, '{}', true)).toMatch(/^cli-check-leads\.mapping-[0-9a-f]{8}$/);
});
