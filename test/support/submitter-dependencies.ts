import type { SubmitterDependencies } from '../../lambdas/submitter/dependencies.ts';

/** What a test decides about the submitter's dependencies; the rest is the same in all of them. */
type Given = Pick<SubmitterDependencies, 'store' | 'api' | 'clock' | 'chance' | 'log'> & Partial<SubmitterDependencies>;

const minuteMs = 60_000;

/** The submitter's dependencies, with short waits and no limit to the leads in flight. */
export const submitterDependencies = (given: Given): SubmitterDependencies => ({
  inFlight: (work) => work(),
  listingSettleMs: minuteMs,
  backoff: { baseMs: 1_000, capMs: 10 * minuteMs },
  ...given,
});
