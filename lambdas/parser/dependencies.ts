import type { SendMessages } from '../../shared/bucket/bucket-and-queues.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import type { Chance, Clock, EpochMs } from '../../shared/clock.ts';
import type { ImportOptions } from '../../shared/import-options.ts';
import type { Log } from '../../shared/log.ts';

/** What importing a file takes from the world. */
export interface ParserDependencies {
  readonly store: ObjectStore;
  /** Releases batches to the submitter. */
  readonly send: SendMessages;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  /** What applies where an upload says nothing else. */
  readonly defaults: ImportOptions;
  /** How long an earlier import is remembered, milliseconds. */
  readonly duplicateWindowMs: number;
  /** What time it is by somebody else than who announces uploads; undefined where that is not known. Absent: an upload's time is another's word. */
  readonly toldTime?: (() => Promise<EpochMs | undefined>) | undefined;
}
