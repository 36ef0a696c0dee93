import type { ObjectStore } from '../../shared/aws/object-store.ts';
import type { Chance, Clock } from '../../shared/clock.ts';
import type { LeadsApi } from '../../shared/leads-api/answers.ts';
import type { Log } from '../../shared/log.ts';
import type { BackoffPolicy } from '../../shared/retry-delay.ts';

/** What submitting a batch takes from the world. */
export interface SubmitterDependencies {
  readonly store: ObjectStore;
  readonly api: LeadsApi;
  /** Runs a row's work when one of the places for leads in flight is free. */
  readonly inFlight: <Result>(work: () => Promise<Result>) => Promise<Result>;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  /** How long after a lead may have been sent the listing is not yet believed to lack it, milliseconds. */
  readonly listingSettleMs: number;
  readonly backoff: BackoffPolicy;
}
