import { BoundedMap } from '../../shared/bounded-map.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { canonicalColumns, type Lead } from '../../shared/lead/lead.ts';
import { leadValue } from '../../shared/lead/lead-value.ts';
import { limits } from '../../shared/limits.ts';
import { type Batch, readBatch } from '../../shared/state/batch.ts';
import { type Manifest, readManifest } from '../../shared/state/manifest.ts';
import { foldedLook } from '../../shared/words/folded-look.ts';
import type { EarlierLead } from './fingerprint-table.ts';

/** More batches than are staged at once: rows that were sent before mostly come in the order in which they were sent. */
const keptBatches = 2 * limits.stagingConcurrency;

/** Reads single rows of earlier imports, by their lines. */
export class EarlierRows {
  readonly #store: ObjectStore;
  readonly #manifests = new BoundedMap<string, Manifest | undefined>(keptBatches);
  readonly #batches = new BoundedMap<string, Batch | undefined>(keptBatches);
  /** First lines of the batches that were read once: what a search asks most. */
  readonly #firstLines = new Map<string, number>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** The lead that a row of an import was to send; undefined where the import keeps its rows no more. */
  async leadOn(importId: string, line: number): Promise<Lead | undefined> {
    if (!this.#manifests.has(importId)) this.#manifests.set(importId, await readManifest(this.#store, importId));
    const manifest = this.#manifests.get(importId);
    if (manifest === undefined) return undefined;
    let [low, high] = [0, manifest.batches - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const firstLine = await this.#firstLine(manifest, middle);
      if (firstLine === undefined) return undefined;
      if (firstLine <= line) low = middle;
      else high = middle - 1;
    }
    const batch = await this.#batch(manifest, low);
    return batch?.rows.find((row) => row.line === line)?.lead?.payload;
  }

  async #batch(manifest: Manifest, number: number): Promise<Batch | undefined> {
    const name = `${manifest.run}/${number}`;
    if (!this.#batches.has(name)) this.#batches.set(name, await readBatch(this.#store, manifest, number));
    return this.#batches.get(name);
  }

  async #firstLine(manifest: Manifest, number: number): Promise<number | undefined> {
    const name = `${manifest.run}/${number}`;
    const known = this.#firstLines.get(name) ?? (await this.#batch(manifest, number))?.rows[0]?.line;
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
