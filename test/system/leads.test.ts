import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../infra/sandbox/sandbox.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { runCommand, startCommand } from '../support/command-line.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

/** A day begins at another hour there than in UTC. */
const sydney = { TZ: 'Australia/Sydney' };

const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runCommand(args, { ...sydney, ...environment });

const lead = (number: number, over: Readonly<Record<string, unknown>> = {}) => ({
  notes: [{ text: 'called', by: 'lumi' }],
  events: [],
  id: number.toString(16).padStart(24, '0'),
  status: 'FUNDED',
  stakeholder: { first_name: 'Zoë', last_name: `Number ${number}`, phone: '+61 401-234-567', birth_date: '1994-02-14' },
  company: { name: '=HYPERLINK("http://evil.example")', abn: '51824753556' },
  loan: { requested_amount: 8000, installments: 52, reason_for_loan: ['hiring', 'other'] },
  created_at: '2026-11-24T13:40:26+10:00',
  updated_at: '2026-11-25T13:40:26+10:00',
  lead_application_status: 'SUBMITTED',
  ...over,
});

type Answer = (
  query: URLSearchParams,
  request: number,
) => { readonly status?: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

/** A listing that the sandbox would never give. */
const serve = async (answer: Answer) => {
  const queries: URLSearchParams[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const query = new URL(request.url ?? '/', 'http://api').searchParams;
    queries.push(query);
    const { status = 200, body, headers } = answer(query, queries.length);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, queries };
};

const list = (leads: readonly unknown[], count = leads.length) => ({
  body: { success: true, result: { leads, count } },
});

/** Pages of at most ten, the first of them 1, whatever is asked for. */
const smallPages =
  (total: number): Answer =>
  (query) => {
    const index = Math.max(1, Number(query.get('page_index')));
    const numbers = Array.from({ length: total }, (_, number) => number).slice((index - 1) * 10, index * 10);
    return list(
      numbers.map((number) => lead(number)),
      total,
    );
  };

describe('leads', () => {
  test('5,000 leads of the sandbox, every one once', async () => {
    const sandbox = await startSandbox({ username: 'partner', password: 'secret' });
    onTestFinished(() => sandbox.stop());
    for (let number = 0; number < 5_000; number += 1)
      sandbox.store.addLead(
        { customer: { first_name: 'Mia', email: `mia${number}@example.com` } },
        new Date(1_760_000_000_000 + number).toISOString(),
      );
    const { stdout, code } = await run(['leads', '--api-url', sandbox.url, '--json']);
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly id: string }).id);
    expect({ code, lines: ids.length, leads: new Set(ids).size }).toEqual({ code: 0, lines: 5_000, leads: 5_000 });
  });

  test('pages that are smaller than asked for and begin with 1', async () => {
    const { url } = await serve(smallPages(37));
    const { stdout, stderr, code } = await run(['leads', '--api-url', url, '--json']);
    expect({ code, lines: stdout.trim().split('\n').length }).toEqual({ code: 0, lines: 37 });
    expect(stderr).toContain('37 leads.');
  });

  test('every filter reaches the API; a day is the whole of it', async () => {
    const { url, queries } = await serve(() => list([]));
    const filters = ['--status', 'waiting-for-call', '--application-status', 'SUBMITTED', '--id', '0a'.repeat(12)];
    const days = ['--from', '2026-11-01', '--to', '2026-11-24'];
    expect((await run(['leads', '--api-url', url, ...filters, ...days])).code).toBe(0);
    expect(Object.fromEntries(queries[0] ?? [])).toMatchObject({
      status: 'WAITING_FOR_CALL',
      application_status: 'SUBMITTED',
      id: '0a'.repeat(12),
      date_from: '2026-10-31T13:00:00.000Z',
      date_to: '2026-11-24T12:59:59.999Z',
    });
  });

  test('a CSV has our columns, and nothing in it runs in a spreadsheet', async () => {
    const { url } = await serve((query) => list(query.get('page_index') === '0' ? [lead(1)] : [], 1));
    const { stdout } = await run(['leads', '--api-url', url, '--csv']);
    const [row] = parse(stdout, { columns: true }) as Record<string, string>[];
    expect(row).toMatchObject({
      lead__Id: lead(1).id,
      lead__LumiStatus: 'FUNDED',
      lead__ApplicationStatus: 'SUBMITTED',
      'customer.first_name': 'Zoë',
      'customer.phone': "'+61 401-234-567",
      'customer.date_of_birth': '1994-02-14',
      'company.name': `'=HYPERLINK("http://evil.example")`,
      'loan.reason_for_loan': 'hiring;other',
    });
  });

  test('leads without an id are shown, each as often as the list has it, also where every page is the same', async () => {
    let asked = 0;
    const { url } = await serve(() => list([lead(1), null, null, lead(2, { id: undefined, status: `${asked++}` })]));
    const { stdout, stderr } = await run(['leads', '--api-url', url, '--json']);
    expect(stdout.trim().split('\n')).toHaveLength(4);
    expect(stderr).toBe('4 leads.\n');
  });

  test('no lead is a table without rows, and a CSV with a header', async () => {
    const { url } = await serve(() => list([]));
    const { stdout, stderr } = await run(['leads', '--api-url', url]);
    expect([stdout, stderr]).toEqual(['', '0 leads.\n']);
    expect((await run(['leads', '--api-url', url, '--csv'])).stdout.split('\n')).toHaveLength(2);
  });

  test('a terminal escape in a name is shown, not obeyed', async () => {
    const { url } = await serve(() => list([lead(1, { company: { name: '\u001b[2Jgone' } })]));
    const { stdout } = await run(['leads', '--api-url', url]);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('<U+001B>');
  });

  test('trouble that passes is waited for; what was shown before trouble for good is said', async () => {
    const passing = await serve((query, request) =>
      request === 1 ? { status: 503, body: {} } : list(query.get('page_index') === '0' ? [lead(1)] : [], 1),
    );
    const waited = await run(['leads', '--api-url', passing.url, '--json']);
    expect(waited.code).toBe(0);
    expect(waited.stderr).toContain('trying again in 1 s');
    const forGood = await serve((query) =>
      query.get('page_index') === '0' ? list([lead(1)], 9) : { status: 401, body: {} },
    );
    const failed = await run(['leads', '--api-url', forGood.url, '--json']);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(
      'refused the user name and password (status 401). What is above (1 lead) is not all.',
    );
    expect(failed.stderr).not.toContain('trying again');
    expect(failed.stderr).not.toContain('    at ');
  });

  test('a wait of many minutes is said and not sat out', async () => {
    const server = await serve(() => ({ status: 503, body: {}, headers: { 'retry-after': '600' } }));
    const { stderr, code } = await run(['leads', '--api-url', server.url]);
    expect({ code, requests: server.queries.length }).toEqual({ code: 1, requests: 1 });
    expect(stderr).toBe('The Leads API is not available (status 503); it asks to be left alone for 10 minutes.\n');
  });

  test('a list that lacks what it counts is said to lack it', async () => {
    const { url } = await serve((query) => list(query.get('page_index') === '0' ? [lead(1)] : [], 5));
    expect((await run(['leads', '--api-url', url, '--json'])).stderr).toContain('counts 5 leads and showed 1');
  });

  test('who reads only the first lines ends it in peace', async () => {
    const { url } = await serve(smallPages(5_000));
    const child = startCommand(['leads', '--api-url', url, '--json']);
    child.stdout.once('data', () => child.stdout.destroy());
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(code).toBe(0);
    expect(stderr).not.toContain('EPIPE');
  });

  test.each([
    ['leads', 'leads needs --api-url URL'],
    ['leads --api-url URL --status FUNDD', '--status FUNDD: was FUNDED meant?'],
    ['leads --api-url URL --application-status no', 'expected one of IN_PROCESS, SUBMITTED.'],
    ['leads --api-url URL --from 2026-02-30', '--from 2026-02-30: expected a day such as'],
    ['leads --api-url URL --from 2026-11-02 --to 2026-11-01', 'is after --to'],
    ['leads --api-url URL --csv --json', 'not both'],
    ['leads --state /nowhere', 'no import into the built-in sandbox was kept there'],
    ['lead --api-url URL', 'Expected one id'],
  ])('%s', async (line, message) => {
    const { stderr, stdout, code } = await run(line.replace('URL', 'http://127.0.0.1:9').split(' '));
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(stderr).toContain(message);
  });
});

describe('lead', () => {
  test('shows everything that the API says, notes included', async () => {
    const { url, queries } = await serve(() => list([lead(1)]));
    const { stdout, code } = await run(['lead', lead(1).id, '--api-url', url]);
    expect(code).toBe(0);
    expect(queries[0]?.get('id')).toBe(lead(1).id);
    for (const line of [
      'notes\n  - text: called\n    by: lumi\n',
      'events: none\n',
      '  first_name: Zoë\n',
      'status: FUNDED\n',
    ])
      expect(stdout).toContain(line);
    const asJson = await run(['lead', lead(1).id, '--api-url', url, '--json']);
    expect(JSON.parse(asJson.stdout)).toEqual(lead(1));
  });

  test('an API that does not know the filter shows another lead, and that is not taken for it', async () => {
    const { url } = await serve((query) => list(query.get('page_index') === '0' ? [lead(1)] : [], 1));
    const { stdout, stderr, code } = await run(['lead', lead(2).id, '--api-url', url]);
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(stderr).toContain(`has the id ${lead(2).id}.`);
  });
});

test('several files are imported one after the other, each with a report of its own, and none where one is missing', async () => {
  const sandbox = await startSandbox({ username: 'partner', password: 'secret' });
  onTestFinished(() => sandbox.stop());
  const directory = mkdtempSync(join(tmpdir(), 'lead-importer-'));
  const files = ['one.csv', 'two.csv', 'bad.csv'].map((name) => join(directory, name));
  writeFileSync(files[0] as string, aCsv(rows(2)));
  writeFileSync(files[1] as string, aCsv(rows(3, 500)));
  writeFileSync(files[2] as string, 'Colour,Size\nred,5\n');
  const out = join(directory, 'out');
  const common = ['--api-url', sandbox.url, '--out', out];
  const missing = await run(['import', ...files, join(directory, 'none.csv'), ...common]);
  expect({ code: missing.code, leads: sandbox.store.count('0', '9') }).toEqual({ code: 1, leads: 0 });
  const ran = await run(['import', ...files, ...common], { LISTING_SETTLE_MS: '1000' });
  expect({ code: ran.code, leads: sandbox.store.count('0', '9') }).toEqual({ code: 1, leads: 5 });
  for (const name of ['one', 'two', 'bad']) expect(existsSync(join(out, name, 'report.csv'))).toBe(true);
  const same = await run(['import', files[0] as string, join(directory, 'sub', 'one.csv'), ...common]);
  expect(same.stderr).toContain('Two of the files are called one');
});

test('the files of one command know one another, and each takes its own documents', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lead-importer-'));
  const [first, second] = ['one', 'two'].map((name) => join(directory, name, `${name}.csv`)) as [string, string];
  mkdirSync(join(directory, 'one', 'documents'), { recursive: true });
  mkdirSync(join(directory, 'two'));
  writeFileSync(join(directory, 'one', 'documents', 'id.txt'), 'of the first');
  writeFileSync(first, aCsv([aRow(1, { Documents: 'id.txt' })]));
  writeFileSync(second, aCsv([aRow(1), aRow(2, { Documents: 'id.txt' })]));
  const out = join(directory, 'out');
  expect((await run(['import', first, second, '--out', out])).code).toBe(2);
  const statusesOf = (name: string): unknown =>
    (JSON.parse(readFileSync(join(out, name, 'summary.json'), 'utf8')) as Summary).statuses;
  expect(statusesOf('one')).toMatchObject({ created: 1 });
  expect(statusesOf('two')).toMatchObject({ created: 0, duplicate: 1, rejected: 1 });
});

test('standard input is a file', async () => {
  const out = mkdtempSync(join(tmpdir(), 'lead-importer-'));
  const child = startCommand(['check', '-', '--out', out, '--json']);
  child.stdin.end(aCsv(rows(2)));
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  const { source, statuses } = JSON.parse(stdout) as Summary;
  expect({ code, key: source.key, valid: statuses.valid }).toEqual({ code: 0, key: 'validate/stdin.csv', valid: 2 });
});

test('a sandbox that is interrupted ends with 130', async () => {
  const child = startCommand(['sandbox', '--port', '0']);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  expect((await once(child, 'exit'))[0]).toBe(130);
});

test('import and check are verbs, and sandbox says in one line what it cannot do', async () => {
  const out = mkdtempSync(join(tmpdir(), 'lead-importer-'));
  const checked = await run(['check', 'samples/leads.csv', '--out', out, '--json']);
  expect({ code: checked.code, mode: (JSON.parse(checked.stdout) as { mode: string }).mode }).toEqual({
    code: 0,
    mode: 'dry-run',
  });
  expect((await run(['import'])).stderr).toBe('Expected a file: npm start -- import file.csv.\n');
  expect((await run(['sandbox', '--prot', '1'])).stderr).toBe("Unknown option '--prot'. Was --port meant?\n");
});
