import { grown } from '../../shared/grown.ts';
import { coreBytes, type Fingerprint, fingerprintBytes, visibleBytes } from '../../shared/memory/fingerprint.ts';
import { encodeFingerprint, type LeadEntry } from '../../shared/memory/fingerprint-file.ts';
import { HashColumn, HashReader } from '../../shared/memory/hash-column.ts';
import type { Holder } from '../../shared/memory/held-leads.ts';

/** An earlier import's row that holds the same lead. */
export interface EarlierLead {
  readonly holder: Holder;
  readonly line: number;
  /** Empty where it is not known. */
  readonly leadId: string;
}

type Held = Pick<EarlierLead, 'holder' | 'leadId'>;

/** How much a holder says of a lead: one that created it, one that may be sending it now, one that left it in doubt. */
const rankOf = ({ holder, leadId }: Held): number => (leadId !== '' ? 0 : holder.ended ? 2 : 1);

/** Whether an earlier import left a lead in doubt for good: it sends it no more, and does not know whether it is there. */
export const isLeftInDoubt = (held: Held): boolean => rankOf(held) === 2;

/** Whether a holder of a lead is the better one to name: by what it says, then the earlier one; of doubts the last counts. */
const isBetter = (one: Held, other: Held): boolean => {
  const difference = rankOf(one) - rankOf(other);
  if (difference !== 0) return difference < 0;
  return one.holder.importId < other.holder.importId !== isLeftInDoubt(one);
};

/** In place of a note: the lead is neither sent by this file nor held by an earlier import. */
const nobody = 0xffff_ffff;

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
    this.#numbers = grown(this.#numbers, at + 3);
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

/**
 * The leads of one file by fingerprint, in the file's order, in flat arrays that grow with the file: some 70 bytes a lead.
 * It answers which row of the file was first with a lead, which earlier import holds it or one with its core, and which
 * rows look alike in the API's listing.
 */
export class FingerprintTable {
  readonly #lead = new HashReader(fingerprintBytes);
  readonly #visible = new HashReader(visibleBytes);
  readonly #core = new HashReader(coreBytes);
  readonly #leads = new HashColumn(fingerprintBytes);
  readonly #visibles = new HashColumn(visibleBytes);
  readonly #cores = new HashColumn(coreBytes);
  /** Of each lead: the line of its first row, and the note of the earlier import that holds it, 0 where none does. */
  #lines = new Uint32Array(0);
  #leadNotes = new Uint32Array(0);
  /** Of the first lead with a core: the note of the earlier import that holds one with it, and whether others have it. */
  #coreNotes = new Uint32Array(0);
  #coreShared = new Uint8Array(0);
  /** Of the first lead of a look: whether others have it. */
  #hasTwin = new Uint8Array(0);
  #sharesCores = false;
  readonly #notes = new Notes();
  #hasLeft = false;

  /** Enters a lead; false where an earlier row of the file has it already. All leads are entered before any earlier import is noted. */
  add({ lead, visible, core }: Fingerprint, line: number): boolean {
    const hash = this.#lead.of(lead);
    if (this.#leads.find(hash) !== undefined) return false;
    const number = this.#leads.add(hash);
    this.#makeRoom(number + 1);
    this.#lines[number] = line;
    const firstOfLook = this.#visibles.add(this.#visible.of(visible));
    if (firstOfLook !== number) this.#hasTwin[firstOfLook] = 1;
    const firstOfCore = this.#cores.add(this.#core.of(core));
    if (firstOfCore === number) return true;
    this.#coreShared[firstOfCore] = 1;
    this.#sharesCores = true;
    return true;
  }

  /** Enters a lead of which a row says that it is there: no other row of the file creates it, wherever that stands. */
  addThere(fingerprint: Fingerprint, line: number): void {
    this.add(fingerprint, line);
    const number = this.#leadOf(fingerprint.lead);
    if (number !== undefined) this.#lines[number] = line;
  }

  #makeRoom(count: number): void {
    if (count <= this.#lines.length) return;
    this.#lines = grown(this.#lines, count);
    this.#leadNotes = grown(this.#leadNotes, count);
    this.#coreNotes = grown(this.#coreNotes, count);
    this.#coreShared = grown(this.#coreShared, count);
    this.#hasTwin = grown(this.#hasTwin, count);
  }

  #leadOf(lead: string | Buffer): number | undefined {
    return this.#leads.find(this.#lead.of(lead));
  }

  #coreOf(core: string | Buffer): number | undefined {
    return this.#cores.find(this.#core.of(core));
  }

  /** Notes that an earlier import holds a lead, if this file has it or one with its core. Of several the one that created it counts, then the earliest. */
  noteEarlier(entry: LeadEntry, holder: Holder): void {
    const { leadId } = entry;
    const isNews = (note: number | undefined): boolean => {
      const known = this.#notes.at(note);
      return known === undefined || isBetter({ holder, leadId }, known);
    };
    const lead = this.#leadOf(entry.lead);
    const core = this.#coreOf(entry.core);
    const isOfLead = lead !== undefined && isNews(this.#leadNotes[lead]);
    const isOfCore = core !== undefined && isNews(this.#coreNotes[core]);
    if (!isOfLead && !isOfCore) return;
    const note = this.#notes.add(entry, holder);
    if (isOfLead) this.#leadNotes[lead] = note;
    if (isOfCore) this.#coreNotes[core] = note;
  }

  /** Line of the first row of the file with this lead; 0 where none has it. */
  firstLine(lead: string): number {
    return this.#lines[this.#leadOf(lead) ?? -1] ?? 0;
  }

  earlierOf(lead: string): EarlierLead | undefined {
    return this.#notes.isEmpty ? undefined : this.#notes.at(this.#leadNotes[this.#leadOf(lead) ?? -1]);
  }

  /** An earlier import's lead that has this core. */
  earlierLike(core: string): EarlierLead | undefined {
    return this.#notes.isEmpty ? undefined : this.#notes.at(this.#coreNotes[this.#coreOf(core) ?? -1]);
  }

  /** Notes that a lead of the file is not sent after all: it is not held by it. */
  leave(lead: string): void {
    const number = this.#leadOf(lead);
    if (number !== undefined) this.#leadNotes[number] = nobody;
    this.#hasLeft = true;
  }

  /** Notes that a lead of the file is sent although an earlier import left it in doubt. */
  claim(lead: string): void {
    const number = this.#leadOf(lead);
    if (number !== undefined) this.#leadNotes[number] = 0;
  }

  /** Whether any of the file's leads is not sent by it: an earlier import holds it, or it was left. */
  get hasUnclaimed(): boolean {
    return !this.#notes.isEmpty || this.#hasLeft;
  }

  /** Whether another row of the file looks the same in the API's listing, though its lead is another one. */
  hasTwin(visible: string): boolean {
    return this.#hasTwin[this.#visibles.find(this.#visible.of(visible)) ?? -1] === 1;
  }

  /** Line of the first row of the file with this core, where leads of the file share it. */
  sharedCoreLine(core: string): number | undefined {
    const number = this.#sharesCores ? this.#coreOf(core) : undefined;
    return number !== undefined && this.#coreShared[number] === 1 ? this.#lines[number] : undefined;
  }

  /**
   * The file's leads as a fingerprint file, in its own order.
   * @param which `claimed`: without those that an earlier import holds or that were left
   */
  *encoded(which: 'all' | 'claimed' = 'all'): Generator<Buffer> {
    for (let number = 0; number < this.#leads.count; number += 1) {
      if (which === 'claimed' && this.#leadNotes[number] !== 0) continue;
      yield encodeFingerprint({
        lead: this.#leads.bytesAt(number),
        visible: this.#visibles.bytesAt(number),
        core: this.#cores.bytesAt(number),
        line: this.#lines[number] ?? 0,
        leadId: '',
      });
    }
  }
}
