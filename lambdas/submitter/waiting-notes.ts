import { type EpochMs, isoTime } from '../../shared/clock.ts';
import type { Trouble } from '../../shared/leads-api/answers.ts';
import { troubleMessage } from '../../shared/leads-api/trouble-messages.ts';
import { readManifest } from '../../shared/ledger/manifest.ts';
import { limits } from '../../shared/limits.ts';
import { progressKey, readProgress, withoutFail, writeProgress } from '../../shared/report/progress.ts';
import type { SubmitterDependencies } from './dependencies.ts';

/** A wait that a person who looks at an import should know of. */
const longWaitMs = 10_000;

/** Writes into the progress of an import that it waits for the API, and why; at most every fifteen seconds. */
export class WaitingNotes {
  readonly #writtenAt = new Map<string, EpochMs>();

  async note(
    importId: string,
    { code, httpStatus }: Trouble,
    waitMs: number,
    { store, clock, log }: Pick<SubmitterDependencies, 'store' | 'clock' | 'log'>,
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
