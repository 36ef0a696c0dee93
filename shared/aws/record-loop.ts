import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSHandler, SQSRecord } from 'aws-lambda';
import { backoffMs, recordBackoff } from '../backoff.ts';
import type { Chance, Clock, EpochMs } from '../clock.ts';
import { errorFields, type Log } from '../log.ts';
import type { HideMessage } from './queue.ts';

/** What a story says about its message: finished, or to come back later. */
export type Verdict = { readonly kind: 'done' } | { readonly kind: 'again'; readonly afterMs: number };

export const done: Verdict = { kind: 'done' };

/** One message of a queue, and until when there is time for it. */
export interface Delivery {
  readonly body: string;
  /** How often SQS has delivered it, this time included. */
  readonly receives: number;
  /** When the invocation ends, whatever happens. */
  readonly deadline: EpochMs;
}

interface LoopDependencies {
  readonly hide: HideMessage;
  readonly log: Log;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** Says "put it back" to the batch processor, once the message is hidden for as long as it should be. */
class ComesBack extends Error {
  override readonly name = 'ComesBack';
}

/**
 * The one place where verdicts and errors become batch item failures. A reported failure leaves the message to its
 * visibility time-out, which is made for crashes and therefore long: so every message that comes back is hidden first,
 * for as long as its story says, or by back-off where infrastructure threw.
 */
export const recordLoop = (
  story: (delivery: Delivery) => Promise<Verdict>,
  dependencies: LoopDependencies,
): SQSHandler => {
  const { hide, log, clock, chance } = dependencies;

  const verdictOn = async (delivery: Delivery): Promise<Verdict> => {
    try {
      return await story(delivery);
    } catch (error) {
      log('record_failed', { attempt: delivery.receives, ...errorFields(error) });
      return { kind: 'again', afterMs: backoffMs(delivery.receives, chance.fraction(), recordBackoff) };
    }
  };

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const deadline = clock.now() + context.getRemainingTimeInMillis();
    const handleRecord = async (record: SQSRecord): Promise<void> => {
      const receives = Number(record.attributes.ApproximateReceiveCount);
      const verdict = await verdictOn({ body: record.body, receives, deadline });
      if (verdict.kind === 'done') return;
      // If hiding fails the message still comes back, only later: by its visibility time-out.
      await hide(record.receiptHandle, verdict.afterMs).catch((error: unknown) =>
        log('record_failed', errorFields(error)),
      );
      throw new ComesBack('the message comes back later');
    };
    return processPartialResponse(event, handleRecord, new BatchProcessor(EventType.SQS), {
      context,
      // Without it a batch of one that comes back would count as a crash of the function.
      throwOnFullBatchFailure: false,
    });
  };
};
