import { limits } from '../limits.ts';
import { type Fingerprint, fingerprintBytes, visibleBytes } from './fingerprint.ts';
import { encodeFingerprint } from './fingerprint-file.ts';

/** An earlier import's row that holds the same lead. */
export interface PriorLead {
  /** Index of the import among those that were asked, in their order. */
  readonly entry: number;
  readonly line: number;
  readonly leadId: string;
}

/** Half empty at the row limit, so that probing stays short; a power of two, so that a slot is a bit mask. */
const slots = 2 ** Math.ceil(Math.log2(limits.maxRows * 2));

const firstSlot = (hash: Buffer): number => hash.readUInt32LE(0) & (slots - 1);

/** Lead ids, one behind the other: a million strings would cost five times as much. */
class IdPool {
  #bytes = Buffer.alloc(64 * 1024);
  #end = 1;

  add(id: string): number {
    const length = Buffer.byteLength(id);
    if (this.#end + length + 1 > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    }
    const at = this.#end;
    this.#bytes.writeUInt8(length, at);
    this.#bytes.write(id, at + 1);
    this.#end += length + 1;
    return at;
  }

  at(offset: number): string {
    return this.#bytes.toString('utf8', offset + 1, offset + 1 + this.#bytes.readUInt8(offset));
  }
}

/**
 * The leads of one file by fingerprint, in memory of a fixed size whatever the file: open addressing in flat arrays.
 * It answers which row of the file was first with a lead, which earlier import holds it, and which rows look alike in
 * the API's listing.
 */
export class FingerprintTable {
  readonly #leads = Buffer.alloc(slots * fingerprintBytes);
  readonly #visiblesOfLeads = Buffer.alloc(slots * visibleBytes);
  /** Line of the first row with the lead; 0 where the slot is free. */
  readonly #lines = new Uint32Array(slots);
  /** Index of the earlier import plus one; 0 where no earlier import holds the lead. */
  readonly #priorEntries = new Uint16Array(slots);
  readonly #priorLines = new Uint32Array(slots);
  readonly #priorIds = new Uint32Array(slots);
  readonly #visibles = Buffer.alloc(slots * visibleBytes);
  /** How many leads share a visible fingerprint: 0, 1, or 2 for more. */
  readonly #visibleCounts = new Uint8Array(slots);
  readonly #ids = new IdPool();

  #slotOf(lead: Buffer): number {
    let slot = firstSlot(lead);
    while (this.#lines[slot] !== 0) {
      const at = slot * fingerprintBytes;
      if (lead.compare(this.#leads, at, at + fingerprintBytes) === 0) return slot;
      slot = (slot + 1) & (slots - 1);
    }
    return slot;
  }

  #visibleSlotOf(visible: Buffer): number {
    let slot = firstSlot(visible);
    while (this.#visibleCounts[slot] !== 0) {
      const at = slot * visibleBytes;
      if (visible.compare(this.#visibles, at, at + visibleBytes) === 0) return slot;
      slot = (slot + 1) & (slots - 1);
    }
    return slot;
  }

  /** Enters a lead; false where an earlier row of the file has it already. */
  add(fingerprint: Fingerprint, line: number): boolean {
    const slot = this.#slotOf(fingerprint.lead);
    if (this.#lines[slot] !== 0) return false;
    this.#lines[slot] = line;
    fingerprint.lead.copy(this.#leads, slot * fingerprintBytes);
    fingerprint.visible.copy(this.#visiblesOfLeads, slot * visibleBytes);
    const visibleSlot = this.#visibleSlotOf(fingerprint.visible);
    fingerprint.visible.copy(this.#visibles, visibleSlot * visibleBytes);
    this.#visibleCounts[visibleSlot] = Math.min(2, (this.#visibleCounts[visibleSlot] ?? 0) + 1);
    return true;
  }

  /** Notes that an earlier import holds a lead, if this file has it; of several imports the earliest counts. */
  notePrior(lead: Buffer, prior: PriorLead): void {
    const slot = this.#slotOf(lead);
    const known = this.#priorEntries[slot] ?? 0;
    if (this.#lines[slot] === 0 || (known !== 0 && known <= prior.entry + 1)) return;
    this.#priorEntries[slot] = prior.entry + 1;
    this.#priorLines[slot] = prior.line;
    this.#priorIds[slot] = this.#ids.add(prior.leadId);
  }

  /** Line of the first row of the file with this lead. */
  firstLine(lead: Buffer): number {
    return this.#lines[this.#slotOf(lead)] ?? 0;
  }

  priorOf(lead: Buffer): PriorLead | undefined {
    const slot = this.#slotOf(lead);
    const entry = this.#priorEntries[slot] ?? 0;
    if (entry === 0) return undefined;
    return { entry: entry - 1, line: this.#priorLines[slot] ?? 0, leadId: this.#ids.at(this.#priorIds[slot] ?? 0) };
  }

  /** Whether another row of the file looks the same in the API's listing, though its lead is another one. */
  hasTwin(visible: Buffer): boolean {
    return (this.#visibleCounts[this.#visibleSlotOf(visible)] ?? 0) > 1;
  }

  /** The file's leads as a fingerprint file, in an order that depends on nothing but the leads. */
  *encoded(): Generator<Buffer> {
    for (let slot = 0; slot < slots; slot += 1) {
      const line = this.#lines[slot] ?? 0;
      if (line === 0) continue;
      const lead = this.#leads.subarray(slot * fingerprintBytes, (slot + 1) * fingerprintBytes);
      const visible = this.#visiblesOfLeads.subarray(slot * visibleBytes, (slot + 1) * visibleBytes);
      yield encodeFingerprint({ lead, visible, line, leadId: '' });
    }
  }
}
