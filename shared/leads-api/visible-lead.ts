import type { Lead } from '../lead/lead.ts';
import { leadIdSchema } from '../lead/lead-id.ts';
import { foldedLook } from '../words/folded-look.ts';
import { splitNotes } from './reference.ts';

const text = (value: unknown): string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return String(value);
  return foldedLook(String(value)) || undefined;
};

/** Digits only: the listing shows `0401-234-567` for what was sent as `0401234567`. */
const digits = (value: unknown): string | undefined => text(value)?.replaceAll(/\D/g, '') || undefined;

const number = (value: unknown): string | undefined => {
  const plain = text(value);
  return plain === undefined || Number.isNaN(Number(plain)) ? plain : String(Number(plain));
};

const list = (value: unknown): string | undefined =>
  Array.isArray(value) && value.length > 0
    ? value
        .map((item) => text(item) ?? '')
        .toSorted()
        .join(';')
    : undefined;

const date = (value: unknown): string | undefined => text(value)?.slice(0, 10);

type Loose = Readonly<Record<string, unknown>> | undefined;

const allFields = (person: Loose, company: Loose, loan: Loose, birthDate: unknown) => ({
  first_name: text(person?.['first_name']),
  last_name: text(person?.['last_name']),
  email: text(person?.['email']),
  phone: digits(person?.['phone']),
  birth_date: date(birthDate),
  drivers_license_number: text(person?.['drivers_license_number']),
  drivers_license_state: text(person?.['drivers_license_state']),
  company_name: text(company?.['name']),
  abn: digits(company?.['abn']),
  industry: text(company?.['industry']),
  average_monthly_turnover: number(company?.['average_monthly_turnover']),
  requested_amount: number(loan?.['requested_amount']),
  installments: number(loan?.['installments']),
  notes: text(loan?.['notes']),
  reason_for_loan: list(loan?.['reason_for_loan']),
});

/** The fields that the listing gives back of a lead as they were sent, in one fixed order. Addresses it rewrites. */
export type VisibleFields = { readonly [Name in keyof ReturnType<typeof allFields>]?: string | undefined };

/** What the listing will show of a lead that we send. */
export const visibleFields = (lead: Lead): VisibleFields =>
  allFields(lead.customer, lead.company, lead.loan, lead.customer?.date_of_birth);

/** A lead as the listing returned it; every member may be missing. */
export interface ListedLead {
  readonly id: string;
  readonly createdAt: string | undefined;
  readonly fields: VisibleFields;
  /** The reference that its notes carry; undefined where they carry none. */
  readonly reference: string | undefined;
}

const object = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : undefined);

/** A moment as text; a number is seconds or milliseconds of Unix time. */
const moment = (value: unknown): string | undefined => {
  if (typeof value !== 'number') return typeof value === 'string' ? value : undefined;
  const date = new Date(value < 1e11 ? value * 1000 : value);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
};

/** Reads one lead of a listing; undefined where it carries no id that can be one. */
export const listedLead = (value: unknown): ListedLead | undefined => {
  const lead = object(value);
  const id = leadIdSchema.safeParse(lead?.['id']).data;
  if (lead === undefined || id === undefined) return undefined;
  const person = object(lead['stakeholder']);
  const createdAt = moment(lead['created_at']);
  const loan = object(lead['loan']);
  const { notes, reference } = splitNotes(loan?.['notes']);
  return {
    id,
    createdAt,
    fields: allFields(person, object(lead['company']), { ...loan, notes }, person?.['birth_date']),
    reference,
  };
};

const fieldNames = Object.keys(allFields(undefined, undefined, undefined, undefined)) as (keyof VisibleFields)[];

export type Resemblance = 'same' | 'related' | 'possible' | 'different';

/** A day and a bit: what a date loses or gains when it is shown as a moment of another time zone. */
const dateTolerance = 26 * 3_600_000;

const sameDate = (one: string, other: string): boolean =>
  Math.abs(Date.parse(one) - Date.parse(other)) <= dateTolerance;

const withoutZeros = (text: string): string => text.replace(/^0+(?=\d)/, '');

/** An Australian number with its country code, or without its zero, is the one that is dialled here. */
export const national = (phone: string): string => phone.replace(/^0*(?:61)?0?(?=\d{9}$)/, '0');

/** Whether a value that is shown is the one that was sent, by itself. */
export const sameField = (name: keyof VisibleFields, sent: string, listed: string): boolean => {
  if (sent === listed) return true;
  if (name === 'birth_date') return sameDate(sent, listed);
  if (name === 'drivers_license_number') return withoutZeros(sent) === withoutZeros(listed);
  return name === 'phone' && national(sent) === national(listed);
};

/** Fields by which two leads are of one person or one company. */
const identifying = ['email', 'phone', 'abn'] as const;
export type IdentifyingField = (typeof identifying)[number];

/** So many other leads with a value, and it tells nobody from anybody: one client with several loans, a broker's own phone. */
const many = 2;

/** The identifying fields whose values several other leads have too. */
export const sharedFields = (sent: VisibleFields, others: readonly VisibleFields[]): ReadonlySet<IdentifyingField> =>
  new Set(
    identifying.filter((name) => {
      const mine = sent[name];
      if (mine === undefined) return false;
      return others.filter((other) => other[name] !== undefined && sameField(name, mine, other[name])).length >= many;
    }),
  );

/** Whether a text that is shown is the one that was sent. */
export type SameText = (sent: string, listed: string) => boolean;
/** How fields are compared that the list writes its own way for every lead. */
export type ListedForms = ReadonlyMap<keyof VisibleFields, SameText>;

/** What is known beside two leads that are compared. */
interface Comparing {
  /** Identifying fields that say nothing here, since many have the value that was sent. */
  readonly shared?: ReadonlySet<IdentifyingField>;
  readonly forms?: ListedForms;
}

/**
 * Whether a listed lead is the one that was sent, by every field that the API gives back.
 * `same`: all of them are equal. `related`: it is of the same person or company, or differs in one field only, so that it
 * may be the lead that was sent, rewritten by the API: then a person must look, since taking it for absent could create the
 * lead twice, and taking it for present could lose it. How many fields differ says nothing: rewriting may depend on the value.
 * `possible`: it differs, but at most one identifying field is shown to say so, and that one may have been rewritten.
 */
export const resemblance = (
  sent: VisibleFields,
  listed: VisibleFields,
  { shared, forms }: Comparing = {},
): Resemblance => {
  const names = fieldNames.filter((name) => listed[name] !== undefined);
  const differing = names.filter((name) => {
    const [mine, theirs] = [sent[name], listed[name]];
    if (mine === undefined || theirs === undefined) return true;
    return !(forms?.get(name)?.(mine, theirs) ?? sameField(name, mine, theirs));
  });
  if (differing.length === 0 && listed.email !== undefined) return 'same';
  const telling = identifying.filter((name) => shared?.has(name) !== true);
  const sharesIdentity = telling.some((name) => listed[name] !== undefined && !differing.includes(name));
  if (sharesIdentity || differing.length <= 1) return 'related';
  const compared = telling.filter((name) => sent[name] !== undefined && listed[name] !== undefined);
  return compared.length >= 2 ? 'different' : 'possible';
};

/** Whether a listing leaves out a field of a lead that was sent: then another lead may look the same in it. */
export const isShownInPart = (sent: VisibleFields, listed: VisibleFields): boolean =>
  fieldNames.some((name) => sent[name] !== undefined && listed[name] === undefined);
