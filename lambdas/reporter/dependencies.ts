import type { SendMessages } from '../../shared/bucket/bucket-and-queues.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../../shared/log.ts';
import type { Completeness } from './completeness.ts';
import type { LookPace } from './look-pace.ts';
import type { Notify } from './notify.ts';
import type { SendingProgress } from './sending-progress.ts';
import type { SharedLook } from './shared-look.ts';

/** What reporting takes from the world. A report run twice has the same bytes: the clock is only for marks. */
export interface ReporterDependencies {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Sends to the queue of batches. */
  readonly sendBatches: SendMessages;
  /** What earlier notifications have shown already. */
  readonly completeness: Completeness;
  readonly progress: SendingProgress;
  readonly notify: Notify;
  /** Whether every import is proven by itself, or only where somebody asks for it. */
  readonly proofs: 'all' | 'asked_for';
  /** In which the page tells moments. */
  readonly timeZone: string;
  /** The S3 console's address of the bucket, with its region; a laptop has none. */
  readonly bucketUrl?: string | undefined;
  /** Cancelled imports whose batches this instance has woken. */
  readonly woken: Set<string>;
  /** When outcomes are looked at. */
  readonly looks: LookPace;
  /** Once for all who ask at the same time. */
  readonly sharedLook: SharedLook;
}
