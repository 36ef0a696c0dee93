import { hash } from 'node:crypto';
import type { Lead } from '../lead/lead.ts';
import { type VisibleFields, visibleFields } from '../leads-api/visible-lead.ts';
import { foldedLook } from '../words/folded-look.ts';

/** Bytes of a lead's fingerprint: 128 bits, so that two leads of a lifetime do not meet by chance. */
export const fingerprintBytes = 16;
/** Bytes of the fingerprint of what the API gives back of a lead: a collision only makes us more careful. */
export const visibleBytes = 8;
/** Of a lead that a person has named by its id: how the API shows it is not known. */
export const unknownLook: Buffer = Buffer.alloc(visibleBytes);
/** Bytes of the fingerprint of a lead's core: a collision keeps back a row, and says so. */
export const coreBytes = 8;

/** What the ledger knows of one lead that an import may send. */
export interface Fingerprint {
  /** Hash of the whole lead, documents not included; hexadecimal. Equal for leads that look the same. */
  readonly lead: string;
  /** Hash of the fields that the listing gives back, hexadecimal: equal for rows that a reconciliation could not tell apart. */
  readonly visible: string;
  /** Hash of what a lead keeps however well the rest of its row is understood: its names, e-mail address, phone, ABN, amount and instalments; hexadecimal. */
  readonly core: string;
}

/** JSON of a lead, as it is sent and stored: members in the order of the schema, so that equal leads are equal text. */
export const leadText = (lead: Lead): string => JSON.stringify(lead);

/** Of JSON: characters, two spaces or an escape that folding could change beside case. */
const foldable = / {2}|[^ -[\]-_a-~]/;

/** What is hashed of a lead: its text, each value folded. Nearly every text needs only its case to be. */
const foldedText = (lead: Lead, text: string): string => {
  const plain = foldable.test(text)
    ? JSON.stringify(lead, (_, value: unknown) => (typeof value === 'string' ? foldedLook(value) : value))
    : text;
  return plain.toLowerCase();
};

/** The listing shows all of a core, so it is folded already. */
const coreText = (fields: VisibleFields): string => {
  const { first_name, last_name, email, phone, abn, requested_amount, installments } = fields;
  return [first_name, last_name, email, phone, abn, requested_amount, installments].join('\n');
};

const digest = (text: string, sizeBytes: number): string => hash('sha256', text, 'hex').slice(0, sizeBytes * 2);

/** Hash of what a listing shows of a lead, hexadecimal: equal for leads that nobody could tell apart there. */
export const visibleFingerprint = (fields: VisibleFields): string => digest(JSON.stringify(fields), visibleBytes);

/** @param text of the lead, where that is at hand */
export const fingerprintOf = (lead: Lead, text = leadText(lead)): Fingerprint => {
  const fields = visibleFields(lead);
  return {
    lead: digest(foldedText(lead, text), fingerprintBytes),
    visible: visibleFingerprint(fields),
    core: digest(coreText(fields), coreBytes),
  };
};
