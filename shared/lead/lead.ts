import { z } from 'zod';
import { documentsColumn } from './attached-documents.ts';
import { businessNumber } from './cells/business-number.ts';
import { type DateOrder, dateOfBirth } from './cells/date.ts';
import { licenceNumber } from './cells/licence.ts';
import { reasons } from './cells/list.ts';
import { money, wholeNumber } from './cells/number.ts';
import { phone } from './cells/phone.ts';
import { postcode, state } from './cells/place.ts';
import { email, longText, shortText, website } from './cells/text.ts';

const billion = 1_000_000_000;

const addressColumns = {
  street_number: wholeNumber({ min: 0, max: 99_999 }).optional(),
  street: shortText().optional(),
  street_type: shortText().optional(),
  suburb: shortText().optional(),
};

const region = { state: state().optional(), country: shortText().optional() };

/**
 * The create payload of the Leads API, written once: its input side is the text of the cells, its output side
 * what is sent, its issues are the problems of the row. Types and names as `lumi-leads-api.md` has them, where it
 * contradicts itself as `DESIGN.md` decides.
 */
const leadSchema = (dates: DateOrder, today: string) =>
  z.strictObject({
    customer: z.strictObject({
      first_name: shortText().optional(),
      last_name: shortText().optional(),
      email: email().optional(),
      phone: phone().optional(),
      date_of_birth: dateOfBirth(dates, today).optional(),
      address: z.strictObject({ ...addressColumns, postcode: postcode().optional(), ...region }),
      credit_score: wholeNumber({ min: 0, max: 1_200 }).optional(),
      defaults: wholeNumber({ min: 0, max: 1_000 }).optional(),
      drivers_license_number: licenceNumber().optional(),
      drivers_license_state: state().optional(),
    }),
    company: z.strictObject({
      name: shortText().optional(),
      abn: businessNumber().optional(),
      defaults: shortText().optional(),
      months_in_business: wholeNumber({ min: 0, max: 3_600 }).optional(),
      accounting_software: shortText().optional(),
      business_description: longText().optional(),
      industry: shortText().optional(),
      average_monthly_turnover: money({ min: 0, max: billion }).optional(),
      website: website().optional(),
      number_of_employees: wholeNumber({ min: 0, max: 1_000_000 }).optional(),
      address: z.strictObject({ ...addressColumns, postal_code: postcode().optional(), ...region }),
    }),
    loan: z.strictObject({
      requested_amount: money({ min: 1, max: billion }).optional(),
      installments: wholeNumber({ min: 1, max: 1_000 }).optional(),
      notes: longText().optional(),
      reason_for_loan: reasons().optional(),
    }),
  });

type LeadSchema = ReturnType<typeof leadSchema>;

/** Every member of an object optional, all the way down: a lead without an address has no `address` member. */
type Sparse<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Key in keyof T]?: Sparse<Exclude<T[Key], undefined>> }
    : T;

/** What is POSTed for one row. */
export type Lead = Sparse<z.output<LeadSchema>>;

/** How one column's cell is read. */
export type CellSchema = z.ZodType<unknown, string | undefined>;

const leavesOf = (schema: z.ZodObject, prefix: string): [string, CellSchema][] =>
  Object.entries(schema.shape).flatMap(([name, member]): [string, CellSchema][] =>
    member instanceof z.ZodObject
      ? leavesOf(member, `${prefix}${name}.`)
      : [[`${prefix}${name}`, member as unknown as CellSchema]],
  );

/** The schema's leaves by canonical path, in the order of the schema. */
export const cellSchemas = (dates: DateOrder, today: string): ReadonlyMap<string, CellSchema> =>
  new Map(leavesOf(leadSchema(dates, today), ''));

const leadColumns = [...cellSchemas('DMY', '2000-01-01').keys()];

/** Every canonical column, in the order of the API's schema. */
export const canonicalColumns: readonly string[] = [...leadColumns, documentsColumn];

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

/** Builds the nested lead out of values by canonical path; members without a value do not appear. */
export const leadOf = (values: ReadonlyMap<string, unknown>): Lead => {
  const lead: Record<string, unknown> = {};
  for (const column of leadColumns) {
    const value = values.get(column);
    if (value === undefined) continue;
    const path = column.split('.');
    let node = lead;
    for (const name of path.slice(0, -1)) {
      node[name] ??= {};
      node = node[name] as Record<string, unknown>;
    }
    node[path.at(-1) ?? column] = value;
  }
  return lead as Lead;
};
