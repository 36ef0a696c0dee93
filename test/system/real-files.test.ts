import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import type { Summary } from '../../shared/report/summary.ts';
import { runCommand } from '../support/command-line.ts';
import { type RealFile, realFiles } from '../support/real-files.ts';

const write = (path: string, content: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};

const correct = (retry: string, { corrections }: RealFile): void => {
  let text = readFileSync(retry, 'utf8');
  for (const [, from, to] of corrections) text = text.replaceAll(`,${from},`, `,${to},`);
  writeFileSync(retry, text);
};

const rowsOf = (path: string): Record<string, string>[] =>
  parse(readFileSync(path, 'utf8'), { columns: true, bom: true });

it.each(realFiles.map((file) => [file.name, file] as const))(
  '%s: one conversation of map, one import and one retry get every row in',
  async (_, file) => {
    const directory = mkdtempSync(join(tmpdir(), 'real-'));
    const at = (name: string): string => join(directory, name);
    write(at('leads.csv'), file.csv);
    for (const name of file.documents) write(at(`documents/${name}`), `what ${name} says`);
    const decisions = file.decisions.flatMap((decision) => ['--column', decision]);
    expect(
      await runCommand(['map', at('leads.csv'), '--yes', '--out', at('mapping.json'), ...decisions]),
    ).toMatchObject({
      code: 0,
    });
    const mapped = ['--mapping', at('mapping.json')];
    const checked = await runCommand(['check', at('leads.csv'), ...mapped, '--out', at('checked'), '--json']);
    expect(JSON.parse(checked.stdout)).toMatchObject({ statuses: { valid: file.first } });
    const preview = rowsOf(at('checked/preview.csv'));
    for (const member of file.members)
      expect(
        preview.filter((row) => (row[member] ?? '') === ''),
        member,
      ).toEqual([]);
    const common = ['--yes', '--json', '--state', at('state')];
    const first = await runCommand(['import', at('leads.csv'), ...common, ...mapped, '--out', at('first')]);
    expect((JSON.parse(first.stdout) as Summary).statuses.created).toBe(file.first);
    if (file.first === file.leads) return expect(first.code).toBe(0);
    expect(first.code).toBe(2);
    correct(at('first/retry.csv'), file);
    for (const name of file.brought) write(at(`documents/${name}`), 'brought');
    // The mapping is found by the header.
    const retry = ['import', at('first/retry.csv'), ...common, '--documents', at('documents'), '--out', at('second')];
    mkdirSync(at('documents'), { recursive: true });
    const second = await runCommand(retry);
    expect(second.code).toBe(0);
    expect((JSON.parse(second.stdout) as Summary).statuses.created).toBe(file.leads - file.first);
  },
);
