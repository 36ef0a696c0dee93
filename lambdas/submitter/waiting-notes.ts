import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { type Clock, type EpochMs, isoTime } from '../../shared/clock.ts';
import type { Trouble } from '../../shared/leads-api/answers.ts';
import { troubleMessage } from '../../shared/leads-api/trouble-messages.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/log.ts';
import { progressKey, readProgress, withoutFail, writeProgress } from '../../shared/report/progress.ts';
import { readManifest } from '../../shared/state/manifest.ts';

/** A wait that a person who looks at an import should know of. */
const longWaitMs = 10_000;

/** What a note takes from the world. */
interface NotesDependencies {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Writes into the progress of an import that it waits for the API, and why; at most every fifteen seconds. */
export class WaitingNotes {
  readonly #writtenAt = new Map<string, EpochMs>();

  async note(
    importId: string,
    { code, httpStatus }: Trouble,
    waitMs: number,
    { store, clock, log }: NotesDependencies,
  ): Promise<void> {
    const now = clock.now();
    for (const [other, at] of this.#writtenAt) if (at + limits.progressEveryMs <= now) this.#writtenAt.delete(other);
    if (waitMs < longWaitMs || this.#writtenAt.has(importId)) return;
    this.#writtenAt.set(importId, now);
    await withoutFail(async () => {
      const manifest = await readManifest(store, importId);
      if (manifest === undefined) return;
      const progress = await readProgress(store, progressKey(manifest.source.key, importId));
      if (progress?.state !== 'sending' && progress?.state !== 'waiting') return;
      const status = httpStatus === undefined ? '' : ` (status ${httpStatus})`;
      const why = `${troubleMessage(code)}${status}; next try at ${isoTime(now + waitMs)}.`;
      await writeProgress(store, manifest, { ...progress, state: 'waiting', why, updatedAt: isoTime(now) });
    }, log);
  }
}
