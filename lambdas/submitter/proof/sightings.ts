import type { EpochMs } from '../../../shared/clock.ts';
import type { SeenLeads } from '../../../shared/leads-api/listing.ts';
import type { ListedLead } from '../../../shared/leads-api/visible-lead.ts';
import { limits } from '../../../shared/limits.ts';
import { visibleBytes, visibleFingerprint } from '../../../shared/memory/fingerprint.ts';
import type { StoredSightings } from '../../../shared/state/proof.ts';
import type { CreatedLeads } from './created-leads.ts';
import { identityOf, identityWords } from './identity.ts';

/** A listed lead that is none of the import's own. */
export interface OtherLead {
  /** Hash of what the list shows of it, hexadecimal. */
  readonly look: string;
  /** By the API's clock; null where it does not say. */
  readonly createdAt: EpochMs | null;
}

const unseen = 0;
const asSent = 1;
const otherwise = 2;

const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

const restored = (into: Uint8Array | Uint32Array, text: string): void => {
  Buffer.from(into.buffer, into.byteOffset, into.byteLength).set(Buffer.from(text, 'base64'));
};

/** Whether what is listed can be told from other leads by how it looks. */
const hasLook = ({ fields }: ListedLead): boolean => fields.email !== undefined || fields.phone !== undefined;

/** What a listing has shown: of the import's own leads how they look and whose they are, of others their ids. */
export class Sightings implements SeenLeads {
  readonly #created: CreatedLeads;
  readonly #shown: Uint8Array;
  readonly #looks: Buffer;
  /** Of those that do not look as they were sent. */
  #identities = new Uint32Array(0);
  readonly others = new Map<string, OtherLead>();
  #size = 0;
  /** When the first of the import's own leads was created, by the API's clock. */
  earliest: EpochMs | null = null;

  constructor(created: CreatedLeads, stored?: StoredSightings) {
    this.#created = created;
    this.#shown = new Uint8Array(created.count);
    this.#looks = Buffer.alloc(created.count * visibleBytes);
    if (stored === undefined) return;
    restored(this.#shown, stored.shown);
    restored(this.#looks, stored.looks);
    if (stored.identities !== '') restored(this.#roomForIdentities(), stored.identities);
    this.earliest = stored.earliest;
    for (const { id, ...other } of stored.others) this.others.set(id, other);
    this.#size = this.others.size + this.#shown.filter((how) => how !== unseen).length;
  }

  stored(): StoredSightings {
    return {
      shown: base64(this.#shown),
      looks: base64(this.#looks),
      identities: base64(this.#identities),
      earliest: this.earliest,
      others: [...this.others].map(([id, other]) => ({ id, ...other })),
    };
  }

  get size(): number {
    return this.#size;
  }

  get isTooLarge(): boolean {
    return this.others.size > limits.maxOtherLeads;
  }

  has(id: string): boolean {
    const own = this.#created.withId(id);
    return own === undefined ? this.others.has(id) : this.isShown(own);
  }

  add(lead: ListedLead): void {
    if (this.has(lead.id)) return;
    this.#size += 1;
    const look = hasLook(lead) ? visibleFingerprint(lead.fields) : '';
    const at = Date.parse(lead.createdAt ?? '');
    const createdAt = Number.isNaN(at) ? null : at;
    const own = this.#created.withId(lead.id);
    if (own === undefined) {
      this.others.set(lead.id, { look, createdAt });
      return;
    }
    const isAsSent = look === this.#created.lookOf(own);
    this.#shown[own] = isAsSent ? asSent : otherwise;
    this.#looks.write(look, own * visibleBytes, 'hex');
    if (!isAsSent) this.#roomForIdentities().set(identityOf(lead.fields), own * identityWords);
    if (createdAt !== null) this.earliest = Math.min(this.earliest ?? createdAt, createdAt);
  }

  #roomForIdentities(): Uint32Array {
    if (this.#identities.length === 0) this.#identities = new Uint32Array(this.#created.count * identityWords);
    return this.#identities;
  }

  isShown(own: number): boolean {
    return this.#shown[own] !== unseen;
  }

  /** Whether a lead of the import is shown, and not as it was sent. */
  isShownOtherwise(own: number): boolean {
    return this.#shown[own] === otherwise;
  }

  /** How a lead of the import is shown, hexadecimal. */
  lookOf(own: number): string {
    return this.#looks.toString('hex', own * visibleBytes, (own + 1) * visibleBytes);
  }

  identityOf(own: number): readonly number[] {
    return [...this.#identities.subarray(own * identityWords, (own + 1) * identityWords)];
  }
}
