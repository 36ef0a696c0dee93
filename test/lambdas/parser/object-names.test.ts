import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { importIdOf } from '../../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../../shared/bucket/keys.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { aWorkbook } from '../../support/a-workbook.ts';
import { PipelineHarness } from '../../support/pipeline-harness.ts';
import { aRow } from '../../support/sample-rows.ts';

/** What every object of the language has under these names must stand for no column, no mapping and no text. */
const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

const imported = async (content: string | Buffer, name: string, mapping?: object) => {
  const harness = new PipelineHarness();
  if (mapping !== undefined) {
    harness.store.objects.set('mappings/it.json', Buffer.from(JSON.stringify(mapping)));
    harness.options = { mapping: 'it' };
  }
  const upload = harness.drop(`incoming/${name}`, content);
  await harness.parse(upload);
  await harness.submit();
  const summary = (await harness.report(upload)) as Summary;
  const prefix = reportPrefix(upload.key, importIdOf(upload));
  const retry = harness.store.objects.get(`${prefix}retry.csv`) ?? '';
  return {
    summary,
    retry: parse(retry, { bom: true }) as string[][],
    has: harness.store.objects.has(`${prefix}retry.xlsx`),
  };
};

const rowsWith = (name: string): string[][] => {
  const row = Object.entries({ ...aRow(1), Email: 'wrong' });
  return [
    [...row.map(([title]) => title), name],
    [...row.map(([, cell]) => cell), 'x'],
  ];
};

it.each(names)('a column that is called %s is one like any other', async (name) => {
  const rows = rowsWith(name);
  const csv = rows.map((cells) => cells.join(',')).join('\n');
  const workbook = await aWorkbook({ sheets: [{ name, rows }] });
  for (const [content, file] of [
    [csv, 'a.csv'],
    [workbook, 'a.xlsx'],
  ] as const) {
    const { summary, retry, has } = await imported(content, file);
    expect(summary.statuses.rejected).toBe(1);
    expect(summary.notSent).toEqual([{ header: name, filled: 1 }]);
    expect(retry[0]?.at(-1)).toBe(name);
    expect(has).toBe(true);
  }
});

it.each(names.filter((name) => name !== '__proto__'))('a mapping may name the column %s', async (name) => {
  const csv = rowsWith(name)
    .map((cells) => cells.join(','))
    .join('\n')
    .replace(',Notes,', ',Other,');
  const { summary } = await imported(csv, 'a.csv', { columns: { [name]: 'loan.notes', Other: null } });
  expect(new Map(Object.entries(summary.columns.mapped)).get(name)).toBe('loan.notes');
});
