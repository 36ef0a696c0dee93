import type { Meaning } from '../../../shared/header/mapping.ts';
import { columnsOf } from '../../../shared/header/mapping-words.ts';
import type { MappingProposal } from '../../../shared/header/propose-mapping.ts';
import { filledIn } from '../../../shared/header/seen-column.ts';
import { requiredColumns } from '../../../shared/lead/lead.ts';
import { counted } from '../../../shared/words/counted.ts';
import { shellWord, shown } from '../../../shared/words/escaping.ts';
import type { Left } from './decisions.ts';
import type { SeenFile } from './see-file.ts';

const samples = 3;
const sampleLength = 24;

/** What lumi calls an installment; the document gives a number and the example 52. */
export const installmentsHint =
  'loan.installments is the number of repayments: lumi gives the example 52. Of a term say how often it is repaid: in months, repaid weekly.';

/** A meaning as `--column` takes it. */
export const meaningText = (meaning: Meaning): string => {
  if (meaning === null) return 'kept out';
  if (typeof meaning === 'string') return meaning;
  if ('split' in meaning) return meaning.split.join('+');
  if ('times' in meaning) return `${meaning.column}*${meaning.times}`;
  if ('per' in meaning) return `${meaning.column} per ${meaning.per}`;
  const inUnit = `${meaning.column} in ${meaning.unit}`;
  if (!('repaid' in meaning)) return inUnit;
  const { repaid } = meaning;
  return `${inUnit}, repaid ${typeof repaid === 'string' ? repaid : `by "${repaid.column}"`}`;
};

const sampleText = (seen: SeenFile, title: string): string => {
  const column = seen.columns.find((each) => each.title.trim() === title);
  const texts = [...(column?.values.keys() ?? [])].filter((text) => text.trim() !== '').slice(0, samples);
  return texts
    .map((text) => shown(text.length > sampleLength ? `${text.slice(0, sampleLength)}…` : text).slice(1, -1))
    .join(' | ');
};

const inOrder = ['ask', 'sure', 'known'] as const;

/** Every column with some of its values, what it is taken for, and why: what needs an answer first. */
export const columnLines = (seen: SeenFile, { columns }: MappingProposal): string[] => {
  const width = Math.min(32, Math.max(6, ...columns.map(({ title }) => title.length)));
  return [
    `${counted(seen.rows, 'row')}, ${counted(columns.length, 'column')}`,
    ...columns
      .toSorted((one, other) => inOrder.indexOf(one.certainty) - inOrder.indexOf(other.certainty))
      .flatMap(({ title, meaning, why, certainty }) => {
        const mark = { known: ' ', sure: '+', ask: '?' }[certainty];
        const column = seen.columns.find((each) => each.title.trim() === title);
        const filled = column === undefined ? 0 : filledIn(column);
        return [
          `${mark} ${shown(title).slice(1, -1).padEnd(width)}  ${meaningText(meaning)} (${why})`,
          ...(filled === 0 ? [] : [`  ${' '.repeat(width)}    ${filled} filled: ${sampleText(seen, title)}`]),
        ];
      }),
    '',
    '  as the importer knows it    + as proposed here    ? to be decided',
  ];
};

/** What texts of the file are taken for, before it is written. */
export const valueLines = ({ values }: MappingProposal): string[] => {
  const proposed = values.filter(({ value }) => value !== undefined);
  if (proposed.length === 0) return [];
  return [
    '',
    'Texts of the file, and what they are taken for:',
    ...proposed.map(
      ({ column, text, count, value }) =>
        `+ ${shown(text)} is ${value} (${column}, ${count} ${count === 1 ? 'row' : 'rows'}); otherwise: --value ${shellWord(`${column}:${text}=VALUE`)}`,
    ),
  ];
};

/** What can be said to a proposal. */
const answersOf = (meaning: Meaning): string[] => {
  const ofYear = meaning === 'company.average_monthly_turnover' ? [`${meaning} per year`] : [];
  return [meaningText(meaning), ...ofYear, 'none'];
};

/** What is left to decide, and how. */
export const leftLines = ({ columns, values, missing, fault }: Left, file: string): string[] => {
  const lines = [
    ...columns.map(
      ({ title, meaning, why }) =>
        `  "${title}": is it ${meaningText(meaning)}? (${why}) ${answersOf(meaning)
          .map((answer) => `--column ${shellWord(`${title}=${answer}`)}`)
          .join(', or ')}`,
    ),
    ...values.map(
      ({ column, text, count }) =>
        `  ${column} holds ${shown(text)} in ${count} ${count === 1 ? 'row' : 'rows'}: --value ${shellWord(`${column}:${text}=VALUE`)}`,
    ),
    ...missing.map(
      (column) =>
        `  Nothing stands for ${column}: --column "HEADER=${column}"${column === 'loan.installments' ? `, or the same for all rows: --value "${column}:=52"` : ''}`,
    ),
  ];
  const others = lines.length === 0 && fault !== undefined ? [`  ${fault}`] : [];
  const open = [
    ...columns.map(({ meaning }) => meaningText(meaning)),
    ...values.map(({ column }) => column),
    ...missing,
  ];
  const hint = open.some((each) => each.startsWith('loan.installments')) ? [`  ${installmentsHint}`] : [];
  const asked = new Set(columns.flatMap(({ meaning }) => columnsOf(meaning)));
  const isRefused = missing.length > 0 || fault !== undefined || requiredColumns(true).some((each) => asked.has(each));
  return [
    isRefused
      ? `Left to decide before ${file} can be imported:`
      : `Left to decide in ${file}; until then these columns are not sent, and rows with these texts are refused:`,
    ...lines,
    ...others,
    ...hint,
    'Remove the mapping file and run map again with these, or write them into it.',
  ];
};
