import { limits } from '../limits.ts';
import { documentsColumn } from './attached-documents.ts';
import { businessNumber } from './cells/business-number.ts';
import { dateOfBirth } from './cells/date.ts';
import { licenceNumber } from './cells/licence.ts';
import { documentNames, reasons } from './cells/list.ts';
import { money, monthsInBusiness, wholeNumber } from './cells/number.ts';
import { phone } from './cells/phone.ts';
import { postcode, state } from './cells/state-and-postcode.ts';
import { anyText, email, website } from './cells/text.ts';
import { type CellReader, Refusal } from './refusal.ts';

const billion = 1_000_000_000;

const addressColumns = {
  street_number: wholeNumber({ min: 0, max: 99_999 }),
  street: anyText,
  street_type: anyText,
  suburb: anyText,
};

const region = { state, country: anyText };

/**
 * The create payload of the Leads API, written once: names and order are those of the API, each member says how its
 * cell is read. Types as `docs/leads-api.md` has them.
 */
const leadColumns = {
  customer: {
    first_name: anyText,
    last_name: anyText,
    email,
    phone,
    date_of_birth: dateOfBirth,
    address: { ...addressColumns, postcode, ...region },
    credit_score: wholeNumber({ min: 0, max: 1_200 }),
    defaults: wholeNumber({ min: 0, max: 1_000 }),
    drivers_license_number: licenceNumber,
    drivers_license_state: state,
  },
  company: {
    name: anyText,
    abn: businessNumber,
    defaults: anyText,
    months_in_business: monthsInBusiness,
    accounting_software: anyText,
    business_description: anyText,
    industry: anyText,
    average_monthly_turnover: money({ min: 0, max: billion }),
    website,
    number_of_employees: wholeNumber({ min: 0, max: 1_000_000 }),
    address: { ...addressColumns, postal_code: postcode, ...region },
  },
  loan: {
    requested_amount: money({ min: 1, max: billion }),
    installments: wholeNumber({ min: 1, max: 1_000 }),
    notes: anyText,
    reason_for_loan: reasons,
  },
};

/** Every member optional, all the way down: a lead without an address has no `address` member. */
type LeadOf<Columns> = {
  [Name in keyof Columns]?: Columns[Name] extends CellReader<infer Value> ? Value : LeadOf<Columns[Name]>;
};

/** What is POSTed for one row. */
export type Lead = LeadOf<typeof leadColumns>;

interface ColumnTree {
  readonly [name: string]: CellReader<unknown> | ColumnTree;
}

const leavesOf = (tree: ColumnTree, prefix = ''): [string, CellReader<unknown>][] =>
  Object.entries(tree).flatMap(([name, member]): [string, CellReader<unknown>][] =>
    typeof member === 'function' ? [[`${prefix}${name}`, member]] : leavesOf(member, `${prefix}${name}.`),
  );

/** Cells of free text and lists have bounds of their own; nothing else is longer than a name. */
const longestTexts: ReadonlyMap<string, number> = new Map([
  ['company.business_description', limits.maxTextLength],
  ['loan.notes', limits.maxTextLength],
  ['loan.reason_for_loan', limits.maxTextLength],
  [documentsColumn, limits.maxDocumentsPerRow * limits.maxKeyBytes],
]);

/** A bound before any pattern: no cell may cost more than its length. */
const bounded = ([column, read]: [string, CellReader<unknown>]): [string, CellReader<unknown>] => {
  const most = longestTexts.get(column) ?? limits.maxNameLength;
  const tooLong = (text: string): Refusal =>
    new Refusal('too_long', `expected at most ${most} characters, found ${text.length}`);
  return [column, (text, rules) => (text.length > most ? tooLong(text) : read(text, rules))];
};

const allColumns: ColumnTree = { ...leadColumns, [documentsColumn]: documentNames };

/** How the cell of each canonical column is read, in the order of the API's schema; the documents come last. */
export const cellReaders: ReadonlyMap<string, CellReader<unknown>> = new Map(leavesOf(allColumns).map(bounded));

/** Every canonical column, in the order of the API's schema. */
export const canonicalColumns: readonly string[] = [...cellReaders.keys()];

/** The columns whose cells are read as numbers. */
export const numberColumns: readonly string[] = [...cellReaders]
  .filter(([, read]) => typeof read('12', { dates: 'DMY', today: '' }) === 'number')
  .map(([column]) => column);

const alwaysRequired = ['customer.first_name', 'customer.email'];
const mandatory = [
  ...alwaysRequired,
  'customer.phone',
  'company.name',
  'company.abn',
  'loan.requested_amount',
  'loan.installments',
];

/** The columns that a row must fill: all mandatory ones, or the two that even `enforce_mandatories=false` wants. */
export const requiredColumns = (enforceMandatories: boolean): readonly string[] =>
  enforceMandatories ? mandatory : alwaysRequired;

/** Where each column of the lead belongs in it. */
const places = canonicalColumns
  .filter((column) => column !== documentsColumn)
  .map((column) => {
    const path = column.split('.');
    return { column, parents: path.slice(0, -1), member: path.at(-1) ?? column };
  });

type Place = (typeof places)[number];

const put = (lead: Record<string, unknown>, { parents, member }: Place, value: unknown): void => {
  let node = lead;
  for (const name of parents) {
    node[name] ??= {};
    node = node[name] as Record<string, unknown>;
  }
  node[member] = value;
};

/** Builds the nested lead out of values by canonical path; members without a value do not appear. */
export const leadOf = (values: ReadonlyMap<string, unknown>): Lead => {
  const lead: Record<string, unknown> = {};
  for (const place of places) {
    const value = values.get(place.column);
    if (value !== undefined) put(lead, place, value);
  }
  return lead as Lead;
};

/** Builds leads of the same columns, given in the order of the API's schema, out of their values in that order. */
export const leadBuilder = (columns: readonly string[]): ((values: readonly unknown[]) => Lead) => {
  const placed = places.filter(({ column }) => columns.includes(column));
  return (values) => {
    const lead: Record<string, unknown> = {};
    for (const [index, place] of placed.entries()) if (values[index] !== undefined) put(lead, place, values[index]);
    return lead as Lead;
  };
};
