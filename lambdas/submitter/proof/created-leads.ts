import { hash } from 'node:crypto';
import { createdLeadsKey } from '../../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../../shared/bucket/object-store.ts';
import { inObject } from '../../../shared/bucket/stored-json.ts';
import { grown } from '../../../shared/grown.ts';
import { unknownLook, visibleBytes } from '../../../shared/memory/fingerprint.ts';
import { type LeadEntry, visitFingerprints } from '../../../shared/memory/fingerprint-file.ts';
import { type Hash, HashColumn, HashReader } from '../../../shared/memory/hash-column.ts';

/** Bytes that are kept of an id's hash: among a million ids two meet by chance once in 37 million imports. */
const idBytes = 8;

const visit = async (store: ObjectStore, importId: string, show: (entry: LeadEntry) => void): Promise<boolean> => {
  const key = createdLeadsKey(importId);
  const ledger = await store.get(key);
  if (ledger === undefined) return false;
  await inObject(key, () => visitFingerprints(ledger.body, show));
  return true;
};

/** The leads that an import has created by its ledger, numbered in the order of its rows: a million of them fit into memory. */
export class CreatedLeads {
  readonly #ids = new HashColumn(idBytes);
  readonly #looks = new HashColumn(visibleBytes);
  readonly #idReader = new HashReader(idBytes);
  readonly #lookReader = new HashReader(visibleBytes);
  #lines = new Uint32Array(512);
  /** How rows look whose leads may be there or not. */
  readonly #doubtfulLooks = new Set<string>();

  /** @returns undefined where the ledger is gone */
  static async read(store: ObjectStore, importId: string): Promise<CreatedLeads | undefined> {
    const leads = new CreatedLeads();
    return (await visit(store, importId, (entry) => leads.#add(entry))) ? leads : undefined;
  }

  #add({ leadId, visible, line }: LeadEntry): void {
    if (visible.equals(unknownLook)) return;
    if (leadId === '') {
      this.#doubtfulLooks.add(visible.toString('hex'));
      return;
    }
    this.#lines = grown(this.#lines, this.count + 1);
    this.#lines[this.count] = line;
    this.#ids.add(this.#idOf(leadId));
    this.#looks.add(this.#lookReader.of(visible));
  }

  get count(): number {
    return this.#ids.count;
  }

  #idOf(leadId: string): Hash {
    return this.#idReader.of(hash('sha256', leadId, 'hex'));
  }

  /** The number of the first lead with this id. */
  withId(leadId: string): number | undefined {
    return this.#ids.find(this.#idOf(leadId));
  }

  /** Whether a row further up was answered with the same id. */
  hasIdOfEarlier(number: number): boolean {
    return this.#ids.find(this.#idReader.of(this.#ids.bytesAt(number))) !== number;
  }

  /** The number of the first lead that was sent looking so; hexadecimal. */
  withLook(look: string): number | undefined {
    return this.#looks.find(this.#lookReader.of(look));
  }

  /** How a lead was sent, hexadecimal. */
  lookOf(number: number): string {
    return this.#looks.bytesAt(number).toString('hex');
  }

  lineOf(number: number): number {
    return this.#lines[number] ?? 0;
  }

  /** Whether a row that nobody could settle looks so: its lead may be there. */
  isDoubtful(look: string): boolean {
    return this.#doubtfulLooks.has(look);
  }
}

/** The ids of some leads, by their numbers: all of them would not fit into memory. */
export const idsOf = async (
  store: ObjectStore,
  importId: string,
  wanted: ReadonlySet<number>,
): Promise<ReadonlyMap<number, string>> => {
  const ids = new Map<number, string>();
  if (wanted.size === 0) return ids;
  let number = 0;
  await visit(store, importId, ({ leadId, visible }) => {
    if (leadId === '' || visible.equals(unknownLook)) return;
    if (wanted.has(number)) ids.set(number, leadId);
    number += 1;
  });
  return ids;
};
