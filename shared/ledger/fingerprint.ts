import { hash } from 'node:crypto';
import type { Lead } from '../lead/lead.ts';
import { type VisibleFields, visibleFields } from '../leads-api/visible-lead.ts';

/** Bytes of a lead's fingerprint: 128 bits, so that two leads of a lifetime do not meet by chance. */
export const fingerprintBytes = 16;
/** Bytes of the fingerprint of what the API gives back of a lead: a collision only makes us more careful. */
export const visibleBytes = 8;

/** What the ledger knows of one lead that an import may send. */
export interface Fingerprint {
  /** Hash of the canonical lead, documents not included. */
  readonly lead: Buffer;
  /** Hash of the fields that the listing gives back: equal for rows that a reconciliation could not tell apart. */
  readonly visible: Buffer;
}

/** Members in the order of the schema, so that equal leads are equal text; an e-mail address does not know case. */
const canonicalText = (lead: Lead): string => {
  const { customer } = lead;
  if (customer?.email === undefined) return JSON.stringify(lead);
  return JSON.stringify({ ...lead, customer: { ...customer, email: customer.email.toLowerCase() } });
};

const digest = (text: string, sizeBytes: number): Buffer => hash('sha256', text, 'buffer').subarray(0, sizeBytes);

/** Hash of what a listing shows of a lead: equal for leads that nobody could tell apart there. */
export const visibleFingerprint = (fields: VisibleFields): Buffer => digest(JSON.stringify(fields), visibleBytes);

export const fingerprintOf = (lead: Lead): Fingerprint => ({
  lead: digest(canonicalText(lead), fingerprintBytes),
  visible: visibleFingerprint(visibleFields(lead)),
});
