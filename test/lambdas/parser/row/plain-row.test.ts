import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainRowReader } from '../../../../lambdas/parser/row/plain-row.ts';
import { readRecord } from '../../../../lambdas/parser/row/row.ts';
import type { RowPlan } from '../../../../lambdas/parser/row/row-plan.ts';
import { canonicalColumns } from '../../../../shared/lead/lead.ts';
import { TableFile } from '../../../../shared/table/open-by-kind.ts';
import type { TableRecord } from '../../../../shared/table/table.ts';
import { planOf } from '../../../support/row-plan.ts';
import { anAbn } from '../../../support/sample-rows.ts';

const record = (cells: readonly string[]): TableRecord => ({ kind: 'record', line: 2, cells, quoted: [] });

/** Whether a row was plain; where it was, the long way must come to the same. */
const isPlain = (one: TableRecord, plan: RowPlan): boolean => {
  const plain = plainRowReader(plan)(one);
  if (plain !== undefined) expect(JSON.stringify(plain)).toBe(JSON.stringify(readRecord(one, plan)));
  return plain !== undefined;
};

/** What may stand in a cell of any column. */
const odd = [
  ['', ' ', 'None', 'null', 'n/a', '#REF!', '#N/A', 'NaN', '-', '?', "'0412345678", "'t Hooft", '="0412345678"', '=A2'],
  [
    '&amp; Sons',
    '%C3%A9',
    '\\N',
    'José',
    'JosÃ©',
    'Jos‚',
    'a\u200bb',
    'one\ntwo',
    '\u0007',
    '12.0',
    '1,234.50',
    '15.000,00',
  ],
  ['1e5', '0412 345 678', '+61412345678', 'p:+61412345678', '27/03/1985', '1985-03-27', '12/13/1985', '00/00/0000'],
  [
    'a@b',
    'A@Example.COM',
    'x@example.com;',
    'NSW',
    'New South Wales',
    '2000',
    '0800',
    '3/12',
    'www.example.com.au',
    'TRUE',
  ],
  [
    'workingCapital',
    'new ute',
    'smith/id.pdf',
    'x'.repeat(201),
    'None None',
    'System.Object',
    'loading...',
    '123456789',
  ],
].flat();

const good: Readonly<Record<string, string>> = {
  'customer.first_name': 'Mira',
  'customer.last_name': 'Okafor',
  'customer.email': 'mira@example.com',
  'customer.phone': '0412345678',
  'customer.date_of_birth': '27/03/1985',
  'customer.address.postcode': '2000',
  'customer.address.state': 'NSW',
  'customer.drivers_license_number': '12345678',
  'customer.drivers_license_state': 'NSW',
  'company.name': 'Okafor Tiling Pty Ltd',
  'company.abn': anAbn(1),
  'loan.requested_amount': '$15,000.00',
  'loan.installments': '52',
  'loan.notes': 'Called twice',
};

describe('a row that is read by itself', () => {
  const plans = [planOf(canonicalColumns), planOf(canonicalColumns, false), planOf(Object.keys(good).toReversed())];

  it.each(plans.map((plan, index) => [index, plan] as const))('comes to what all rules say (plan %i)', (_, plan) => {
    const cellOf = (column: string | undefined) =>
      fc.oneof(
        { weight: 12, arbitrary: fc.constant(good[column ?? ''] ?? '') },
        { weight: 1, arbitrary: fc.constantFrom(...odd) },
      );
    let plain = 0;
    fc.assert(
      fc.property(fc.tuple(...plan.header.columns.map(cellOf)), (cells) => {
        if (isPlain(record(cells), plan)) plain += 1;
      }),
      { numRuns: 4_000 },
    );
    expect(plain).toBeGreaterThan(40);
  });

  it.each(odd)('%j in any column is read as all rules say', (text) => {
    for (const plan of plans)
      for (const position of plan.header.columns.keys())
        isPlain(
          record(plan.header.columns.map((name, at) => (at === position ? text : (good[name ?? ''] ?? '')))),
          plan,
        );
  });

  it('a short row, a long one, a torn one and one with documents are read with all rules', () => {
    const plan = planOf([...Object.keys(good), 'documents']);
    const cells = [...Object.values(good), ''];
    expect(isPlain(record(cells), plan)).toBe(true);
    expect(isPlain(record(cells.slice(0, -1)), plan)).toBe(false);
    expect(isPlain(record([...cells, '']), plan)).toBe(false);
    expect(isPlain({ ...record(cells), isTorn: true }, plan)).toBe(false);
    expect(isPlain(record([...Object.values(good), 'smith/id.pdf']), plan)).toBe(false);
  });

  it('the rows of every file of the corpora come to the same', async () => {
    let [plain, all] = [0, 0];
    for (const folder of ['test/corpus/files', 'test/field/files', 'samples']) {
      for (const name of readdirSync(folder).filter((each) => /\.csv$/.test(each))) {
        const file = new TableFile(name, async () => createReadStream(join(folder, name)));
        await file.read(async ({ header, groups, format }) => {
          let plan: RowPlan;
          try {
            const { delimiter } = format.dialect;
            plan = planOf(header.cells, false, undefined, {
              delimiter,
              encoding: format.encoding.name,
              isSheet: false,
            });
          } catch {
            return;
          }
          for await (const group of groups) {
            for (const each of group) {
              if (each.kind === 'fault') continue;
              all += 1;
              if (isPlain(each, plan)) plain += 1;
            }
          }
        });
        file.close();
      }
    }
    expect(plain).toBeGreaterThan(200);
    expect(all).toBeGreaterThan(plain);
  });
});
