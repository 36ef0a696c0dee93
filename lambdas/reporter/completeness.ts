import { BoundedMap } from '../../shared/bounded-map.ts';
import { outcomesKey, outcomesPrefix } from '../../shared/bucket/keys.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { type Manifest, releasedBatches } from '../../shared/state/manifest.ts';

/** How many running imports are remembered; an import that was forgotten is only listed from its beginning again. */
const maxRemembered = 1_000;

/**
 * Tells whether every released batch has its outcomes. Outcomes are never removed, so what was once seen complete stays
 * so: each question lists from there to the first gap, a page or two however many batches there are.
 */
export class Completeness {
  readonly #store: Pick<ObjectStore, 'list'>;
  /** For each running import, how many of its released batches are known to have outcomes, from the first on. */
  readonly #finished = new BoundedMap<string, number>(maxRemembered);

  constructor(store: Pick<ObjectStore, 'list'>) {
    this.#store = store;
  }

  async of(manifest: Manifest): Promise<boolean> {
    const { importId } = manifest;
    const released = releasedBatches(manifest);
    let finished = this.#finished.get(importId) ?? 0;
    const last = released[finished - 1];
    const after = last === undefined ? undefined : outcomesKey(importId, last);
    for await (const { key } of this.#store.list(outcomesPrefix(importId), after)) {
      const next = released[finished];
      if (next === undefined || key !== outcomesKey(importId, next)) break;
      finished += 1;
    }
    this.#finished.set(importId, finished);
    return finished === released.length;
  }

  /** Released batches of an import, from the first on, that were last seen to have outcomes. */
  finishedOf({ importId }: Manifest): number {
    return this.#finished.get(importId) ?? 0;
  }

  forget(importId: string): void {
    this.#finished.delete(importId);
  }
}
