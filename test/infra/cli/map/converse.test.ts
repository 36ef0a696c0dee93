import { beforeEach, expect, it, vi } from 'vitest';
import { converse } from '../../../../infra/cli/map/converse.ts';
import type { Decisions } from '../../../../infra/cli/map/decisions.ts';
import { Interrupted } from '../../../../infra/cli/terminal/usage-error.ts';
import { proposeMapping } from '../../../../shared/header/propose-mapping.ts';
import type { SeenColumn } from '../../../../shared/header/seen-column.ts';

/** What somebody answers, by the beginning of a question; whoever presses Enter takes what comes first. */
const script = vi.hoisted(() => ({ answers: new Map<string, string | symbol>(), asked: [] as string[] }));
const enter = 'Enter';
const ctrlC = Symbol('cancelled');

const answerTo = (message: string): string | symbol => {
  script.asked.push(message);
  const [, answer = enter] = [...script.answers].find(([begin]) => message.startsWith(begin)) ?? [];
  return answer;
};

vi.mock('@clack/prompts', () => ({
  cancel: () => undefined,
  note: () => undefined,
  isCancel: (answer: unknown) => typeof answer === 'symbol',
  confirm: async ({ message }: { message: string }) => {
    const answer = answerTo(message);
    return typeof answer === 'symbol' ? answer : answer !== 'no';
  },
  text: async ({ message }: { message: string }) => answerTo(message),
  select: async ({ message, options }: { message: string; options: { value: number; label: string }[] }) => {
    const answer = answerTo(message);
    if (typeof answer === 'symbol' || answer === enter) return answer === enter ? options[0]?.value : answer;
    const chosen = options.find(({ label }) => label.startsWith(answer));
    if (chosen === undefined) throw new Error(`${answer} is no answer to ${message}`);
    return chosen.value;
  },
}));

const column = (title: string, ...values: readonly string[]): SeenColumn => ({
  title,
  values: new Map(values.map((value) => [value, 1])),
});

const file = [
  column('First Name', 'Mira', 'Jo'),
  column('Email', 'mira@example.com', 'jo@example.com'),
  column('Reach', '0412 345 678', '0412 345 679'),
  column('Business', 'Marble Pty Ltd'),
  column('ABN', '51824753556'),
  column('Amount', '50000'),
  column('Term (years)', '2', '3'),
  column('Freq', 'weekly', 'monthly'),
  column('Purpose', 'Fit-out', 'New ute'),
  column('Colour', 'red'),
  column('Years Trading', '4', '5'),
];

const decide = async (columns: readonly SeenColumn[], answers: Readonly<Record<string, string | symbol>> = {}) => {
  script.answers = new Map(Object.entries(answers));
  script.asked = [];
  const decisions: Decisions = { columns: new Map(), values: new Map(), constants: new Map() };
  const propose = () => proposeMapping(columns, decisions.columns, { dates: 'DMY', today: '2026-11-25' });
  await converse({ kind: 'seen', columns, rows: 2 }, propose, decisions);
  return decisions;
};

beforeEach(() => {
  process.stdout.columns = 100;
});

it('whoever presses Enter throughout takes what is proposed', async () => {
  const { columns, values } = await decide(file);
  expect(columns.get('termyears')).toEqual({
    column: 'loan.installments',
    unit: 'years',
    repaid: { column: 'Freq' },
  });
  expect(Object.fromEntries(values.get('loan.reason_for_loan') ?? [])).toEqual({
    'Fit-out': 'expansion',
    'New ute': 'equipmentPurchasing',
  });
  expect(script.asked.filter((message) => message.includes('"Colour"'))).toEqual([]);
});

it('what somebody says otherwise is kept', async () => {
  const { columns, values } = await decide(file, {
    'What does "Term (years)"': 'a term in months',
    'How often': 'fortnightly',
    '"Fit-out"': 'other',
    'Take the columns': 'no',
    'What is "Reach"': 'keep it out',
  });
  expect(columns.get('termyears')).toEqual({ column: 'loan.installments', unit: 'months', repaid: 'fortnightly' });
  expect(columns.get('reach')).toBeNull();
  expect(values.get('loan.reason_for_loan')?.get('Fit-out')).toBe('other');
});

it('what nothing stands for is asked: a column, a value of all rows, or later', async () => {
  const few = file.filter(({ title }) => !['Term (years)', 'Amount'].includes(title));
  const missing = {
    'lumi needs loan.requested_amount': 'the column "Colour"',
    'lumi needs loan.installments': 'the same value',
    'Value of loan.installments': '52',
  };
  const said = await decide(few, missing);
  expect(said.columns.get('colour')).toBe('loan.requested_amount');
  expect(said.constants).toEqual(new Map([['loan.installments', '52']]));
  const later = await decide(few);
  expect([later.columns.has('colour'), later.constants.size]).toEqual([false, 0]);
});

it('Ctrl-C ends it wherever it is pressed', async () => {
  for (const question of ['Take the columns', 'What does "Term', 'How often', '"Fit-out"'])
    await expect(decide(file, { [question]: ctrlC })).rejects.toThrow(Interrupted);
});

it('a console that says it has no columns is written to as one of eighty', async () => {
  process.stdout.columns = 0;
  await decide(file);
  expect(process.stdout.columns).toBe(80);
});
