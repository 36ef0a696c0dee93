import { businessNumber } from '../lead/cells/business-number.ts';
import { phone } from '../lead/cells/phone.ts';
import { email } from '../lead/cells/text.ts';
import { cellReaders } from '../lead/lead.ts';
import { type CellReader, type CellRules, isRead } from '../lead/refusal.ts';
import { foldedName } from '../words/folded-name.ts';
import { nearestName } from '../words/nearest-name.ts';
import {
  byWords,
  isOfAnother,
  isOfLicence,
  isOfRepayment,
  isTerm,
  isTimeTrading,
  ofCustomer,
  ofTurnover,
  periodIn,
  roleOfAnother,
  unitIn,
} from './column-words.ts';
import { frequencyOf } from './conversion.ts';
import { twoNamesOf } from './full-name.ts';
import type { Meaning } from './mapping.ts';
import { isReference, wordsOf } from './name-words.ts';
import type { ColumnProposal, SeenColumn } from './seen-column.ts';
import { wellKnownNames } from './well-known-names.ts';

/** So many of a column's values must be readable for it to be proposed. */
const leastFit = 0.8;

type Guess = Pick<ColumnProposal, 'meaning' | 'why' | 'certainty'>;

/** How much of what a column holds is good; 0 where it holds nothing. */
export const share = (values: ReadonlyMap<string, number>, isGood: (text: string) => boolean): number => {
  let [good, all] = [0, 0];
  for (const [text, count] of values) {
    if (text.trim() === '') continue;
    all += count;
    if (isGood(text.trim())) good += count;
  }
  return all === 0 ? 0 : good / all;
};

export const reads =
  (reader: CellReader<unknown>, rules: CellRules) =>
  (text: string): boolean =>
    isRead(reader(text.trim(), rules));

/** Whether what a column holds can be of one of lumi's columns. */
const fits = ({ values }: SeenColumn, column: string, rules: CellRules): boolean => {
  const reader = cellReaders.get(column);
  return reader !== undefined && share(values, reads(reader, rules)) >= leastFit;
};

const isNumeric = (text: string): boolean => /^(?:A?\$|AUD)?\s*\d[\d,. ]*(?:k|m)?(?:\s*AUD)?$/i.test(text);
const isTime = (text: string): boolean => /^\d{1,3}(?:\.\d+)?\+?\s*(?:[a-z]+\.?)?$/i.test(text);

/** Dates that make nearly everybody an adult are nobody's meeting. */
const isBirthDate = (text: string, rules: CellRules): boolean => {
  const read = cellReaders.get('customer.date_of_birth')?.(text, rules);
  if (typeof read !== 'string') return false;
  const age = Number(rules.today.slice(0, 4)) - Number(read.slice(0, 4));
  return age >= 18 && age <= 100;
};

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
    'Person - Name',
    'Person',
    'Owner Name',
  ].map(foldedName),
);

const isPerson = (text: string): boolean =>
  /^\p{L}[\p{L}.'’-]*(?:\s+\p{L}[\p{L}.'’-]*){1,3}$/u.test(text) && twoNamesOf(text) !== undefined;

/** A name of one word, with a title, of two people or the other way round: rows that hold one are told what to do. */
const mayBePerson = (text: string): boolean =>
  !/\d|@|\b(?:pty|ltd|limited|inc|trust)\b/i.test(text) && /^\p{L}[\p{L}\s.,'’&/-]{0,60}$/u.test(text);

/** The unit that the values of a column name themselves. */
const unitOfValues = (values: ReadonlyMap<string, number>) =>
  (['years', 'months', 'weeks'] as const).find(
    (unit) => share(values, (text) => unitIn(wordsOf(text.replace(/\d/g, ' '))) === unit) >= leastFit,
  );

const termOf = ({ title, values }: SeenColumn, all: readonly SeenColumn[]): Guess => {
  // A letter may be anything: of a person, a state.
  const saysHowOften = (text: string): boolean => text.length > 1 && frequencyOf(text) !== undefined;
  const frequency = all
    .filter((other) => other.title !== title && share(other.values, saysHowOften) >= leastFit)
    .toSorted((one, other) => Number(isOfRepayment(other.title)) - Number(isOfRepayment(one.title)))[0];
  const unit = unitIn(wordsOf(title)) ?? unitOfValues(values) ?? 'months';
  const usual = unit === 'weeks' ? 'weekly' : 'monthly';
  const repaid = frequency === undefined ? usual : { column: frequency.title.trim() };
  const meaning: Meaning = { column: 'loan.installments', unit, repaid };
  return { meaning, why: 'a term, and lumi counts repayments: how often is it repaid?', certainty: 'ask' };
};

const turnoverOf = (words: string): Guess | undefined => {
  const per = periodIn(words);
  const column = 'company.average_monthly_turnover';
  if (per === undefined) return { meaning: column, why: 'a turnover: of a month, or of a year?', certainty: 'ask' };
  if (per === 'month') return { meaning: column, why: 'its name', certainty: 'ask' };
  return { meaning: { column, per }, why: `of a ${per}, and lumi wants a month`, certainty: 'sure' };
};

const timeOf = (words: string): Guess => {
  const unit = unitIn(words);
  const column = 'company.months_in_business';
  if (unit === undefined)
    return { meaning: { column, unit: 'years' }, why: 'a time in business: in which unit?', certainty: 'ask' };
  return { meaning: { column, unit }, why: `${unit}, and lumi wants months`, certainty: 'sure' };
};

/** Columns whose values speak for themselves. */
const byValues: readonly (readonly [column: string, reader: CellReader<unknown>, what: string])[] = [
  ['customer.email', email, 'its values are e-mail addresses'],
  ['company.abn', businessNumber, 'its values are ABNs with the right check digit'],
  ['customer.phone', phone, 'its values are phone numbers'],
];

const asFullName =
  /\bfull name\b|^(?:(?:primary|main|first|business|company) )?(?:applicant|borrower|client|customer|contact|person) ?1? name$/;

/** Whether a column is of the name of the customer, as a whole. */
const isOfFullName = (title: string, words: string): boolean =>
  fullNames.has(foldedName(title)) || (asFullName.test(words) && !isOfAnother(title));

/** Columns whose values say what they may be, and not whose. */
const byLooks: readonly (readonly [column: string, looks: RegExp, what: string])[] = [
  ['company.website', /^(?:https?:\/\/|www\.)\S+\.\S+$/i, 'its values are websites'],
  ['documents', /^[^\s@;|]+\.(?:pdf|jpe?g|png|heic|tiff?|docx?)(?:\s*;.*)?$/i, 'its values are names of files'],
  [
    'company.accounting_software',
    /^(?:xero|myob|quick ?books|qbo|reckon|sage|saasu|freshbooks|freeagent)\b/i,
    'its values are accounting programs',
  ],
  [
    'customer.address.street_type',
    /^(?:street|st|road|rd|avenue|ave|drive|dr|court|ct|place|pl|lane|crescent|cres|parade|highway|close|terrace|boulevard|way)\.?$/i,
    'its values are types of streets',
  ],
  ['company.name', /\b(?:pty|ltd|limited|inc|llc)\b/i, 'its values are names of companies'],
  ['customer.address.state', /^(?:nsw|vic|qld|wa|sa|tas|act|nt)$/i, 'its values are states'],
  [
    'loan.reason_for_loan',
    /^(?:hiring|inventory|debtConsolidation|marketing|wages|equipmentPurchasing|expansion|workingCapital)(?:\s*;.*)?$/i,
    'its values are reasons for a loan',
  ],
];

/** What a column with a unit, or two names in a cell, stands for. */
const guessOfKind = (seen: SeenColumn, free: ReadonlySet<string>, all: readonly SeenColumn[]): Guess | undefined => {
  const { title, values } = seen;
  const words = wordsOf(title);
  const holds = (isGood: (text: string) => boolean): boolean => share(values, isGood) >= leastFit;
  if (free.has('customer.first_name') && isOfFullName(title, words) && holds(mayBePerson)) {
    if (!free.has('customer.last_name'))
      return { meaning: 'customer.first_name', why: 'a name, and the last name has its own column', certainty: 'ask' };
    const meaning: Meaning = { split: ['customer.first_name', 'customer.last_name'] };
    return holds(isPerson)
      ? { meaning, why: 'it holds first and last names', certainty: 'sure' }
      : { meaning, why: 'it holds names, some of which are not a first and a last one', certainty: 'ask' };
  }
  if (free.has('company.months_in_business') && isTimeTrading(words) && holds(isTime)) return timeOf(words);
  if (free.has('company.average_monthly_turnover') && ofTurnover.test(words) && holds(isNumeric))
    return turnoverOf(words);
  if (free.has('loan.installments') && isTerm(title) && holds((text) => /\d/.test(text))) return termOf(seen, all);
  return undefined;
};

/** The column that the words of a name say. */
const namedBy = (words: string): string | undefined => byWords.find(([pattern]) => pattern.test(words))?.[1](words);

/** Whether a name says what the values of its column show, or that they are the customer's, and nobody else's. */
const isOfLead = (title: string, words: string, column: string): boolean =>
  !isOfAnother(title) && !roleOfAnother.test(words) && (namedBy(words) === column || ofCustomer.test(words));

/**
 * What a column of an unknown name resembles, by its name or by what it holds; undefined where it resembles nothing.
 * @param free columns that nothing stands for yet
 */
export const resemblingColumn = (
  seen: SeenColumn,
  free: ReadonlySet<string>,
  all: readonly SeenColumn[],
  rules: CellRules,
): Guess | undefined => {
  const { title, values } = seen;
  const ofKind = guessOfKind(seen, free, all);
  if (ofKind !== undefined) return ofKind;
  const words = wordsOf(title);
  for (const [column, reader, why] of byValues)
    if (share(values, reads(reader, rules)) >= leastFit)
      return free.has(column)
        ? { meaning: column, why, certainty: isOfLead(title, words, column) ? 'sure' : 'ask' }
        : spare(column);
  const column = namedBy(words);
  // Where the street has a column of its own, the whole address says it once more.
  const hasStreet = all.some(
    (other) => other.title !== title && /\bstreet\b(?! (?:2|3|no|number))/.test(wordsOf(other.title)),
  );
  if (column?.endsWith('.address.street') === true && /\b(?:formatted|full|complete)\b/.test(words) && hasStreet)
    return spare(column);
  // Whoever wrote notes, they are about the lead.
  const isOthers = column !== 'loan.notes' && isOfAnother(title);
  if (column !== undefined && !isOthers && !(isOfLicence(words) && column === 'customer.address.state')) {
    // What reasons are called is for the mapping's values to say.
    if (column !== 'loan.reason_for_loan' && !fits(seen, column, rules)) return undefined;
    if (column === 'customer.drivers_license_number' && share(values, (text) => /\d/.test(text)) < leastFit) {
      const ofState = 'customer.drivers_license_state';
      const isState = free.has(ofState) && fits(seen, ofState, rules);
      return isState ? { meaning: ofState, why: 'a licence, and its values are states', certainty: 'ask' } : undefined;
    }
    return free.has(column)
      ? { meaning: column, why: 'its name says something like it', certainty: 'ask' }
      : spare(column);
  }
  if (free.has('customer.date_of_birth') && share(values, (text) => isBirthDate(text, rules)) >= leastFit)
    return { meaning: 'customer.date_of_birth', why: 'its values are dates of birth', certainty: 'ask' };
  for (const [column, looks, why] of byLooks)
    if (free.has(column) && !isOfAnother(title) && share(values, (text) => looks.test(text)) >= leastFit)
      return { meaning: column, why, certainty: 'ask' };
  return undefined;
};

/** Columns whose values are words. */
const ofWords: ReadonlySet<string> = new Set([
  'customer.first_name',
  'customer.last_name',
  'company.name',
  'company.industry',
  'customer.address.street',
  'customer.address.suburb',
]);

/** Shorter names are near to too many others. */
const shortestName = 4;

/** What a column's name is a slip of the keyboard for: the weakest of all evidence, asked where nothing else is found of any column. */
export const nearlyNamed = (seen: SeenColumn, free: ReadonlySet<string>, rules: CellRules): Guess | undefined => {
  const { title, values } = seen;
  if (isReference(wordsOf(title)) || foldedName(title).length < shortestName || isOfAnother(title)) return undefined;
  const areWords = share(values, (text) => /\p{L}{2}/u.test(text)) >= leastFit;
  for (const each of free) {
    const names = [
      each,
      ...(each === 'company.name' ? [] : [each.slice(each.lastIndexOf('.') + 1)]),
      ...(wellKnownNames[each] ?? []),
    ];
    if (nearestName(title, names) !== undefined && fits(seen, each, rules) && (areWords || !ofWords.has(each)))
      return { meaning: each, why: 'its name is nearly that', certainty: 'ask' };
  }
  return undefined;
};

const isDollars = (text: string): boolean => /^(?:A?\$|AUD)|^\d{1,3}(?:,\d{3})+(?:\.\d\d)?$|\.\d\d$/i.test(text);
const ofMoney = /how much|amount|am[n]?t\b|loan|fund|financ|borrow|request|facility|credit|capital|money|\$/i;

/** Whether a column holds amounts of money: one of them may be what is asked for, whatever it is called. */
export const holdsMoney = ({ title, values }: SeenColumn): boolean => {
  const dollarsOf = (text: string): number => Number(text.replaceAll(/\D/g, '')) * (/k$/i.test(text) ? 1_000 : 1);
  const numeric = share(values, (text) => isNumeric(text) && dollarsOf(text) >= 1_000);
  if (numeric < leastFit || isOfAnother(title)) return false;
  return ofMoney.test(title) || share(values, isDollars) >= leastFit;
};

/** Another column of what one stands for already: left as it is, and told at every import. */
const spare = (column: string): Guess => ({ meaning: null, why: `another column is ${column}`, certainty: 'known' });
