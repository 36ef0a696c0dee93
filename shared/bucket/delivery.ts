import type { EpochMs } from '../clock.ts';

/** One message of a queue, and until when there is time for it. */
export interface Delivery {
  readonly body: string;
  /** How often SQS has delivered it, this time included. */
  readonly receives: number;
  /** When it was first delivered, by SQS. */
  readonly firstReceivedAt: EpochMs;
  /** When the invocation ends, whatever happens. */
  readonly deadline: EpochMs;
}

/** What a story says about its message: finished, or to be delivered again later. */
export type Verdict = { readonly kind: 'done' } | { readonly kind: 'retry'; readonly afterMs: number };

export const done: Verdict = { kind: 'done' };
