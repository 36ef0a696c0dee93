import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSHandler, SQSRecord } from 'aws-lambda';
import { backoffMs, messageBackoff } from '../backoff.ts';
import type { DelayRedelivery } from '../bucket/bucket-and-queues.ts';
import type { Delivery, Verdict } from '../bucket/delivery.ts';
import type { Chance, Clock } from '../clock.ts';
import { errorFields, type Log } from '../log.ts';

interface LoopDependencies {
  readonly delayRedelivery: DelayRedelivery;
  readonly log: Log;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** Says "deliver it again" to the batch processor, once the redelivery is delayed for as long as it should be. */
class RetryLater extends Error {
  override readonly name = 'RetryLater';
}

/**
 * The one place where verdicts and errors become batch item failures. A reported failure leaves the message to its
 * visibility time-out, which is made for crashes and therefore long: so the redelivery of every message is delayed
 * first, for as long as its story says, or by back-off where infrastructure threw.
 */
export const messageLoop = (
  story: (delivery: Delivery) => Promise<Verdict>,
  dependencies: LoopDependencies,
): SQSHandler => {
  const { delayRedelivery, log, clock, chance } = dependencies;

  const verdictOn = async (delivery: Delivery): Promise<Verdict> => {
    try {
      return await story(delivery);
    } catch (error) {
      log('message_failed', { attempt: delivery.receives, ...errorFields(error) });
      return { kind: 'retry', afterMs: backoffMs(delivery.receives, chance.fraction(), messageBackoff) };
    }
  };

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const deadline = clock.now() + context.getRemainingTimeInMillis();
    const handleMessage = async (message: SQSRecord): Promise<void> => {
      const receives = Number(message.attributes.ApproximateReceiveCount);
      const firstReceivedAt = Number(message.attributes.ApproximateFirstReceiveTimestamp);
      const verdict = await verdictOn({ body: message.body, receives, firstReceivedAt, deadline });
      if (verdict.kind === 'done') return;
      // If this fails the message still comes back, only later: by its visibility time-out.
      await delayRedelivery(message.receiptHandle, verdict.afterMs).catch((error: unknown) =>
        log('redelivery_not_delayed', errorFields(error)),
      );
      throw new RetryLater('the message is delivered again later');
    };
    return processPartialResponse(event, handleMessage, new BatchProcessor(EventType.SQS), {
      context,
      // Without it a batch of one that is retried would count as a crash of the function.
      throwOnFullBatchFailure: false,
    });
  };
};
