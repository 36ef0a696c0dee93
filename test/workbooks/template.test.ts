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
  expect(left.outcome.rows).toEqual([[2, 'rejected', 'invalid_email:customer.email']]);
  const parts = await partsOf(template);
  const sheet = parts.get('xl/worksheets/sheet1.xml') ?? '';
  const filled = await repacked(parts, { 'xl/worksheets/sheet1.xml': sheet.replace(/ \(an example[^<]*/, '') });
  const { outcome, leads } = await outcomeOf('a.xlsx', filled);
  expect(outcome).toEqual({ sheet: 'Leads', rows: [[2, 'created']] });
  const paths = (node: unknown, prefix = ''): string[] =>
    Object.entries(node as object).flatMap(([name, value]) =>
      typeof value === 'object' && !Array.isArray(value) ? paths(value, `${prefix}${name}.`) : [`${prefix}${name}`],
    );
  expect(paths(leads[0]).toSorted()).toEqual(canonicalColumns.filter((column) => column !== 'documents').toSorted());
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
