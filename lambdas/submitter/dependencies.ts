import type { BackoffPolicy } from '../../shared/backoff.ts';
import type { SendMessages } from '../../shared/bucket/bucket-and-queues.ts';
import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import type { Chance, Clock } from '../../shared/clock.ts';
import type { LeadsApi } from '../../shared/leads-api/answers.ts';
import type { LeadPages } from '../../shared/leads-api/client.ts';
import type { Log } from '../../shared/log.ts';
import type { Cancellations } from '../../shared/state/cancellation.ts';
import type { Gate } from './gate.ts';
import type { KnownLeads } from './known-leads.ts';
import type { Listings } from './listings.ts';
import type { Pace } from './pace.ts';
import type { Refusals } from './refusals.ts';
import type { WaitingProgress } from './waiting-progress.ts';

/** What submitting a batch takes from the world. */
export interface SubmitterDependencies {
  readonly store: ObjectStore;
  /** Its name. */
  readonly bucket: string;
  /** Sends to the queue of results. */
  readonly sendResult: SendMessages;
  readonly api: LeadsApi & LeadPages;
  /** Makes one proof at a time. */
  readonly provesOne: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Runs a row's work when one of the places for leads in flight is free. */
  readonly inFlight: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Decides whether a lead may be sent now: all batches of an instance share it, and the six below. */
  readonly gate: Gate;
  /** How fast the API lets the instance send; the client waits for it. */
  readonly pace: Pick<Pace, 'opensBy' | 'pausedForMs' | 'perSecond'>;
  readonly refusals: Refusals;
  readonly known: KnownLeads;
  readonly listings: Listings;
  readonly cancellations: Cancellations;
  readonly waiting: WaitingProgress;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  /** Aborted where the machine is about to stop: nothing more is sent. */
  readonly stopping?: AbortSignal;
  /** How long after a lead can have been created the listing is not yet believed to lack it, milliseconds. */
  readonly listingSettleMs: number;
  /** How long after a request began the API may still act on it, milliseconds. */
  readonly lateCommitMs: number;
  readonly backoff: BackoffPolicy;
}
