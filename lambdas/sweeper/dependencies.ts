import type { ListVersions, MoveMessages, SendMessages } from '../../shared/bucket/bucket-and-queues.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import type { Chance, Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';

/** What a sweep takes from the world. */
export interface SweeperDependencies {
  readonly store: ObjectStore;
  readonly bucket: string;
  readonly versions: ListVersions;
  /** Send to the queues of uploads and of results. */
  readonly announceUpload: SendMessages;
  readonly announceResult: SendMessages;
  /** Take the dead letters of a queue back to it. */
  readonly deadUploads: MoveMessages;
  readonly deadBatches: MoveMessages;
  readonly deadResults: MoveMessages;
  /** Ended imports, or files of them, that become one file of the memory. */
  readonly mergedAtOnce: number;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}
