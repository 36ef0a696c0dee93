import { foldedName } from '../words/folded-name.ts';
import { knownColumnOf } from './column-name.ts';
import { type Frequency, periodsPerYear, repaymentsPerYear, type Unit, unitsPerYear } from './conversion.ts';
import type { Meaning } from './mapping.ts';
import { bothNames, keepOut, plainNames } from './plain-names.ts';

/** A meaning as people say it: what the column is, and in which unit; empty where it has none. */
export interface MeaningWords {
  readonly meaning: string;
  readonly unit: string;
}

const has = <Name extends string>(table: Readonly<Record<Name, unknown>>, name: string): name is Name =>
  Object.hasOwn(table, name);

/** The columns of lumi that a meaning names. */
export const columnsOf = (meaning: Meaning): readonly string[] => {
  if (meaning === null) return [];
  if (typeof meaning === 'string') return [meaning];
  return 'split' in meaning ? meaning.split : [meaning.column];
};

/** How a meaning is said; undefined where these words cannot say it. */
export const wordsFor = (meaning: Meaning): MeaningWords | undefined => {
  if (meaning === null) return { meaning: keepOut, unit: '' };
  if (typeof meaning === 'string') return { meaning: plainNames[meaning] ?? meaning, unit: '' };
  if ('split' in meaning)
    return meaning.split.join() === 'customer.first_name,customer.last_name'
      ? { meaning: bothNames, unit: '' }
      : undefined;
  const name = plainNames[meaning.column] ?? meaning.column;
  if ('times' in meaning) return undefined;
  if ('per' in meaning) return { meaning: name, unit: meaning.per };
  if (!('repaid' in meaning)) return { meaning: name, unit: meaning.unit };
  const { unit, repaid } = meaning;
  return { meaning: name, unit: `${unit}, repaid ${typeof repaid === 'string' ? repaid : `by ${repaid.column}`}` };
};

/** What a word for a column stands for; undefined where it is none. */
const columnOf = (word: string): string | undefined =>
  Object.entries(plainNames).find(([, name]) => foldedName(name) === foldedName(word))?.[0] ?? knownColumnOf(word);

/** A unit of a term, and how often it is repaid: `months, repaid weekly`, `years, repaid by Frequency`. */
const termOf = (
  text: string,
): { readonly unit: Unit; readonly repaid: Frequency | { readonly column: string } } | undefined => {
  const [, unit = '', how = ''] = /^(\w+)\s*,?\s*repaid\s+(.+)$/i.exec(text) ?? [];
  const folded = unit.toLowerCase();
  if (!has(unitsPerYear, folded)) return undefined;
  const often = how.toLowerCase();
  if (has(repaymentsPerYear, often)) return { unit: folded, repaid: often };
  const [, quoted, curly, bare] = /^by (?:column )?(?:"(.+)"|“(.+)”|(.+))$/i.exec(how) ?? [];
  const column = quoted ?? curly ?? bare;
  return column === undefined ? undefined : { unit: folded, repaid: { column } };
};

const listed = (table: Readonly<Record<string, unknown>>): string => Object.keys(table).join(', ');

/** A meaning, and whether its unit was said though it is the one that lumi takes. */
interface SaidMeaning {
  readonly meaning: Meaning;
  readonly isSaid?: true;
}

/** What words mean; a text says what is wrong with them, and undefined that nothing is said. */
export const meaningOf = ({ meaning: word, unit: given }: MeaningWords): SaidMeaning | string | undefined => {
  const unit = given.trim();
  if (word.trim() === '') return unit === '' ? undefined : 'expected a meaning beside the unit';
  const folded = foldedName(word);
  if (folded === foldedName(keepOut)) return { meaning: null };
  if (folded === foldedName(bothNames)) return { meaning: { split: ['customer.first_name', 'customer.last_name'] } };
  const column = columnOf(word);
  if (column === undefined) return `"${word.trim()}" is none of the meanings in the list`;
  const meant = column as Extract<Meaning, string>;
  if (unit === '') return { meaning: meant };
  const lower = unit.toLowerCase();
  if (column === 'company.months_in_business')
    return has(unitsPerYear, lower)
      ? { meaning: { column, unit: lower } }
      : `expected a unit out of ${listed(unitsPerYear)}`;
  if (column === 'company.average_monthly_turnover')
    return has(periodsPerYear, lower)
      ? { meaning: { column, per: lower } }
      : `expected a unit out of ${listed(periodsPerYear)}`;
  if (column === 'loan.installments' && lower === repayments) return { meaning: meant, isSaid: true };
  if (column !== 'loan.installments') return `${plainNames[column] ?? column} has no unit: leave it empty`;
  const term = termOf(unit);
  return term === undefined
    ? `expected a unit such as "months, repaid weekly": ${listed(unitsPerYear)}, repaid ${listed(repaymentsPerYear)}, or repaid by the column that says it`
    : { meaning: { column, ...term } };
};

/** The unit of a number that is one of repayments already. */
const repayments = 'repayments';

/** The units that a column offers; none where it has none. */
export const unitChoices: Readonly<Record<string, readonly string[]>> = {
  'company.months_in_business': Object.keys(unitsPerYear),
  'company.average_monthly_turnover': Object.keys(periodsPerYear),
  'loan.installments': [
    repayments,
    ...Object.keys(unitsPerYear).flatMap((unit) =>
      Object.keys(repaymentsPerYear).map((often) => `${unit}, repaid ${often}`),
    ),
  ],
};
