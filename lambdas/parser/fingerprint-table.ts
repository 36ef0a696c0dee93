import { limits } from '../../shared/limits.ts';
import { type Fingerprint, fingerprintBytes, visibleBytes } from '../../shared/memory/fingerprint.ts';
import { encodeFingerprint, type LeadEntry } from '../../shared/memory/fingerprint-file.ts';
import { type Hash, HashReader, HashTable } from '../../shared/memory/hash-table.ts';
import type { Holder } from '../../shared/memory/held-leads.ts';

/** An earlier import's row that holds the same lead. */
export interface EarlierLead {
  readonly holder: Holder;
  readonly line: number;
  /** Empty where it is not known. */
  readonly leadId: string;
}

/** Whether a holder of a lead is the better one to name: the one that created it, then the earlier one. */
const isBetter = (one: Pick<EarlierLead, 'holder' | 'leadId'>, other: EarlierLead): boolean =>
  (one.leadId === '') === (other.leadId === '') ? one.holder.importId < other.holder.importId : one.leadId !== '';

/** Index of no holder: the lead is neither this file's nor an earlier import's. */
const nobody = 0xffff_ffff;

/** Enough for the files of a day's work; a power of two, so that a slot is a bit mask. */
const firstSlots = 1024;
/** Half empty at the row limit, so that probing stays short. */
const maxSlots = 2 ** Math.ceil(Math.log2(limits.maxRows * 2));

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

/** The flat arrays of a table of one size. */
class Slots {
  readonly count: number;
  readonly leads: HashTable;
  readonly visiblesOfLeads: HashTable;
  /** Line of the first row with the lead; 0 where the slot is free. */
  readonly lines: Uint32Array;
  /** Index of the holder plus one; 0 where no earlier import holds the lead. */
  readonly holders: Uint32Array;
  readonly earlierLines: Uint32Array;
  readonly earlierIds: Uint32Array;
  readonly visibles: HashTable;
  /** How many leads share a visible fingerprint: 0, 1, or 2 for more. */
  readonly visibleCounts: Uint8Array;

  constructor(count: number) {
    this.count = count;
    this.lines = new Uint32Array(count);
    this.leads = new HashTable(this.lines, fingerprintBytes);
    this.visiblesOfLeads = new HashTable(this.lines, visibleBytes);
    this.holders = new Uint32Array(count);
    this.earlierLines = new Uint32Array(count);
    this.earlierIds = new Uint32Array(count);
    this.visibleCounts = new Uint8Array(count);
    this.visibles = new HashTable(this.visibleCounts, visibleBytes);
  }

  /** Enters a lead that is not there yet. */
  enter(lead: Hash, visible: Hash, line: number): void {
    const slot = this.leads.slotOf(lead);
    this.lines[slot] = line;
    this.leads.put(slot, lead);
    this.visiblesOfLeads.put(slot, visible);
    const visibleSlot = this.visibles.slotOf(visible);
    this.visibles.put(visibleSlot, visible);
    this.visibleCounts[visibleSlot] = Math.min(2, (this.visibleCounts[visibleSlot] ?? 0) + 1);
  }

  /** The slots that hold a lead, ascending. */
  *taken(): Generator<number> {
    for (let slot = 0; slot < this.count; slot += 1) if (this.lines[slot] !== 0) yield slot;
  }
}

/**
 * The leads of one file by fingerprint, in flat arrays that grow with the file up to a bound: about 100 MiB for the
 * largest. It answers which row of the file was first with a lead, which earlier import holds it, and which rows look
 * alike in the API's listing.
 */
export class FingerprintTable {
  #slots = new Slots(firstSlots);
  readonly #lead = new HashReader(fingerprintBytes);
  readonly #visible = new HashReader(visibleBytes);
  #leads = 0;
  readonly #ids = new IdPool();
  readonly #holders: Holder[] = [];
  #hasLeft = false;

  /** Enters a lead; false where an earlier row of the file has it already. All leads are entered before any earlier import is noted. */
  add({ lead: leadHex, visible: visibleHex }: Fingerprint, line: number): boolean {
    const lead = this.#lead.of(leadHex);
    if (this.#slots.lines[this.#slots.leads.slotOf(lead)] !== 0) return false;
    if (this.#leads * 2 >= this.#slots.count && this.#slots.count < maxSlots) this.#grow();
    this.#slots.enter(lead, this.#visible.of(visibleHex), line);
    this.#leads += 1;
    return true;
  }

  #grow(): void {
    const small = this.#slots;
    const large = new Slots(small.count * 2);
    for (const slot of small.taken())
      large.enter(small.leads.at(slot), small.visiblesOfLeads.at(slot), small.lines[slot] ?? 0);
    this.#slots = large;
  }

  #slotOf(lead: string | Buffer): number {
    return this.#slots.leads.slotOf(this.#lead.of(lead));
  }

  /** Notes that an earlier import holds a lead, if this file has it. Of several the one that created it counts, then the earliest. */
  noteEarlier({ lead, line, leadId }: LeadEntry, holder: Holder): void {
    const { lines, holders, earlierLines, earlierIds } = this.#slots;
    const slot = this.#slotOf(lead);
    if (lines[slot] === 0) return;
    const known = this.#earlierAt(slot);
    if (known !== undefined && !isBetter({ holder, leadId }, known)) return;
    if (this.#holders.at(-1) !== holder) this.#holders.push(holder);
    holders[slot] = this.#holders.length;
    earlierLines[slot] = line;
    earlierIds[slot] = this.#ids.add(leadId);
  }

  /** Line of the first row of the file with this lead. */
  firstLine(lead: string): number {
    return this.#slots.lines[this.#slotOf(lead)] ?? 0;
  }

  earlierOf(lead: string): EarlierLead | undefined {
    return this.#holders.length === 0 ? undefined : this.#earlierAt(this.#slotOf(lead));
  }

  #earlierAt(slot: number): EarlierLead | undefined {
    const { holders, earlierLines, earlierIds } = this.#slots;
    const holder = this.#holders[(holders[slot] ?? 0) - 1];
    if (holder === undefined) return undefined;
    return { holder, line: earlierLines[slot] ?? 0, leadId: this.#ids.at(earlierIds[slot] ?? 0) };
  }

  /** Notes that a lead of the file is not sent after all: it is not held by it. */
  leave(lead: string): void {
    this.#slots.holders[this.#slotOf(lead)] = nobody;
    this.#hasLeft = true;
  }

  /** Whether any of the file's leads is not sent by it: an earlier import holds it, or it was left. */
  get hasUnclaimed(): boolean {
    return this.#holders.length > 0 || this.#hasLeft;
  }

  /** Whether another row of the file looks the same in the API's listing, though its lead is another one. */
  hasTwin(visible: string): boolean {
    const { visibles, visibleCounts } = this.#slots;
    return (visibleCounts[visibles.slotOf(this.#visible.of(visible))] ?? 0) > 1;
  }

  /**
   * The file's leads as a fingerprint file, in the same order for the same file.
   * @param which `claimed`: without those that an earlier import holds or that were left
   */
  *encoded(which: 'all' | 'claimed' = 'all'): Generator<Buffer> {
    const slots = this.#slots;
    for (const slot of slots.taken()) {
      if (which === 'claimed' && slots.holders[slot] !== 0) continue;
      const [lead, visible] = [slots.leads.bytesAt(slot), slots.visiblesOfLeads.bytesAt(slot)];
      yield encodeFingerprint({ lead, visible, line: slots.lines[slot] ?? 0, leadId: '' });
    }
  }
}
