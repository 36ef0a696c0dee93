import { beforeAll, expect, it } from 'vitest';
import { Dice } from '../simulation/dice.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { anAbn } from '../support/sample-rows.ts';

// Good files, damaged as programs, people and transfers damage them. Whatever is sent of a damaged file is a lead of the
// good one: a row may be refused, and never become another row. What no file shows is not among them: bytes lost so that two
// rows fit together, a cell that is missing from every row.

const header = [
  'First Name',
  'Last Name',
  'Email',
  'Mobile',
  'DOB',
  'Company',
  'ABN',
  'Amount',
  'Instalments',
  'Industry',
  'Accounting Software',
  'Notes',
];
const columns = header.length;

const goodRow = (dice: Dice, number: number): string[] => [
  dice.pick(['Mia', 'Liam', 'Zoé', 'Noah']),
  dice.pick(['Smith', 'van der Berg', 'Brown']),
  `person${number}@example.com`,
  `0491 570 ${100 + (number % 60)}`,
  dice.pick([`19${60 + (number % 30)}-03-27`, `13/0${1 + (number % 9)}/1980`]),
  `Company ${number}`,
  anAbn(number),
  String(10_000 + number),
  '52',
  dice.pick(['Cafe', 'Building', 'Transport']),
  dice.pick(['Xero', 'MYOB', '']),
  dice.pick(['', 'call after 4', 'see file']),
];

type Table = string[][];
/** A table as text, damaged. */
type Damage = (table: Table, dice: Dice) => string | Buffer;

const text = (table: Table): string => table.map((row) => `${row.join(',')}\n`).join('');
const changed = (table: Table, row: number, change: (cells: string[]) => string[]): Table =>
  table.map((cells, index) => (index === row ? change([...cells]) : cells));
const someRow = (table: Table, dice: Dice): number => dice.between(1, table.length - 1);
const someCell = (dice: Dice): number => dice.between(0, columns - 1);

/** Two rows merged by a quote that opens in one of them and closes in the next. */
const mergeByQuotes = (table: Table, dice: Dice, first: number): string => {
  const [opens, closes] = [someCell(dice), someCell(dice)];
  const opened = changed(table, first, (cells) => cells.with(opens, `"${cells[opens]}`));
  return text(changed(opened, first + 1, (cells) => cells.with(closes, `${cells[closes]}"`)));
};

const damages: Readonly<Record<string, Damage>> = {
  'a pair of stray quotes merges two rows': (table, dice) =>
    mergeByQuotes(table, dice, dice.between(1, table.length - 2)),
  'a pair of stray quotes merges the header and a row': (table, dice) => mergeByQuotes(table, dice, 0),
  'one stray quote': (table, dice) => {
    const at = someCell(dice);
    return text(changed(table, someRow(table, dice), (cells) => cells.with(at, `"${cells[at]}`)));
  },
  'a delimiter too many': (table, dice) =>
    text(changed(table, someRow(table, dice), (cells) => cells.toSpliced(someCell(dice), 0, ''))),
  'a delimiter inside a cell': (table, dice) => {
    const at = someCell(dice);
    return text(
      changed(table, someRow(table, dice), (cells) =>
        cells.with(at, `${cells[at]?.slice(0, 2)},${cells[at]?.slice(2)}`),
      ),
    );
  },
  'a delimiter too few': (table, dice) => {
    const at = dice.between(0, columns - 2);
    return text(
      changed(table, someRow(table, dice), (cells) => cells.toSpliced(at, 2, `${cells[at]}${cells[at + 1]}`)),
    );
  },
  'a cell too few': (table, dice) =>
    text(changed(table, someRow(table, dice), (cells) => cells.toSpliced(dice.between(0, columns - 2), 1))),
  'a line break in a cell': (table, dice) => {
    const at = someCell(dice);
    return text(
      changed(table, someRow(table, dice), (cells) =>
        cells.with(at, `${cells[at]?.slice(0, 2)}\n${cells[at]?.slice(2)}`),
      ),
    );
  },
  'two rows on one line': (table, dice) => {
    const at = dice.between(1, table.length - 2);
    return text(table.toSpliced(at, 2, [...(table[at] ?? []), ...(table[at + 1] ?? [])]));
  },
  'a row cut off': (table, dice) =>
    text(changed(table, someRow(table, dice), (cells) => cells.slice(0, dice.between(1, columns - 1)))),
  'a delimiter in a name of the header': (table, dice) => {
    const at = dice.between(0, columns - 1);
    return text(changed(table, 0, (cells) => cells.toSpliced(at, 1, `${cells[at]} x`, 'y')));
  },
  'dates written month first': (table) =>
    text(
      table.map((cells, row) =>
        row === 0 ? cells : cells.with(4, `${1 + (row % 12)}/${row % 2 === 0 ? 25 : 3 + (row % 8)}/1980`),
      ),
    ),
  'names from the code page of DOS': (table) => Buffer.from(text(table).replaceAll('é', '\u0082'), 'latin1'),
  'errors of a spreadsheet': (table, dice) =>
    text(
      changed(table, someRow(table, dice), (cells) =>
        cells.with(dice.pick([0, 1, 5, 9, 11]), dice.pick(['#REF!', '#N/A', '########'])),
      ),
    ),
  'other line ends': (table, dice) => text(table).replaceAll('\n', dice.pick(['\u000b', '\u0085', '\u2028'])),
};

/** What is sent of a file, one lead a line. */
const sentOf = async (csv: string | Buffer): Promise<string[]> => {
  const harness = new PipelineHarness();
  await harness.parse(harness.drop('incoming/a.csv', csv));
  await harness.submit();
  return harness.api.leads.map(({ payload }) => JSON.stringify(payload));
};

/** A good file, and the dice that made it. */
const goodTable = (seed: number): readonly [Table, Dice] => {
  const dice = new Dice(seed);
  return [
    [header, ...Array.from({ length: dice.between(4, 8) }, (_, number) => goodRow(dice, seed * 10 + number))],
    dice,
  ];
};

const variants = 200;

/** By seed, what is sent of the good file. */
const goodLeads = new Map<number, ReadonlySet<string>>();
beforeAll(async () => {
  for (let seed = 1; seed <= variants; seed += 1) goodLeads.set(seed, new Set(await sentOf(text(goodTable(seed)[0]))));
});

it.each(Object.entries(damages))('a file with %s sends no row that the good file has not', async (_, damage) => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= variants; seed += 1) {
    const [table, dice] = goodTable(seed);
    const good = goodLeads.get(seed) ?? new Set();
    const damaged = damage(table, dice);
    const found = (await sentOf(damaged)).filter((lead) => !good.has(lead));
    if (found.length > 0) wrong.push(`seed ${seed}: ${found[0]}\n${damaged}`);
  }
  expect(wrong.slice(0, 2).join('\n')).toBe('');
});
