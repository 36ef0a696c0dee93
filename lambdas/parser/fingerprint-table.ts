import { limits } from '../../shared/limits.ts';
import { coreBytes, type Fingerprint, fingerprintBytes, visibleBytes } from '../../shared/memory/fingerprint.ts';
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

/** In place of a note: the lead is neither sent by this file nor held by an earlier import. */
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

/** Which earlier imports hold leads of the file, by number from 1 on: most files have none, and a million objects cost much. */
class Notes {
  #numbers = new Uint32Array(3 * 64);
  #count = 0;
  readonly #ids = new IdPool();
  readonly #holders: Holder[] = [];

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  add({ line, leadId }: LeadEntry, holder: Holder): number {
    const at = this.#count * 3;
    if (at === this.#numbers.length) {
      const larger = new Uint32Array(at * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    if (this.#holders.at(-1) !== holder) this.#holders.push(holder);
    this.#numbers.set([this.#holders.length - 1, line, this.#ids.add(leadId)], at);
    this.#count += 1;
    return this.#count;
  }

  at(number: number | undefined): EarlierLead | undefined {
    if (number === undefined || number === 0 || number === nobody) return undefined;
    const [position = 0, line = 0, id = 0] = this.#numbers.subarray((number - 1) * 3, number * 3);
    const holder = this.#holders[position];
    return holder === undefined ? undefined : { holder, line, leadId: this.#ids.at(id) };
  }
}

/** The flat arrays of a table of one size. */
class Slots {
  readonly count: number;
  readonly leads: HashTable;
  readonly visiblesOfLeads: HashTable;
  readonly coresOfLeads: HashTable;
  /** Line of the first row with the lead; 0 where the slot is free. */
  readonly lines: Uint32Array;
  /** The note of the earlier import that holds the lead; 0 where none does. */
  readonly notes: Uint32Array;
  readonly visibles: HashTable;
  /** How many leads share a visible fingerprint: 0, 1, or 2 for more. */
  readonly visibleCounts: Uint8Array;
  readonly cores: HashTable;
  /** Line of the first lead with the core; 0 where the slot is free. */
  readonly coreLines: Uint32Array;
  /** The note of the earlier import that holds a lead with the core; 0 where none does. */
  readonly coreNotes: Uint32Array;
  /** 1 where several leads share the core. */
  readonly coreShared: Uint8Array;
  /** Whether any do. */
  sharesCores = false;

  constructor(count: number) {
    this.count = count;
    this.lines = new Uint32Array(count);
    this.leads = new HashTable(this.lines, fingerprintBytes);
    this.visiblesOfLeads = new HashTable(this.lines, visibleBytes);
    this.coresOfLeads = new HashTable(this.lines, coreBytes);
    this.notes = new Uint32Array(count);
    this.visibleCounts = new Uint8Array(count);
    this.visibles = new HashTable(this.visibleCounts, visibleBytes);
    this.coreLines = new Uint32Array(count);
    this.cores = new HashTable(this.coreLines, coreBytes);
    this.coreNotes = new Uint32Array(count);
    this.coreShared = new Uint8Array(count);
  }

  /** Enters a lead that is not there yet. */
  enter(hashes: Readonly<Record<'lead' | 'visible' | 'core', Hash>>, line: number): void {
    const { lead, visible, core } = hashes;
    const slot = this.leads.slotOf(lead);
    this.lines[slot] = line;
    this.leads.put(slot, lead);
    this.visiblesOfLeads.put(slot, visible);
    this.coresOfLeads.put(slot, core);
    const visibleSlot = this.visibles.slotOf(visible);
    this.visibles.put(visibleSlot, visible);
    this.visibleCounts[visibleSlot] = Math.min(2, (this.visibleCounts[visibleSlot] ?? 0) + 1);
    const coreSlot = this.cores.slotOf(core);
    const firstLine = this.coreLines[coreSlot] ?? 0;
    this.cores.put(coreSlot, core);
    if (firstLine !== 0) {
      this.coreShared[coreSlot] = 1;
      this.sharesCores = true;
    }
    this.coreLines[coreSlot] = firstLine === 0 ? line : Math.min(firstLine, line);
  }

  /** The slots that hold a lead, ascending. */
  *taken(): Generator<number> {
    for (let slot = 0; slot < this.count; slot += 1) if (this.lines[slot] !== 0) yield slot;
  }
}

/**
 * The leads of one file by fingerprint, in flat arrays that grow with the file up to a bound: about 150 MiB for the
 * largest. It answers which row of the file was first with a lead, which earlier import holds it or one with its core,
 * and which rows look alike in the API's listing.
 */
export class FingerprintTable {
  #slots = new Slots(firstSlots);
  readonly #lead = new HashReader(fingerprintBytes);
  readonly #visible = new HashReader(visibleBytes);
  readonly #core = new HashReader(coreBytes);
  #leads = 0;
  readonly #notes = new Notes();
  #hasLeft = false;

  /** Enters a lead; false where an earlier row of the file has it already. All leads are entered before any earlier import is noted. */
  add({ lead: leadHex, visible: visibleHex, core: coreHex }: Fingerprint, line: number): boolean {
    const lead = this.#lead.of(leadHex);
    if (this.#slots.lines[this.#slots.leads.slotOf(lead)] !== 0) return false;
    if (this.#leads * 2 >= this.#slots.count && this.#slots.count < maxSlots) this.#grow();
    this.#slots.enter({ lead, visible: this.#visible.of(visibleHex), core: this.#core.of(coreHex) }, line);
    this.#leads += 1;
    return true;
  }

  #grow(): void {
    const small = this.#slots;
    const large = new Slots(small.count * 2);
    for (const slot of small.taken()) {
      const [lead, visible, core] = [small.leads.at(slot), small.visiblesOfLeads.at(slot), small.coresOfLeads.at(slot)];
      large.enter({ lead, visible, core }, small.lines[slot] ?? 0);
    }
    this.#slots = large;
  }

  #slotOf(lead: string | Buffer): number {
    return this.#slots.leads.slotOf(this.#lead.of(lead));
  }

  #coreSlotOf(core: string | Buffer): number {
    return this.#slots.cores.slotOf(this.#core.of(core));
  }

  /** Notes that an earlier import holds a lead, if this file has it or one with its core. Of several the one that created it counts, then the earliest. */
  noteEarlier(entry: LeadEntry, holder: Holder): void {
    const { lines, notes, coreLines, coreNotes } = this.#slots;
    const slot = this.#slotOf(entry.lead);
    const coreSlot = this.#coreSlotOf(entry.core);
    const { leadId } = entry;
    const isNews = (number: number | undefined): boolean => {
      const known = this.#notes.at(number);
      return known === undefined || isBetter({ holder, leadId }, known);
    };
    const isOfLead = lines[slot] !== 0 && isNews(notes[slot]);
    const isOfCore = coreLines[coreSlot] !== 0 && isNews(coreNotes[coreSlot]);
    if (!isOfLead && !isOfCore) return;
    const number = this.#notes.add(entry, holder);
    if (isOfLead) notes[slot] = number;
    if (isOfCore) coreNotes[coreSlot] = number;
  }

  /** Line of the first row of the file with this lead. */
  firstLine(lead: string): number {
    return this.#slots.lines[this.#slotOf(lead)] ?? 0;
  }

  earlierOf(lead: string): EarlierLead | undefined {
    return this.#notes.isEmpty ? undefined : this.#notes.at(this.#slots.notes[this.#slotOf(lead)]);
  }

  /** An earlier import's lead that has this core. */
  earlierLike(core: string): EarlierLead | undefined {
    return this.#notes.isEmpty ? undefined : this.#notes.at(this.#slots.coreNotes[this.#coreSlotOf(core)]);
  }

  /** Notes that a lead of the file is not sent after all: it is not held by it. */
  leave(lead: string): void {
    this.#slots.notes[this.#slotOf(lead)] = nobody;
    this.#hasLeft = true;
  }

  /** Whether any of the file's leads is not sent by it: an earlier import holds it, or it was left. */
  get hasUnclaimed(): boolean {
    return !this.#notes.isEmpty || this.#hasLeft;
  }

  /** Whether another row of the file looks the same in the API's listing, though its lead is another one. */
  hasTwin(visible: string): boolean {
    const { visibles, visibleCounts } = this.#slots;
    return (visibleCounts[visibles.slotOf(this.#visible.of(visible))] ?? 0) > 1;
  }

  /** Line of the first row of the file with this core, where leads of the file share it. */
  sharedCoreLine(core: string): number | undefined {
    const { coreShared, coreLines, sharesCores } = this.#slots;
    if (!sharesCores) return undefined;
    const slot = this.#coreSlotOf(core);
    return coreShared[slot] === 1 ? coreLines[slot] : undefined;
  }

  /**
   * The file's leads as a fingerprint file, in the same order for the same file.
   * @param which `claimed`: without those that an earlier import holds or that were left
   */
  *encoded(which: 'all' | 'claimed' = 'all'): Generator<Buffer> {
    const slots = this.#slots;
    for (const slot of slots.taken()) {
      if (which === 'claimed' && slots.notes[slot] !== 0) continue;
      const [lead, visible] = [slots.leads.bytesAt(slot), slots.visiblesOfLeads.bytesAt(slot)];
      const core = slots.coresOfLeads.bytesAt(slot);
      yield encodeFingerprint({ lead, visible, core, line: slots.lines[slot] ?? 0, leadId: '' });
    }
  }
}
