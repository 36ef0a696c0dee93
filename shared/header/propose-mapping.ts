import type { LoanReason } from '../lead/fixed-values.ts';
import { fixedValues } from '../lead/fixed-values.ts';
import { canonicalColumns, cellReaders, requiredColumns } from '../lead/lead.ts';
import type { CellRules } from '../lead/refusal.ts';
import { reportColumnOf } from '../table/report-columns.ts';
import { foldedName } from '../words/folded-name.ts';
import { knownColumnOf } from './column-name.ts';
import { nameOf } from './distinct-titles.ts';
import { type Meaning, repaidColumnOf } from './mapping.ts';
import { columnsOf } from './mapping-words.ts';
import { holdsMoney, nearlyNamed, reads, resemblingColumn, share } from './resembling-column.ts';
import { type ColumnProposal, filledIn, type SeenColumn } from './seen-column.ts';

/** A text of a column that has fixed values. */
export interface ValueProposal {
  readonly column: string;
  readonly text: string;
  readonly count: number;
  /** Undefined where nothing fits. */
  readonly value: string | undefined;
}

export interface MappingProposal {
  readonly columns: readonly ColumnProposal[];
  readonly values: readonly ValueProposal[];
  /** Required columns that nothing stands for. */
  readonly missing: readonly string[];
}

/** What people call the reasons that lumi knows. */
const reasonWords: readonly (readonly [LoanReason, RegExp])[] = [
  ['debtConsolidation', /refinanc|consolidat|\bdebts?\b|pay(?:ing)? off|ato\b/i],
  [
    'equipmentPurchasing',
    /equip|vehicle|\butes?\b|truck|\bcars?\b|\bvans?\b|machin|hire ?-?purchase|asset|tools?\b|trailer|excavator/i,
  ],
  ['inventory', /inventor|\b(?<!non-?\s?)stock|goods/i],
  ['marketing', /market|advert|promot/i],
  ['wages', /wage|payroll|salar/i],
  ['hiring', /\bhiring\b|recruit|new (?:hires?|staff)|\bhire (?:staff|people|employees)/i],
  ['expansion', /expan|grow|fit ?-?out|renovat|new (?:site|shop|location|premises)|franchise/i],
  ['workingCapital', /working|cash ?-?flow|operat|day to day|\btax\b|\bbas\b/i],
  ['other', /^other|general|misc/i],
];

const reasonFor = (text: string): string | undefined => {
  const found = text.split(/[,;/&]|\band\b/).map((part) => reasonWords.find(([, words]) => words.test(part))?.[0]);
  return found.every((reason) => reason !== undefined) ? [...new Set(found)].join(';') : undefined;
};

const reason = 'loan.reason_for_loan';

/** Of texts in people's own words only most are understood. */
const mostOf = 0.6;

/** Whether what a column holds are reasons for a loan, in whichever words. */
const holdsReasons = ({ values }: SeenColumn): boolean =>
  share(values, (text) => reasonFor(text) !== undefined) >= mostOf;

/** Whether a column can be what its name says. Texts of columns with a fixed list are for the mapping's values to say. */
const mayHold = (column: SeenColumn, meaning: string, rules: CellRules): boolean => {
  const reader = cellReaders.get(meaning);
  return (
    reader === undefined ||
    fixedValues.has(meaning) ||
    filledIn(column) === 0 ||
    share(column.values, reads(reader, rules)) > 0
  );
};

const valueProposals = (column: string, { values }: SeenColumn, rules: CellRules): ValueProposal[] => {
  const reader = cellReaders.get(column);
  if (reader === undefined || !fixedValues.has(column)) return [];
  return [...values]
    .filter(([text]) => text.trim() !== '' && !reads(reader, rules)(text))
    .map(([text, count]) => ({ column, text, count, value: column.startsWith('loan.') ? reasonFor(text) : undefined }))
    .toSorted((one, other) => other.count - one.count);
};

/** Texts of a number of repayments that say a unit: only somebody can say how many repayments those are. */
const unitProposals = ({ values }: SeenColumn): ValueProposal[] =>
  [...values]
    .filter(([text]) => /\d\s*(?:m(?:on)?ths?|mos?|y(?:ea)?rs?|weeks?|wks?)\b/i.test(text))
    .map(([text, count]) => ({ column: 'loan.installments', text, count, value: undefined }));

const nothing = { meaning: null, why: 'nothing that lumi takes', certainty: 'sure' } as const;
const frequency = { meaning: null, why: 'says how often the loan is repaid', certainty: 'known' } as const;

const amount = { meaning: 'loan.requested_amount', why: 'it holds amounts of money', certainty: 'ask' } as const;

/** Whether somebody has said that a column tells how often loans are repaid. */
const isFrequency = ({ title }: SeenColumn, said: Iterable<Meaning>): boolean =>
  [...said].flatMap(repaidColumnOf).some((name) => foldedName(name) === foldedName(title));

const bySomebody = 'as you say';

/** Nobody can say what it is, and nobody has to. */
const empty = { meaning: null, why: 'empty', certainty: 'known' } as const;

/**
 * Proposes what each column of a file means.
 * @param decided what somebody has said already, by header
 */
export const proposeMapping = (
  seen: readonly SeenColumn[],
  decided: ReadonlyMap<string, Meaning>,
  rules: CellRules,
): MappingProposal => {
  const own = seen.filter(({ title }) => title.trim() !== '' && reportColumnOf(title) === undefined);
  const meanings = new Map<SeenColumn, Omit<ColumnProposal, 'title'>>();
  for (const column of own) {
    const said = decided.get(foldedName(column.title));
    const known = knownColumnOf(nameOf(column.title));
    if (said !== undefined) meanings.set(column, { meaning: said, why: bySomebody, certainty: 'sure' });
    else if (known !== undefined && mayHold(column, known, rules))
      meanings.set(column, { meaning: known, why: 'its name', certainty: 'known' });
  }
  for (const column of own.filter((each) => !meanings.has(each)))
    if (isFrequency(column, decided.values())) meanings.set(column, frequency);
  const isSaid = ([column, { why }]: [SeenColumn, { why: string }]): boolean =>
    filledIn(column) > 0 || why === bySomebody;
  /** What is taken by a column that holds something, or that somebody has named: an empty one stands in nobody's way. */
  const taken = (): Set<string> =>
    new Set([...meanings].filter(isSaid).flatMap(([, { meaning }]) => columnsOf(meaning)));
  const free = (): Set<string> => {
    const held = taken();
    return new Set(canonicalColumns.filter((each) => !held.has(each)));
  };
  for (const column of own.filter((each) => !meanings.has(each)))
    meanings.set(column, filledIn(column) === 0 ? empty : (resemblingColumn(column, free(), own, rules) ?? nothing));
  for (const column of own.filter((each) => meanings.get(each) === nothing))
    meanings.set(column, nearlyNamed(column, free(), rules) ?? nothing);
  const purpose = own.find((column) => meanings.get(column) === nothing && holdsReasons(column));
  if (purpose !== undefined && free().has(reason))
    meanings.set(purpose, { meaning: reason, why: 'its texts are what loans are for', certainty: 'ask' });
  const proposed = [...meanings.values()].map(({ meaning }) => meaning);
  for (const column of own)
    if (meanings.get(column) === nothing && isFrequency(column, proposed)) meanings.set(column, frequency);
  const asked = own.find((column) => meanings.get(column) === nothing && holdsMoney(column));
  if (asked !== undefined && !taken().has('loan.requested_amount')) meanings.set(asked, amount);
  // The importer takes it by its name too, and says of each row what is wrong with it.
  for (const column of own.filter((each) => meanings.get(each) === nothing)) {
    const known = knownColumnOf(nameOf(column.title));
    if (known !== undefined && free().has(known))
      meanings.set(column, {
        meaning: known,
        why: 'its name, though none of its values is read as one',
        certainty: 'known',
      });
  }
  const first = new Map<Meaning, number>();
  for (const [index, column] of own.entries()) {
    const meaning = meanings.get(column)?.meaning ?? null;
    if (meaning !== null && !first.has(meaning)) first.set(meaning, index);
  }
  const place = (column: SeenColumn): number => first.get(meanings.get(column)?.meaning ?? null) ?? own.indexOf(column);
  const columns = own
    .toSorted((one, other) => place(one) - place(other) || filledIn(other) - filledIn(one))
    .map(
      (column) =>
        ({
          title: column.title.trim(),
          ...(meanings.get(column) ?? { meaning: null, why: '', certainty: 'sure' }),
        }) satisfies ColumnProposal,
    );
  const values = [...meanings].flatMap(([column, { meaning }]) =>
    // A unit that was decided is no question any more.
    columnsOf(meaning).flatMap((each) =>
      meaning === 'loan.installments' ? unitProposals(column) : valueProposals(each, column, rules),
    ),
  );
  const named = new Set([...meanings.values()].flatMap(({ meaning }) => columnsOf(meaning)));
  const missing = requiredColumns(true).filter((column) => !named.has(column));
  return { columns, values, missing };
};
