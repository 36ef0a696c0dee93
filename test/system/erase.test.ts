import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { LocalBucket } from '../../infra/laptop/local-bucket.ts';
import { reportPrefix } from '../../shared/bucket/keys.ts';
import { getText } from '../../shared/bucket/object-store.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { type CommandLine, it } from '../support/command-line.ts';
import { aCsv, aRow, rows, type SampleRow } from '../support/sample-rows.ts';

const stateOf = ({ directory }: CommandLine): string => join(directory, 'state');

/** Files of a state directory that hold an address anywhere, be it in a page of the database that is free. */
const holding = (cli: CommandLine, address: string): string[] =>
  readdirSync(stateOf(cli)).filter((name) => readFileSync(join(stateOf(cli), name)).includes(address));

const imported = async (cli: CommandLine, name: string, table: readonly SampleRow[]): Promise<Summary> => {
  const { stdout } = await cli.run(cli.command(cli.file(name, aCsv(table))));
  return JSON.parse(stdout) as Summary;
};

describe.concurrent('erase', () => {
  it('erases whole objects of each ended import that holds the address, and what was sent stays known', async ({
    cli,
  }) => {
    const table = rows(3);
    const address = 'person2@example.com';
    await imported(cli, 'a.csv', table);
    const bad = aRow(9, { Email: address, ABN: 'none at all' });
    await imported(cli, 'b.csv', [bad]);
    await imported(cli, 'refused.csv', [{ Colour: 'red', Who: address }]);
    await imported(cli, 'others.csv', rows(2, 50));
    expect(holding(cli, address)).not.toEqual([]);
    const args = ['erase', '--state', stateOf(cli), '--email', address.toUpperCase()];
    const asked = await cli.run(args);
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining('Nobody can be asked here: add --yes') });
    expect(asked.stderr).toContain('incoming/a.csv: 1 row of the person, 2 rows of other people');
    expect(holding(cli, address)).not.toEqual([]);
    const { code, stdout, stderr } = await cli.run([...args, '--yes', '--json']);
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { key: string; rows: number; others: number });
    expect(found).toMatchObject([
      { key: 'incoming/a.csv', rows: 1, others: 2 },
      { key: 'incoming/b.csv', rows: 1, others: 0 },
      { key: 'incoming/refused.csv', rows: 1, others: 0 },
    ]);
    expect([code, stderr.match(/objects erased\./g)?.length]).toEqual([0, 3]);
    expect(holding(cli, address), 'not in a free page either').toEqual([]);
    expect(holding(cli, 'person51@example.com')).not.toEqual([]);
    // The lead is a duplicate still, and the list of imports stands.
    const again = await imported(cli, 'again.csv', table);
    expect(again.statuses).toMatchObject({ duplicate: 3 });
    expect(cli.api.store.all()).toHaveLength(5);
    const listed = await cli.run(['imports', '--state', stateOf(cli), '--all', '--json']);
    expect(listed.stdout.trim().split('\n')).toHaveLength(5);
  });

  it('leaves a later file of the same name, and the documents that other people name', async ({ cli }) => {
    mkdirSync(join(cli.directory, 'documents'));
    for (const name of ['own.pdf', 'both.pdf']) writeFileSync(join(cli.directory, 'documents', name), name);
    const address = 'person1@example.com';
    await imported(cli, 'a.csv', [aRow(1, { Documents: 'own.pdf;both.pdf' }), aRow(2, { Documents: 'both.pdf' })]);
    await imported(cli, 'a.csv', rows(2, 50));
    const { code, stdout, stderr } = await cli.run([
      ...['erase', '--state', stateOf(cli), '--yes', '--json'],
      ...['--email', address.toUpperCase()],
    ]);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { documents: ['documents/own.pdf'], shared: ['documents/both.pdf'], hasSource: false },
    ]);
    expect(stderr).toContain('left, since rows of other people name it: documents/both.pdf');
    expect(holding(cli, address)).toEqual([]);
    expect(holding(cli, 'person51@example.com')).not.toEqual([]);
    const exits = await cli.run(['erase', '--state', stateOf(cli), '--yes', '--email', 'person51@example.com']);
    expect(exits.stderr).toContain('incoming/a.csv: 1 row of the person, 1 row of other people');
    expect(holding(cli, 'person51@example.com')).toEqual([]);
  });

  it('ends a proof that has not been made: its rows are gone', async ({ cli }) => {
    const { importId } = await imported(cli, 'a.csv', rows(1));
    const key = `${reportPrefix('incoming/a.csv', importId)}summary.json`;
    const summaryIn = async (change?: (summary: Summary) => unknown): Promise<Summary> => {
      const bucket = new LocalBucket(stateOf(cli));
      try {
        const summary = JSON.parse((await getText(bucket, key))?.text ?? '') as Summary;
        if (change !== undefined) await bucket.put(key, JSON.stringify(change(summary)));
        return summary;
      } finally {
        bucket.close();
      }
    };
    await summaryIn((summary) => ({ ...summary, proof: { ...summary.proof, state: 'pending', checkedAt: null } }));
    await cli.run(['erase', '--state', stateOf(cli), '--yes', '--email', 'person1@example.com']);
    expect((await summaryIn()).proof).toMatchObject({ state: 'not_possible', checkedAt: expect.any(String) });
  });

  it('finds an address however it was typed, and as it was sent', async ({ cli }) => {
    await imported(cli, 'a.csv', [aRow(1, { Email: '\uFF41nn@example.com', ABN: 'none' })]);
    await imported(cli, 'b.csv', [aRow(2, { Notes: "'ann@example.com'" })]);
    await imported(cli, 'c.csv', [aRow(3, { Email: "o'ann@example.com" })]);
    const { stdout } = await cli.run([
      ...['erase', '--state', stateOf(cli), '--yes', '--json', '--email', 'ann@example.com'],
    ]);
    const keys = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { key: string }).key);
    expect(keys).toEqual(['incoming/a.csv', 'incoming/b.csv']);
  });

  it('finds an address as a whole, and says where none is', async ({ cli }) => {
    await imported(cli, 'a.csv', [aRow(1, { Email: 'joann@example.com' }), aRow(2, { Email: 'ann@example.com.au' })]);
    const args = ['erase', '--state', stateOf(cli), '--yes', '--email'];
    expect(await cli.run([...args, 'ann@example.com'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No import holds this address.\n',
    });
    expect(await cli.run([...args, 'nobody'])).toMatchObject({
      code: 1,
      stderr: 'Expected --email ADDRESS, the e-mail address of a person.\n',
    });
    expect((await cli.run(['erase', '--email', 'a@b.c'])).stderr).toContain('Expected --state DIR');
  });
});
