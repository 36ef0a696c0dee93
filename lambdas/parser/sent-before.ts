import { BoundedMap } from '../../shared/bounded-map.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { canonicalColumns, type Lead } from '../../shared/lead/lead.ts';
import { leadValue } from '../../shared/lead/lead-value.ts';
import { limits } from '../../shared/limits.ts';
import type { Batch } from '../../shared/state/batch.ts';
import { type BatchPlace, batchPlaces, readBatch } from '../../shared/state/batch-pages.ts';
import { readManifest } from '../../shared/state/manifest.ts';
import { foldedLook } from '../../shared/words/folded-look.ts';
import type { EarlierLead } from './fingerprint-table.ts';

/** More batches than are staged at once: rows that were sent before mostly come in the order in which they were sent. */
const keptBatches = 2 * limits.pagesBeingWritten * limits.batchesPerPage;

interface EarlierImport {
  readonly importId: string;
  readonly run: string;
  /** Of its batches. */
  readonly places: readonly BatchPlace[];
}

/** Reads single rows of earlier imports, by their lines. */
export class EarlierRows {
  readonly #store: ObjectStore;
  readonly #imports = new BoundedMap<string, EarlierImport | undefined>(keptBatches);
  readonly #batches = new BoundedMap<string, Batch | undefined>(keptBatches);
  /** First lines of the batches that were read once: what a search asks most. */
  readonly #firstLines = new Map<string, number>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** The lead that a row of an import was to send; undefined where the import keeps its rows no more. */
  async leadOn(importId: string, line: number): Promise<Lead | undefined> {
    const earlier = await this.#import(importId);
    if (earlier === undefined) return undefined;
    let [low, high] = [0, earlier.places.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const firstLine = await this.#firstLine(earlier, middle);
      if (firstLine === undefined) return undefined;
      if (firstLine <= line) low = middle;
      else high = middle - 1;
    }
    const batch = await this.#batch(earlier, low);
    return batch?.rows.find((row) => row.line === line)?.lead?.payload;
  }

  async #import(importId: string): Promise<EarlierImport | undefined> {
    if (this.#imports.has(importId)) return this.#imports.get(importId);
    const manifest = await readManifest(this.#store, importId);
    const earlier = manifest && { importId, run: manifest.run, places: batchPlaces(manifest.pages) };
    this.#imports.set(importId, earlier);
    return earlier;
  }

  async #batch({ importId, run, places }: EarlierImport, batch: number): Promise<Batch | undefined> {
    const name = `${run}/${batch}`;
    const place = places[batch];
    if (place !== undefined && !this.#batches.has(name))
      this.#batches.set(name, await readBatch(this.#store, { importId, run, batch, place }));
    return this.#batches.get(name);
  }

  async #firstLine(earlier: EarlierImport, number: number): Promise<number | undefined> {
    const name = `${earlier.run}/${number}`;
    const known = this.#firstLines.get(name) ?? (await this.#batch(earlier, number))?.rows[0]?.line;
    if (known !== undefined) this.#firstLines.set(name, known);
    return known;
  }
}

const folded = (value: unknown): string => foldedLook(JSON.stringify(value ?? ''));

/** The columns in which a lead differs from the one that an earlier import sent; none where that cannot be read any more. */
export const differingColumns = async (
  lead: Lead,
  { holder, line }: EarlierLead,
  rows: EarlierRows,
): Promise<string[]> => {
  const sent = await rows.leadOn(holder.importId, line);
  if (sent === undefined) return [];
  return canonicalColumns.filter((column) => folded(leadValue(lead, column)) !== folded(leadValue(sent, column)));
};
