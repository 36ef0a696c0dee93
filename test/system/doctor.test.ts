import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { ended, it } from '../support/command-line.ts';
import { aCsv, rows } from '../support/sample-rows.ts';

it('doctor finds a password that is refused, and says what to do', async ({ cli }) => {
  const well = await cli.run(['doctor', '--api-url', cli.api.url]);
  expect(well).toMatchObject({ code: 0, stderr: 'Nothing is wrong.\n' });
  const ill = await cli.run(['doctor', '--api-url', cli.api.url, '--json'], { LUMI_PASSWORD: 'wrong' });
  expect(ill.code).toBe(2);
  const findings = ill.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
  expect(findings.filter(({ wrong }) => wrong !== undefined)).toEqual([
    {
      what: expect.stringContaining(cli.api.url),
      wrong: expect.stringContaining('401'),
      mend: expect.stringContaining('LUMI_PASSWORD'),
    },
  ]);
});

it('doctor and redrive say what they need', async ({ cli }) => {
  for (const [args, words] of [
    [['doctor'], 'Expected what to look at'],
    [['redrive'], 'Expected --stack NAME'],
  ] as const) {
    const { code, stdout, stderr } = await ended(cli.start(args));
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(words);
  }
});

it('what AWS refuses is one line, in its own words', async ({ cli }) => {
  const stackXml = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName><Outputs><member>
    <OutputKey>BucketName</OutputKey><OutputValue>b</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  const aws = createServer((request, response) => {
    request.resume();
    const isStack = request.method === 'POST';
    response.writeHead(isStack ? 200 : 403, { 'content-type': 'text/xml' });
    response.end(isStack ? stackXml : '<Error><Code>AccessDenied</Code><Message>no right to list</Message></Error>');
  });
  await once(aws.listen(0, '127.0.0.1'), 'listening');
  const { port } = aws.address() as AddressInfo;
  const environment = {
    AWS_REGION: 'ap-southeast-2',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
  };
  try {
    const { code, stderr } = await cli.run(['imports', '--stack', 's'], environment);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'AWS answers AccessDenied: no right to list\n' });
  } finally {
    aws.close();
  }
});

it('no verb makes anything of a state directory whose bucket was emptied, or is none', async ({ cli }) => {
  const csv = cli.file('a.csv', aCsv(rows(2)));
  const state = join(cli.directory, 'state');
  await cli.run(cli.command(csv));
  for (const [content, said] of [
    ['', 'is not known any more, since bucket.sqlite is missing there or empty'],
    ['no database', 'bucket.sqlite cannot be used: file is not a database'],
  ] as const) {
    for (const name of ['bucket.sqlite-wal', 'bucket.sqlite-shm']) rmSync(join(state, name), { force: true });
    writeFileSync(join(state, 'bucket.sqlite'), content);
    for (const verb of [
      ['doctor'],
      ['imports'],
      ['status'],
      ['report'],
      ['cancel', '20261123T032500Z-1a2b3c4d'],
      ['erase', '--email', 'a@example.com', '--yes'],
      [csv, '--api-url', cli.api.url],
    ]) {
      const { code, stdout, stderr } = await cli.run([...verb, '--state', state]);
      expect(code).not.toBe(0);
      expect(`${stdout}${stderr}`).toContain(said);
      expect(readFileSync(join(state, 'bucket.sqlite'), 'utf8')).toBe(content);
    }
  }
  expect(cli.api.store.all()).toHaveLength(2);
});

it('doctor says what keeps every file from being sent: a ledger that cannot be read', async ({ cli }) => {
  const csv = cli.file('a.csv', aCsv(rows(2)));
  const state = join(cli.directory, 'state');
  await cli.run(cli.command(csv));
  expect((await cli.run(['doctor', '--state', state])).code).toBe(0);
  const database = new DatabaseSync(join(state, 'bucket.sqlite'));
  database.exec(
    "UPDATE pieces SET bytes = zeroblob(length(bytes)) WHERE id IN (SELECT id FROM files WHERE key LIKE 'state/ledgers/%')",
  );
  database.close();
  const { code, stdout } = await cli.run(['doctor', '--state', state]);
  expect(code).toBe(2);
  expect(stdout).toMatch(
    /WRONG {2}what earlier imports have sent can be read: state\/ledgers\/.*\n +put bucket\.sqlite back/,
  );
});

it('of a state directory that is not there doctor says no more than that', async ({ cli }) => {
  const { code, stdout } = await cli.run(['doctor', '--state', 'nowhere']);
  expect(code).toBe(2);
  expect(stdout.match(/WRONG.*/g)).toEqual([expect.stringContaining('--state nowhere: no import was kept there.')]);
});
