import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { faultPlan, readFaults } from '../../infra/sandbox/faults.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { aWorkbook } from '../support/a-workbook.ts';
import { it } from '../support/command-line.ts';
import { aCsv, aRow, rows } from '../support/sample-rows.ts';

const main = join(import.meta.dirname, '..', '..', 'infra', 'cli', 'main.ts');

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
    expect(ran.stdout).toContain('14 rows need your attention');
    expect(ran.stdout).toContain('Mobile (1 row, line 6): The number had lost its leading zero; it was put back.');
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
    [['samples/leads.csv', '--mapping', 'samples'], '--mapping samples: expected a file.'],
    [['samples/leads.csv', '--documents', 'package.json'], '--documents package.json: expected a directory.'],
    [
      ['samples/leads.csv', '--state', 'package.json'],
      '--state package.json: expected a directory that can be written',
    ],
    [['samples/leads.csv', '--out', 'package.json'], '--out package.json: expected a directory that can be written'],
    [['/dev/null'], '/dev/null: expected a file.'],
    [['help', 'imprt'], 'There is no verb imprt. Was import meant?'],
    [['sandbox', '--faults', 'bogus'], '--faults bogus: The fault "bogus" cannot be understood'],
    [['map', 'samples'], 'That could not be done: EISDIR'],
  ])('npm start with %j ends with one clear line', async ([args, words], { cli }) => {
    const ran = await cli.run(args);
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).not.toContain('    at ');
  });

  it.for<[string, string]>([
    ['samples/leads.csv --status FUNDED', '--status is an option of leads and not of import.'],
    ['--from 2026-11-01', '--from is an option of leads and not of import.'],
    ['check samples/leads.csv --csv', '--csv is an option of leads and not of check.'],
    ['lead 1 --state s --status FUNDED', '--status is an option of leads and not of lead.'],
    ['leads --state s --dry-run', '--dry-run is an option of import, check and not of leads.'],
    [
      'map samples/leads.csv --json',
      '--json is an option of import, check, imports, status, cancel, report, doctor, redrive, erase, leads, lead and not of map.',
    ],
    ['template --json', 'and not of template.'],
  ])('npm start with "%s" does nothing else than was meant', async ([line, words], { cli }) => {
    const ran = await cli.run(line.split(' '));
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toContain(words);
  });

  it.for(['stdout', 'stderr'] as const)(
    'an import goes on to its report when nobody reads its %s',
    async (name, { cli }) => {
      const child = cli.start(['samples/troubled.csv', '--out', cli.out]);
      child[name].destroy();
      child[name === 'stdout' ? 'stderr' : 'stdout'].resume();
      const [code] = await once(child, 'close');
      expect(code).toBe(2);
      for (const file of ['report.csv', 'retry.csv', 'summary.json', 'report.html'])
        expect(existsSync(join(cli.out, file))).toBe(true);
    },
  );

  it('nothing is sent when the report could not be written', async ({ cli }) => {
    const csv = cli.file('a.csv', aCsv(rows(3)));
    expect((await cli.run([csv, '--api-url', cli.api.url, '--out', csv])).code).toBe(1);
    expect(cli.api.requests.create).toBe(0);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'an import goes on to its report when a full disk takes what it says',
    async ({ cli }) => {
      const full = openSync('/dev/full', 'w');
      const child = spawn(process.execPath, [main, 'samples/troubled.csv', '--out', cli.out], {
        stdio: ['ignore', 'ignore', full],
      });
      const [code] = await once(child, 'close');
      closeSync(full);
      expect([code, existsSync(join(cli.out, 'report.csv'))]).toEqual([2, true]);
    },
  );

  it('npm start needs credentials to talk to a real API', async ({ cli }) => {
    const ran = await cli.run(['--api-url', cli.api.url], { LUMI_USERNAME: '' });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('LUMI_USERNAME and LUMI_PASSWORD');
  });

  it('a refused file is told what mends it, and is imported again with its options and the mapping that came with it', async ({
    cli,
  }) => {
    const { Email, ...rest } = aRow(1);
    const csv = cli.file('a.csv', aCsv([{ ...rest, 'E-Mail Adresse': Email ?? '' }]));
    const command = [csv, '--api-url', cli.api.url, '--out', cli.out, '--encoding', 'windows-1252'];
    const { stderr, code } = await cli.run(command);
    expect(code).toBe(1);
    expect(stderr).toContain(`Then: npm start -- map ${csv}\n`);
    const [, filled = '', mapped = ''] = /^Or fill in (\S+), and: npm start -- (.*)$/m.exec(stderr) ?? [];
    expect(existsSync(filled)).toBe(true);
    const words = mapped.split(' ');
    expect(words).toEqual(expect.arrayContaining(['--encoding', 'windows-1252', '--mapping', filled, csv]));
    // What the importer proposes is in it already, and this time it is right.
    const { stdout } = await cli.run([...words, '--out', join(cli.directory, 'again'), '--json']);
    expect((JSON.parse(stdout) as Summary).statuses.created).toBe(1);
  });

  it('what is no table is imported under the name that it is saved as', async ({ cli }) => {
    const pdf = cli.file('leads.ods', '%PDF-1.4 and so on');
    const refused = await cli.run([pdf, '--first', '2', '--out', cli.out]);
    expect(refused.stderr).toContain(`Then: npm start -- --first 2 ${pdf.replace('.ods', '.xlsx')}\n`);
  });

  it('of several sheets of leads each has a command of its own', async ({ cli }) => {
    const book = join(cli.directory, 'leads.xlsx');
    const table = [Object.keys(aRow(1)), Object.values(aRow(1))];
    writeFileSync(book, await aWorkbook({ sheets: ['Sydney', "Perth's"].map((name) => ({ name, rows: table })) }));
    const { stderr } = await cli.run([book, '--out', cli.out]);
    expect(stderr).toContain(
      `Then: npm start -- --sheet Sydney ${book}\nOr: npm start -- --sheet 'Perth'\\''s' ${book}\n`,
    );
  });

  it('a workbook that somebody has compressed is imported as the workbook', async ({ cli }) => {
    const packed = join(cli.directory, 'leads.xlsx.gz');
    writeFileSync(packed, gzipSync(readFileSync('samples/leads.xlsx')));
    const { stderr } = await cli.run([packed, '--out', cli.out]);
    expect(stderr).toContain(`Then: npm start -- ${packed.replace('.gz', '')}\n`);
  });

  it('a mapping that is neither JSON nor a workbook says which of them it may be', async ({ cli }) => {
    const mapping = cli.file('acme.csv', 'Your column,Meaning\nMail,e-mail\n');
    const { stderr } = await cli.run(['samples/leads.csv', '--mapping', mapping, '--out', cli.out]);
    expect(stderr).toContain('cannot be used: expected JSON, or an Excel workbook (.xlsx)');
  });

  it('no command follows where the file is another one', async ({ cli }) => {
    const mapping = join(cli.directory, 'mapping.xlsx');
    const rows = [['Your column', 'Filled', 'Meaning', 'Unit', 'Decide']];
    writeFileSync(mapping, await aWorkbook({ sheets: [{ name: 'Columns', rows }] }));
    const { stderr } = await cli.run([mapping, '--out', cli.out]);
    expect(stderr).toContain('The file is a mapping workbook');
    expect(stderr).not.toMatch(/^(?:Then|Or)/m);
  });

  it.for([
    [['samples/leads.xlsx', '--encoding', 'utf8'], 'Then: npm start -- samples/leads.xlsx'],
    [['samples/leads.xlsx', '--sheet', 'Nope'], 'Then: npm start -- samples/leads.xlsx'],
    [['samples/leads.csv', '--encoding', 'utf16'], 'Then: npm start -- samples/leads.csv'],
    [['samples/troubled.csv', '--max-rejected', '3'], undefined],
  ] as const)('what was said wrongly of %j is left out of the command that follows', async ([args, then], { cli }) => {
    const { stderr } = await cli.run([...args, '--out', cli.out]);
    expect(/^Then: .*$/m.exec(stderr)?.[0]).toBe(then);
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

it.for([':/etc/localtime', 'AEST-10', ''])(
  'a machine whose time zone has no name (%j) imports all the same',
  async (TZ, { cli }) => {
    const { code, stderr } = await cli.run(['samples/leads.csv', '--out', cli.out], { TZ });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('TIME_ZONE') });
  },
);
