import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { templateWorkbook } from '../../infra/cli/map/template-workbook.ts';
import { canonicalColumns } from '../../shared/lead/lead.ts';
import { outcomeOf } from './outcome.ts';
import { partsOf, repacked } from './parts-of.ts';

it('a template that is filled in needs no mapping, and its example is refused where somebody leaves it in', async () => {
  const template = await templateWorkbook();
  const left = await outcomeOf('a.xlsx', template);
  expect(left.outcome.rows?.[0]?.slice(0, 2)).toEqual([2, 'rejected']);
  const parts = await partsOf(template);
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? '';
  const filled = await repacked(parts, {
    'xl/worksheets/sheet1.xml': sheet.replaceAll(/ \((?:an )?example[^<]*/g, ''),
  });
  const { outcome, leads } = await outcomeOf('a.xlsx', filled);
  expect(outcome).toEqual({ sheet: 'Leads', rows: [[2, 'created']] });
  const paths = (node: unknown, prefix = ''): string[] =>
    Object.entries(node as object).flatMap(([name, value]) =>
      typeof value === 'object' && !Array.isArray(value) ? paths(value, `${prefix}${name}.`) : [`${prefix}${name}`],
    );
  expect(paths(leads[0]).toSorted()).toEqual(canonicalColumns.filter((column) => column !== 'documents').toSorted());
});

it('what is left of the example beside somebody’s own cells is refused', async () => {
  const template = await templateWorkbook();
  const parts = await partsOf(template);
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? '';
  for (const own of [
    ['mia.nguyen@example.com'],
    ['mia.nguyen@example.com', '0491 570 156', '51 824 753 556', '50000', '52'],
  ]) {
    const some = own.reduce((xml, cell) => xml.replace(new RegExp(`>${cell} \\([^<]*`), `>${cell}`), sheet);
    const { outcome } = await outcomeOf('a.xlsx', await repacked(parts, { 'xl/worksheets/sheet1.xml': some }));
    expect(outcome.rows?.[0]?.[1]).toBe('rejected');
    expect(outcome.rows?.[0]?.[2]).toMatch(/invalid_date:customer\.date_of_birth/);
  }
});

it.each([
  // Four rows name documents, which are not here.
  ['leads.xlsx', { created: 32, rejected: 4, duplicate: 1 }],
  ['troubled.xlsx', { created: 2, rejected: 4, not_sent: 1, ignored: 1 }],
])('the sample %s comes out as its page says', async (name, counts) => {
  const { outcome } = await outcomeOf(name, readFileSync(join(import.meta.dirname, '../../samples', name)));
  const ended = Object.entries(Object.groupBy(outcome.rows ?? [], ([, status]) => status));
  expect(Object.fromEntries(ended.map(([status, rows]) => [status, rows?.length]))).toEqual(counts);
});
