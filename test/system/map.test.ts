import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { canonicalColumns } from '../../shared/lead/lead.ts';
import { brokersExports } from '../support/brokers-exports.ts';
import { runCommand } from '../support/command-line.ts';
import { aCsv, rows } from '../support/sample-rows.ts';

const run = (...args: readonly string[]) => runCommand(args);

describe('five exports as brokers’ systems write them', () => {
  it.each(brokersExports(40))(
    '$name goes in with map --yes and at most four decisions',
    async ({ name, bytes, decisions, leads }) => {
      const directory = mkdtempSync(join(tmpdir(), 'map-'));
      const file = join(directory, name);
      writeFileSync(file, bytes);
      const mapping = join(directory, 'out.mapping.json');
      expect(decisions.length / 2).toBeLessThanOrEqual(4);
      const mapped = await run('map', file, '--yes', '--out', mapping, ...decisions);
      expect(mapped).toMatchObject({ code: 0 });
      const out = join(directory, 'out');
      const imported = await run('--json', '--mapping', mapping, '--out', out, file);
      expect(JSON.parse(imported.stdout)).toMatchObject({ statuses: { created: leads, rejected: 0 } });
      expect(imported.code).toBe(0);
      expect([statSync(out).mode & 0o777, statSync(join(out, 'report.csv')).mode & 0o777]).toEqual([0o700, 0o600]);
    },
  );

  it('without decisions a term is left to decide, and map says how', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'map-'));
    const file = join(directory, 'leads.csv');
    const [excel] = brokersExports(40);
    writeFileSync(file, excel?.bytes ?? '');
    const { code, stdout } = await run('map', file, '--yes');
    expect(code).toBe(2);
    expect(stdout).toContain("--column 'Term (months)=loan.installments in months, repaid monthly'");
    expect(stdout).toContain('the number of repayments');
    const again = await run('map', file, '--yes');
    expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/is there already; it was not written over/)]);
    expect(JSON.parse(readFileSync(join(directory, 'leads.mapping.json'), 'utf8'))).not.toHaveProperty(
      'columns.Term (months)',
    );
  });
});

it('map takes the header that the importer takes, below titles of several cells', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'map-'));
  const file = join(directory, "Kim's $HOME leads.csv");
  writeFileSync(file, `Broker,Company,Sydney office\nFrom,To,State\n${aCsv(rows(2))}`);
  const { stdout, code } = await run('map', file, '--yes');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}First Name +customer\.first_name/m);
  const [, command = ''] = /^Next: npm start -- (.*)$/m.exec(stdout) ?? [];
  const words = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' });
  expect(words.trim().split('\n')).toEqual(['--mapping', file.replace('.csv', '.mapping.json'), '--dry-run', file]);
  expect(await run(...words.trim().split('\n'), '--out', join(directory, 'out'))).toMatchObject({ code: 0 });
});

it('dates that can only be month first are mapped so', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'map-')), 'leads.csv');
  const rows = ['Ava,ava@example.com,03/04/1985', 'Ben,ben@example.com,12/25/1985'];
  writeFileSync(file, ['First Name,Email,DOB', ...rows].join('\n'));
  const { stdout } = await run('map', file, '--yes');
  expect(stdout).toContain('Dates are month first');
  const mapping = file.replace('.csv', '.mapping.json');
  expect(JSON.parse(readFileSync(mapping, 'utf8'))).toMatchObject({ dates: 'MDY' });
});

it('what is decided on the command line is checked before it is written', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'map-')), 'leads.csv');
  writeFileSync(file, aCsv(rows(2)).replace('Notes', 'Email'));
  const said = async (...decisions: readonly string[]) => (await run('map', file, '--yes', ...decisions)).stderr;
  expect(await said('--column', 'Instalments=loan.installments in years, repaid by "Nope"')).toContain(
    'no column "Nope"',
  );
  expect(await said('--column', 'Nope=customer.email')).toContain('no column "Nope"');
  expect(await said('--value', 'loan.reason_for_loan:Zzz=equipment')).toContain('expected reasons');
  expect(await said('--value', 'loan.installments:=three')).toContain('expected a whole number');
  expect((await run('map', file, '--yes', '--column', 'Email (2)=none')).code).toBe(0);
});

it('a mapping that is found by the header can be switched off', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'map-'));
  const at = (name: string): string => join(directory, name);
  writeFileSync(at('leads.csv'), aCsv(rows(2)).replace('Amount', 'Dollars'));
  const map = await run('map', at('leads.csv'), '--yes', '--column', 'Dollars=loan.requested_amount');
  expect(map.code).toBe(0);
  const command =
    (verb: string) =>
    (...args: readonly string[]) =>
      run(verb, at('leads.csv'), '--state', at('state'), '--out', at('out'), ...args);
  const [check, send] = [command('check'), command('import')];
  expect((await check()).code).toBe(1);
  expect((await check('--mapping', at('leads.mapping.json'))).code).toBe(0);
  // It was only tried.
  expect((await check()).code).toBe(1);
  expect((await send('--mapping', at('leads.mapping.json'))).code).toBe(0);
  expect((await check()).code).toBe(0);
  expect((await check('--mapping', 'none')).code).toBe(1);
});

it('the template has every column, the required ones first, and its row is good', async () => {
  const { stdout } = await run('template');
  const [header = [], ...rows] = parse(stdout) as string[][];
  expect(header.toSorted()).toEqual(canonicalColumns.toSorted());
  expect(header.slice(0, 3)).toEqual(['customer.first_name', 'customer.email', 'customer.phone']);
  expect(rows).toHaveLength(1);
  const file = join(mkdtempSync(join(tmpdir(), 'map-')), 'template.csv');
  writeFileSync(file, stdout);
  expect((await run('--dry-run', '--out', join(file, '..', 'out'), file)).code).toBe(0);
});

it('the schema of a mapping file is a JSON Schema with its parts', async () => {
  const schema = JSON.parse((await run('schema')).stdout);
  expect(schema.$schema).toContain('json-schema.org');
  expect(Object.keys(schema.properties).toSorted()).toEqual([
    '$schema',
    'columns',
    'constants',
    'dates',
    'encoding',
    'headers',
    'values',
  ]);
});

it('a password in --api-url is refused and not repeated', async () => {
  const { code, stderr } = await run('--api-url', 'https://me:hunter2@api.example.com');
  expect(code).toBe(1);
  expect(stderr).toContain('without user name, password');
  expect(stderr).not.toContain('hunter2');
});

it.each([
  [['-h'], 0, /^Usage: /],
  [['help'], 0, /^Usage: /],
  [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  [['tempalte'], 1, /^tempalte: there is no such file\. Was template meant\?\n$/],
  [['mapp', 'leads.csv'], 1, /Was map meant\?/],
  [['--nope'], 1, /^Unknown option '--nope'\.\n$/],
])('the command line answers %j in one screen, without a stack trace', async (args, code, said) => {
  const ran = await run(...args);
  expect(ran.code).toBe(code);
  expect(code === 0 ? ran.stdout : ran.stderr).toMatch(said);
  expect(ran.stderr).not.toMatch(/^\s+at /m);
});
