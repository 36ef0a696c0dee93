import type { EpochMs } from '../../shared/clock.ts';
import type { VisibleFields } from '../../shared/leads-api/visible-lead.ts';

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
