import type { EpochMs } from '../../shared/clock.ts';
import { referenceOf } from '../../shared/leads-api/reference.ts';
import { type VisibleFields, visibleFields } from '../../shared/leads-api/visible-lead.ts';
import type { Batch, LeadToSend } from '../../shared/state/batch.ts';

/** A lead that the API has certainly created: its id is known. A listing that is to be believed shows it. */
export interface KnownLead {
  readonly id: string;
  /** Of the row that it is of, hexadecimal. */
  readonly fingerprint: string;
  /** By our clock, at the earliest: when the answer came, or, where it was found in a listing, when it was sent. */
  readonly createdAt: EpochMs;
  /** And at the latest. */
  readonly createdBy: EpochMs;
  readonly fields: VisibleFields;
  /** The reference that its notes carry, where they do. */
  readonly reference: string | undefined;
}

/** The reference of a lead, where its import asks for one. */
export const referenceFor = ({ reference }: Batch, { fingerprint }: LeadToSend): string | undefined =>
  reference === 'notes' ? referenceOf(fingerprint) : undefined;

/** A row's lead, once its id is known. */
export const knownLead = (
  batch: Batch,
  lead: LeadToSend,
  created: Pick<KnownLead, 'id' | 'createdAt' | 'createdBy'>,
): KnownLead => ({
  ...created,
  fingerprint: lead.fingerprint,
  fields: visibleFields(lead.payload),
  reference: referenceFor(batch, lead),
});

/** More than a quarter of an hour of leads at five a second. */
const maxKnownLeads = 5_000;

/** The leads that one instance of the submitter has created, the latest of them. */
export class KnownLeads {
  readonly #leads: KnownLead[] = [];

  add(lead: KnownLead): void {
    this.#leads.push(lead);
    if (this.#leads.length > maxKnownLeads) this.#leads.splice(0, maxKnownLeads / 10);
  }

  /** Those created in a time, both ends included. */
  between(from: EpochMs, to: EpochMs): KnownLead[] {
    return this.#leads.filter(({ createdAt }) => createdAt >= from && createdAt <= to);
  }
}
