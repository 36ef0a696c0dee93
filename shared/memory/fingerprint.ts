import { hash } from 'node:crypto';
import type { Lead } from '../lead/lead.ts';
import { type VisibleFields, visibleFields } from '../leads-api/visible-lead.ts';

/** Bytes of a lead's fingerprint: 128 bits, so that two leads of a lifetime do not meet by chance. */
export const fingerprintBytes = 16;
/** Bytes of the fingerprint of what the API gives back of a lead: a collision only makes us more careful. */
export const visibleBytes = 8;

/** What the ledger knows of one lead that an import may send. */
export interface Fingerprint {
  /** Hash of the canonical lead, documents not included; hexadecimal. */
  readonly lead: string;
  /** Hash of the fields that the listing gives back, hexadecimal: equal for rows that a reconciliation could not tell apart. */
  readonly visible: string;
}

/** JSON of a lead, as it is sent and stored: members in the order of the schema, so that equal leads are equal text. */
export const leadText = (lead: Lead): string => JSON.stringify(lead);

/** What is hashed: an e-mail address does not know case. */
const canonicalText = (lead: Lead, text: string): string => {
  const { customer } = lead;
  const email = customer?.email?.toLowerCase();
  return email === undefined || email === customer?.email
    ? text
    : leadText({ ...lead, customer: { ...customer, email } });
};

const digest = (text: string, sizeBytes: number): string => hash('sha256', text, 'hex').slice(0, sizeBytes * 2);

/** Hash of what a listing shows of a lead, hexadecimal: equal for leads that nobody could tell apart there. */
export const visibleFingerprint = (fields: VisibleFields): string => digest(JSON.stringify(fields), visibleBytes);

/** @param text of the lead, where that is at hand */
export const fingerprintOf = (lead: Lead, text = leadText(lead)): Fingerprint => ({
  lead: digest(canonicalText(lead, text), fingerprintBytes),
  visible: visibleFingerprint(visibleFields(lead)),
});
