import { BoundedMap } from '../../shared/bounded-map.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { type Clock, type EpochMs, isoTime } from '../../shared/clock.ts';
import { limits } from '../../shared/limits.ts';
import type { Log } from '../../shared/log.ts';
import { mapConcurrently } from '../../shared/map-concurrently.ts';
import { endedRows, noStatuses, progressOf, withoutFail, writeProgress } from '../../shared/report/progress-json.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { type Manifest, releasedBatches } from '../../shared/state/manifest.ts';
import { readOutcomes } from '../../shared/state/outcomes.ts';
import type { Status } from '../../shared/state/row-state.ts';

/** How many running imports are remembered; one that was forgotten is counted from its beginning again. */
const maxRemembered = 100;
/** Outcomes that are read for one writing: the rest are for the next. */
const outcomesAtOnce = 2_000;

interface Counted {
  /** Of the released batches, from the first on. */
  readonly batches: number;
  readonly statuses: Readonly<Record<Status, number>>;
  readonly writtenAt: EpochMs;
  /** Whether the API set a bound to how fast the latest of them were sent. */
  readonly isPaced: boolean;
}

/** What a note takes from the world. */
interface NotesDependencies {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** All instances together, as their rows end. */
const paceSentence = (perSecond: number): string =>
  `The API limits how fast leads may be sent: at the moment it takes about ${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)} a second.`;

/** Writes how far imports are, each at most so often; every outcome is read once for it. */
export class SendingProgress {
  readonly #counted = new BoundedMap<string, Counted>(maxRemembered);
  readonly #everyMs: number;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** @param finished released batches, from the first on, that have outcomes */
  async note(manifest: Manifest, finished: number, { store, clock, log }: NotesDependencies): Promise<void> {
    const { importId } = manifest;
    const initial = { batches: 0, statuses: { ...noStatuses(), ...manifest.ended }, writtenAt: 0, isPaced: false };
    const before = this.#counted.get(importId) ?? initial;
    const now = clock.now();
    if (now < before.writtenAt + this.#everyMs) return;
    await withoutFail(async () => {
      const until = Math.min(finished, before.batches + outcomesAtOnce);
      const statuses = { ...before.statuses };
      const next = releasedBatches(manifest).slice(before.batches, until);
      let { isPaced } = before;
      await mapConcurrently(next, limits.reportReadAhead, async (batch) => {
        const outcomes = await readOutcomes(store, importId, batch);
        if (batch === next.at(-1)) isPaced = outcomes?.perSecond !== undefined;
        for (const { status } of outcomes?.states ?? []) statuses[status] += 1;
      });
      this.#counted.set(importId, { batches: until, statuses, writtenAt: now, isPaced });
      const inParser = endedRows(initial);
      const sent = {
        ended: endedRows({ statuses }) - inParser,
        toSend: manifest.rows - inParser,
        sendingSince: Date.parse(manifest.stagedAt),
      };
      const since = Math.max(before.writtenAt, sent.sendingSince);
      const perSecond = ((endedRows({ statuses }) - endedRows(before)) * 1000) / Math.max(1, now - since);
      const why = isPaced && perSecond > 0 ? { why: paceSentence(perSecond) } : {};
      await writeProgress(store, manifest, progressOf(manifest, { state: 'sending', statuses, now, sent, ...why }));
    }, log);
  }

  /** Says how an import has ended. */
  async end(
    manifest: Manifest,
    { state, statuses, finishedAt }: Summary,
    dependencies: NotesDependencies,
  ): Promise<void> {
    this.#counted.delete(manifest.importId);
    const now = Math.max(dependencies.clock.now(), Date.parse(finishedAt));
    const progress = { ...progressOf(manifest, { state, statuses, now }), expectedEnd: isoTime(now) };
    await withoutFail(() => writeProgress(dependencies.store, manifest, progress), dependencies.log);
  }
}
