import { cancel, confirm, isCancel, note, select, text } from '@clack/prompts';
import { type Frequency, repaymentsPerYear, type Unit } from '../../../shared/header/conversion.ts';
import type { Meaning } from '../../../shared/header/mapping.ts';
import { bothNames } from '../../../shared/header/plain-names.ts';
import type { ValueProposal } from '../../../shared/header/propose-mapping.ts';
import type { ColumnProposal } from '../../../shared/header/seen-column.ts';
import { fixedValues } from '../../../shared/lead/fixed-values.ts';
import { canonicalColumns } from '../../../shared/lead/lead.ts';
import { foldedName } from '../../../shared/words/folded-name.ts';
import { Interrupted } from '../terminal/usage-error.ts';
import type { Ask, Decisions } from './decisions.ts';
import { installmentsHint, meaningText } from './map-text.ts';

const answered = <Answer>(answer: Answer): Exclude<Answer, symbol> => {
  if (isCancel(answer)) throw new Interrupted();
  return answer as Exclude<Answer, symbol>;
};

interface Choice<Value> {
  readonly label: string;
  readonly hint?: string;
  readonly value: Value;
}

const choose = async <Value>(message: string, choices: readonly Choice<Value>[]): Promise<Value> => {
  const options = choices.map(({ label, hint }, index) => ({
    value: index,
    label,
    ...(hint !== undefined && { hint }),
  }));
  const index = answered(await select({ message, options, maxItems: 12 }));
  return (choices[index] as Choice<Value>).value;
};

const ask = async (message: string): Promise<string> => answered(await text({ message, defaultValue: '' })).trim();

const choiceOf = (value: string): Choice<string> => ({ label: value, value });

/** What is proposed comes first: whoever presses Enter takes that. */
const proposedFirst = <Value>(choices: readonly Choice<Value>[], proposed: Value | undefined): Choice<Value>[] =>
  choices
    .map((choice) => (choice.value === proposed ? { ...choice, hint: 'proposed' } : choice))
    .toSorted((one, other) => Number(other.value === proposed) - Number(one.value === proposed));

/** A number of repayments, or a term in a unit and how often it is repaid. */
const askTerm = async ({ title, meaning }: ColumnProposal, titles: readonly string[]): Promise<Meaning> => {
  note(installmentsHint, title);
  const term = typeof meaning === 'object' && meaning !== null && 'repaid' in meaning ? meaning : undefined;
  const units: readonly Choice<Unit | 'repayments' | undefined>[] = [
    { value: 'months', label: 'a term in months' },
    { value: 'years', label: 'a term in years' },
    { value: 'weeks', label: 'a term in weeks' },
    { value: 'repayments', label: 'the number of repayments' },
    { value: undefined, label: 'neither: keep it out' },
  ];
  const unit = await choose(`What does "${title}" hold?`, proposedFirst(units, term?.unit ?? 'repayments'));
  if (unit === undefined) return null;
  const column = 'loan.installments';
  if (unit === 'repayments') return column;
  const said = typeof term?.repaid === 'object' ? term.repaid.column : undefined;
  const repaid = await choose<Frequency | 'column' | { readonly column: string }>('How often is the loan repaid?', [
    ...(said === undefined
      ? []
      : [{ value: { column: said }, label: `the column "${said}" says it`, hint: 'proposed' }]),
    ...proposedFirst(
      (Object.keys(repaymentsPerYear) as Frequency[]).map((value) => ({ value, label: value })),
      typeof term?.repaid === 'string' ? term.repaid : undefined,
    ),
    { value: 'column', label: 'another column says it' },
  ]);
  if (repaid !== 'column') return { column, unit, repaid };
  return { column, unit, repaid: { column: await choose('Which column says it?', titles.map(choiceOf)) } };
};

const askColumn = async (
  { title, meaning, why, certainty }: ColumnProposal,
  columns: readonly ColumnProposal[],
): Promise<Meaning> => {
  if (meaningText(meaning).startsWith('loan.installments'))
    return askTerm(
      { title, meaning, why, certainty },
      columns.map((each) => each.title).filter((each) => each !== title),
    );
  const chosen = await choose<Meaning | 'another'>(`What is "${title}"?`, [
    ...(meaning === null ? [] : [{ value: meaning, label: meaningText(meaning), hint: why }]),
    { value: null, label: 'keep it out: it is in the report and never sent' },
    { value: 'another', label: 'another column of lumi' },
  ]);
  if (chosen !== 'another') return chosen;
  return choose<Meaning>(`Which one is "${title}"?`, [
    { value: { split: ['customer.first_name', 'customer.last_name'] }, label: bothNames },
    ...canonicalColumns.map(choiceOf),
  ]);
};

/** What a text of a column stands for; empty where rows that hold it are to be refused. */
const askValue = async ({ column, text: found, count, value }: ValueProposal): Promise<string> => {
  const message = `"${found}" in ${column} (${count} rows)`;
  const known = fixedValues.get(column) ?? [];
  if (known.length === 0) return ask(`${message} is which number? Empty: those rows are refused`);
  const choices = [...known.map(choiceOf), { value: '', label: 'nothing of these: those rows are refused' }];
  return choose(`${message} means`, proposedFirst(choices, value ?? ''));
};

const askMissing = async (column: string, unused: readonly string[], decisions: Decisions): Promise<void> => {
  if (column === 'loan.installments') note(installmentsHint, column);
  const chosen = await choose<string | undefined>(`lumi needs ${column}. Where is it?`, [
    { value: undefined, label: 'decide later' },
    ...unused.map((title) => ({ value: title, label: `the column "${title}"` })),
    { value: '', label: 'the same value for all rows' },
  ]);
  if (chosen === undefined) return;
  if (chosen !== '') decisions.columns.set(foldedName(chosen), column);
  const value = chosen === '' ? await ask(`Value of ${column} for all rows`) : '';
  if (value !== '') decisions.constants.set(column, value);
};

/** Talks a mapping through: what is proposed first, then what has to be judged, then what is missing. */
export const converse: Ask = async (_, propose, decisions) => {
  // A console without a window says that it has no columns, and would be given a letter a line.
  process.stdout.columns ||= 80;
  try {
    const { columns } = propose();
    const proposed = columns.filter(({ certainty, meaning }) => certainty === 'sure' && meaning !== null);
    const takesAll =
      proposed.length === 0 || answered(await confirm({ message: 'Take the columns marked + as they are?' }));
    for (const column of takesAll ? [] : proposed)
      decisions.columns.set(foldedName(column.title), await askColumn(column, columns));
    for (const column of columns.filter(({ certainty }) => certainty === 'ask'))
      decisions.columns.set(foldedName(column.title), await askColumn(column, columns));
    for (const column of propose().missing) {
      const unused = propose().columns.filter(({ meaning }) => meaning === null);
      await askMissing(
        column,
        unused.map(({ title }) => title),
        decisions,
      );
    }
    for (const value of propose().values) {
      const { column, text: found } = value;
      const chosen = decisions.values.get(column)?.get(found) ?? (await askValue(value));
      decisions.values.set(column, (decisions.values.get(column) ?? new Map()).set(found, chosen));
    }
    return decisions;
  } catch (error) {
    if (error instanceof Interrupted) cancel('Nothing was written.');
    throw error;
  }
};
