import { reportColumnOf } from '../csv/report-columns.ts';
import { businessNumber } from '../lead/cells/business-number.ts';
import type { loanReasons } from '../lead/cells/list.ts';
import { phone } from '../lead/cells/phone.ts';
import { email } from '../lead/cells/text.ts';
import { canonicalColumns, cellReaders, requiredColumns } from '../lead/lead.ts';
import { type CellReader, type CellRules, isRead } from '../lead/refusal.ts';
import { foldedName } from '../words/folded-name.ts';
import { nearestName } from '../words/nearest-name.ts';
import { knownColumnOf } from './column-name.ts';
import { twoNamesOf } from './full-name.ts';
import type { Meaning } from './mapping.ts';
import { wellKnownNames } from './well-known-names.ts';

/** A column of a file as it is seen: its header and its values, each once with how often it is there. */
export interface SeenColumn {
  readonly title: string;
  readonly values: ReadonlyMap<string, number>;
}

/** What a column of the file is taken for. */
export interface ColumnProposal {
  readonly title: string;
  readonly meaning: Meaning;
  /** Why, in a few words. */
  readonly why: string;
  /** `known`: no mapping file is needed for it; `sure`: proposed, nothing to judge; `ask`: somebody has to say. */
  readonly certainty: 'known' | 'sure' | 'ask';
}

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

/** So many of a column's values must be readable for it to be proposed. */
const leastFit = 0.8;

const share = (values: ReadonlyMap<string, number>, isGood: (text: string) => boolean): number => {
  let [good, all] = [0, 0];
  for (const [text, count] of values) {
    all += count;
    if (isGood(text)) good += count;
  }
  return all === 0 ? 0 : good / all;
};

const reads =
  <Value>(reader: CellReader<Value>, rules: CellRules) =>
  (text: string): boolean => {
    return isRead(reader(text.trim(), rules));
  };

/** Columns whose values speak for themselves. */
const byValues: readonly (readonly [column: string, reader: CellReader<unknown>, what: string])[] = [
  ['customer.email', email, 'its values are e-mail addresses'],
  ['company.abn', businessNumber, 'its values are ABNs with the right check digit'],
  ['customer.phone', phone, 'its values are phone numbers'],
];

const fullNames: ReadonlySet<string> = new Set(
  [
    'Name',
    'Full Name',
    'Contact',
    'Contact Name',
    'Customer',
    'Customer Name',
    'Client',
    'Client Name',
    'Applicant',
    'Applicant Name',
    'Borrower',
    'Borrower Name',
    'Primary Contact',
    'Your Name',
    'Lead Name',
  ].map(foldedName),
);

const isPerson = (text: string): boolean =>
  /^\p{L}[\p{L}.'’-]*(?:\s+\p{L}[\p{L}.'’-]*){1,3}$/u.test(text) && twoNamesOf(text) !== undefined;

/** A term in months or years may be the number of repayments or not: lumi counts repayments. */
const isTerm = (title: string): boolean =>
  /\bterm\b|\b(?:months?|years?)\b.*\bloan\b|\bloan\b.*\b(?:months?|years?)\b|duration/i.test(title);
const isYearsTrading = (title: string): boolean =>
  /\byears?\b/i.test(title) &&
  /business|trading|operat|establish/i.test(title) &&
  !/address|loan|premises/i.test(title);
/** Whether a column is about somebody else than the customer. */
const isOfAnother = (title: string): boolean =>
  /broker|agent|refer|advis|account(?:ant| ?manager)|owner|assigned|partner|spouse|director ?2|guarantor|co-?(?:applicant|borrower)|staff/i.test(
    title,
  );

/** The column that an unknown name means, by what it looks like and what it holds. */
const guess = (
  { title, values }: SeenColumn,
  free: ReadonlySet<string>,
  rules: CellRules,
): Pick<ColumnProposal, 'meaning' | 'why' | 'certainty'> | undefined => {
  const fits = (column: string): boolean => {
    const reader = cellReaders.get(column);
    return reader !== undefined && share(values, reads(reader, rules)) >= leastFit;
  };
  if (free.has('customer.first_name') && fullNames.has(foldedName(title)) && share(values, isPerson) >= leastFit) {
    const meaning: Meaning = { split: ['customer.first_name', 'customer.last_name'] };
    return { meaning, why: 'it holds first and last names', certainty: 'sure' };
  }
  if (
    free.has('company.months_in_business') &&
    isYearsTrading(title) &&
    share(values, (text) => /^\d{1,2}(?:\.\d)?$/.test(text.trim())) >= leastFit
  )
    return {
      meaning: { column: 'company.months_in_business', times: 12 },
      why: 'years, and lumi wants months',
      certainty: 'sure',
    };
  if (free.has('loan.installments') && isTerm(title) && share(values, (text) => /\d/.test(text)) >= leastFit)
    return {
      meaning: 'loan.installments',
      why: 'a term, and lumi counts repayments: how many are they?',
      certainty: 'ask',
    };
  for (const [column, reader, why] of byValues)
    if (free.has(column) && share(values, reads(reader, rules)) >= leastFit)
      return { meaning: column, why, certainty: isOfAnother(title) ? 'ask' : 'sure' };
  for (const column of canonicalColumns.filter((each) => free.has(each))) {
    const names = [column, column.slice(column.lastIndexOf('.') + 1), ...(wellKnownNames[column] ?? [])];
    if (nearestName(title, names) !== undefined && fits(column))
      return { meaning: column, why: 'its name is nearly that', certainty: 'ask' };
  }
  return undefined;
};

/** In how many rows a column has a value. */
const filled = ({ values }: SeenColumn): number =>
  [...values].reduce((sum, [text, count]) => sum + (text.trim() === '' ? 0 : count), 0);

const columnsOf = (meaning: Meaning): readonly string[] => {
  if (meaning === null) return [];
  if (typeof meaning === 'string') return [meaning];
  return 'split' in meaning ? meaning.split : [meaning.column];
};

/** What people call the reasons that lumi knows. */
const reasonWords: readonly (readonly [(typeof loanReasons)[number], RegExp])[] = [
  ['debtConsolidation', /refinanc|consolidat|\bdebts?\b|pay(?:ing)? off|ato\b/i],
  [
    'equipmentPurchasing',
    /equip|vehicle|\butes?\b|truck|\bcars?\b|machin|hire ?-?purchase|asset|tools?\b|trailer|excavator/i,
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

/** Columns that take certain values only. */
const fixed = [
  'customer.address.state',
  'customer.drivers_license_state',
  'company.address.state',
  'loan.reason_for_loan',
];

const valueProposals = (column: string, { values }: SeenColumn, rules: CellRules): ValueProposal[] => {
  const reader = cellReaders.get(column);
  if (reader === undefined || !fixed.includes(column)) return [];
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
    const known = knownColumnOf(column.title);
    if (said !== undefined) meanings.set(column, { meaning: said, why: 'as you say', certainty: 'sure' });
    else if (known !== undefined) meanings.set(column, { meaning: known, why: 'its name', certainty: 'known' });
  }
  const taken = (): Set<string> => new Set([...meanings.values()].flatMap(({ meaning }) => columnsOf(meaning)));
  for (const column of own.filter((each) => !meanings.has(each))) {
    const free = new Set(canonicalColumns.filter((each) => !taken().has(each)));
    const nothing = { meaning: null, why: 'nothing that lumi takes', certainty: 'sure' } as const;
    meanings.set(column, guess(column, free, rules) ?? nothing);
  }
  const several = Map.groupBy(
    [...meanings].filter(([, { meaning }]) => typeof meaning === 'string' && meaning !== 'customer.phone'),
    ([, { meaning }]) => meaning,
  );
  // Of several columns of one meaning the fullest counts first; all of them are named, so that somebody has said so.
  for (const [, columns] of several)
    if (columns.length > 1)
      for (const [column, { meaning }] of columns)
        meanings.set(column, { meaning, why: 'the first of several that is filled in counts', certainty: 'sure' });
  const first = new Map<Meaning, number>();
  for (const [index, column] of own.entries()) {
    const meaning = meanings.get(column)?.meaning ?? null;
    if (meaning !== null && !first.has(meaning)) first.set(meaning, index);
  }
  const place = (column: SeenColumn): number => first.get(meanings.get(column)?.meaning ?? null) ?? own.indexOf(column);
  const columns = own
    .toSorted((one, other) => place(one) - place(other) || filled(other) - filled(one))
    .map(
      (column) =>
        ({
          title: column.title.trim(),
          ...(meanings.get(column) ?? { meaning: null, why: '', certainty: 'sure' }),
        }) satisfies ColumnProposal,
    );
  const values = [...meanings].flatMap(([column, { meaning }]) =>
    columnsOf(meaning).flatMap((each) =>
      each === 'loan.installments' ? unitProposals(column) : valueProposals(each, column, rules),
    ),
  );
  const missing = requiredColumns(true).filter((column) => !taken().has(column));
  return { columns, values, missing };
};
