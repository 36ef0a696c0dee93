import pLimit from 'p-limit';
import { apiTiming } from '../../infra/topology.ts';
import type { SubmitterDependencies } from '../../lambdas/submitter/dependencies.ts';
import { Gate } from '../../lambdas/submitter/gate.ts';
import { KnownLeads } from '../../lambdas/submitter/known-leads.ts';
import { Listings } from '../../lambdas/submitter/listings.ts';
import { Refusals } from '../../lambdas/submitter/refusals.ts';
import { WaitingProgress } from '../../lambdas/submitter/waiting-progress.ts';
import { limits } from '../../shared/limits.ts';
import { Cancellations } from '../../shared/state/cancellation.ts';

/** What a test decides about the submitter's dependencies; the rest is the same in all of them. */
type Given = Pick<SubmitterDependencies, 'store' | 'api' | 'clock' | 'chance' | 'log'> & Partial<SubmitterDependencies>;

const minuteMs = 60_000;

/** The waits of a submitter as it is deployed. */
export const deployedTiming = {
  listingSettleMs: apiTiming.listingSettleMs,
  lateCommitMs: 2 * limits.headersTimeoutMs,
  backoff: { baseMs: apiTiming.backoffBaseMs, capMs: apiTiming.backoffCapMs },
};

/** The pace of a submitter as it is deployed. */
export const paceTiming = { slowMs: limits.headersTimeoutMs / 3, backoff: deployedTiming.backoff };

/** The dependencies of one instance of the submitter, with short waits and no limit to the leads in flight. */
export const submitterDependencies = (given: Given): SubmitterDependencies => {
  const { backoff = { baseMs: 1_000, capMs: 10 * minuteMs } } = given;
  return {
    bucket: 'a-bucket',
    sendResult: async () => undefined,
    provesOne: pLimit(1),
    inFlight: (work) => work(),
    gate: new Gate(given.clock, given.chance, backoff),
    refusals: new Refusals(),
    pace: { pausedForMs: 0, perSecond: undefined, opensBy: () => true },
    known: new KnownLeads(),
    listings: new Listings(given.api, given.clock),
    cancellations: new Cancellations(given.store, given.clock),
    waiting: new WaitingProgress(limits.progressEveryMs),
    listingSettleMs: minuteMs,
    lateCommitMs: minuteMs,
    backoff,
    ...given,
  };
};
