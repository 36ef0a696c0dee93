import { expect, it } from 'vitest';
import type { Summary } from '../../../shared/report/summary.ts';
import { importText } from '../../support/import-text.ts';
import { aCsv, rows } from '../../support/sample-rows.ts';

const faultsOf = ({ errors }: Summary) => errors.map(({ code, lines }) => [code, lines]);
const without = (csv: string): string => csv.replace('Email', 'Colour');
const [head = '', ...lines] = aCsv(rows(3)).trimEnd().split('\n');
const otherHeader = head.split(',').toReversed().join(',');

it.each([
  ['a quote', [without(head), ...lines, 'First,La"st,x'], 'stray_quote', 5],
  ['another delimiter', [without(head), ...lines.map((line) => line.replaceAll(',', ';'))], 'unknown_delimiter', 1],
  ['a second header', [without(head), ...lines, otherHeader, ...lines], 'second_header', 5],
  ['a second header below many rows', [without(head), ...Array(300).fill(lines[0]), otherHeader], 'second_header', 302],
])('a missing column does not hide %s', async (_, text, code, line) => {
  const { summary } = await importText(`${text.join('\n')}\n`);
  expect(faultsOf(summary)).toEqual([
    ['missing_column', [1]],
    [code, [line]],
  ]);
  for (const { message } of summary.errors) expect(summary.fileError?.message).toContain(message);
});

it('columns in another order are said to be that only where they are the same', async () => {
  const messageOf = async (other: string) =>
    (await importText([head, ...lines, other, ...lines].join('\n'))).summary.fileError?.message;
  expect(await messageOf(otherHeader)).toContain('its columns are in another order');
  expect(await messageOf(otherHeader.replace('Amount', 'Suburb'))).toContain('its columns are others');
});

it('a second header hides no third one', async () => {
  const { summary } = await importText([head, ...lines, otherHeader, ...lines, otherHeader].join('\n'));
  expect(faultsOf(summary)).toEqual([
    ['second_header', [5]],
    ['second_header', [9]],
  ]);
});

it('of very many other headers the first are told', async () => {
  const { summary } = await importText([head, ...Array(12).fill([lines[0], otherHeader]).flat()].join('\n'));
  expect(faultsOf(summary)).toEqual([3, 5, 7, 9, 11, 13, 15, 17, 19, 21].map((line) => ['second_header', [line]]));
});

it.each(['mira@example.com', '0491 570 110', '$5,000'])('what may be a value is no guess: %s', async (value) => {
  const { summary } = await importText([head.replace('Mobile', `"${value}"`), ...lines].join('\n'));
  expect(summary.fileError?.message).toContain('customer.phone.');
  expect(JSON.stringify(summary)).not.toContain(value);
});

it.each([
  ['of values', { values: { 'loan.reason': {} } }, ['missing_column']],
  ['of dates', { dates: 'MM/DD' }, ['missing_column']],
  ['of columns, whose meaning is not known', { columns: { Colour: 'customer.emial' } }, []],
  ['of a part that is not known', { colums: { Colour: 'customer.email' } }, []],
])('a mapping with a fault %s hides none of the file', async (_, mapping, told) => {
  const csv = [without(head), ...lines, otherHeader].join('\n');
  const { summary } = await importText(csv, { a: { headers: without(head).split(','), ...mapping } });
  expect(summary.errors.map(({ code }) => code)).toEqual(['invalid_mapping', ...told, 'second_header']);
});
