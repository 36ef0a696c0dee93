import { BoundedMap } from '../../shared/bounded-map.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { type Clock, type EpochMs, isoTime } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import { progressKey, readProgress, withoutFail, writeProgress } from '../../shared/report/progress-json.ts';
import { readManifest } from '../../shared/state/manifest.ts';

/** How many imports are remembered; one that was forgotten is noted once more. */
const maxRemembered = 100;

/** What a note takes from the world. */
interface ProgressDependencies {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Writes into the progress of an import that it waits, and why; at most so often, and not for a wait that is nearly as short. */
export class WaitingProgress {
  readonly #writtenAt = new BoundedMap<string, EpochMs>(maxRemembered);
  readonly #everyMs: number;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** @param why in a sentence without its end */
  async note(
    importId: string,
    why: string,
    waitMs: number,
    { store, clock, log }: ProgressDependencies,
  ): Promise<void> {
    const now = clock.now();
    const isFresh = now < (this.#writtenAt.get(importId) ?? 0) + this.#everyMs;
    if (waitMs * 3 < this.#everyMs * 2 || isFresh) return;
    this.#writtenAt.set(importId, now);
    await withoutFail(async () => {
      const manifest = await readManifest(store, importId);
      if (manifest === undefined) return;
      const progress = await readProgress(store, progressKey(manifest.source.key, importId));
      if (progress?.state !== 'sending' && progress?.state !== 'waiting') return;
      const sentence = `${why}; next try at ${isoTime(now + waitMs)}.`;
      await writeProgress(store, manifest, { ...progress, state: 'waiting', why: sentence, updatedAt: isoTime(now) });
    }, log);
  }
}
