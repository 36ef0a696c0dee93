import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, SQSBatchResponse, SQSHandler, SQSRecord } from 'aws-lambda';
import type { QueueMessage } from './local-queue.ts';

/** A queue, by what an event source asks of it. */
export interface MessageSource {
  /** Waits for a message; resolves with none once the queue is closed, or now and then. */
  receive(count: number): Promise<readonly QueueMessage[]>;
  delete(handle: string): void | Promise<void>;
  close(): void;
}

/** A queue that drives a handler, as Lambda's event source mapping does. */
export interface EventSource {
  readonly queue: MessageSource;
  readonly handler: SQSHandler;
  /** Messages for one invocation. */
  readonly batchSize: number;
  /** Invocations at once. */
  readonly concurrency: number;
  /** How long an invocation may take. */
  readonly timeoutSeconds: number;
  /** Told of errors that leave a handler or the queue. */
  readonly onError: (error: unknown) => void;
}

/** Pause after an error, so that a queue that fails is not asked in a tight loop. */
const errorPauseMs = 500;

/** What the importer reads of a record. */
const recordOf = ({ id, handle, body, receives, firstReceivedAt }: QueueMessage) =>
  ({
    messageId: id,
    receiptHandle: handle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    },
  }) as SQSRecord;

const invoke = async ({ queue, handler, timeoutSeconds }: EventSource, messages: readonly QueueMessage[]) => {
  const deadline = performance.now() + timeoutSeconds * 1000;
  const context = { getRemainingTimeInMillis: () => Math.max(0, deadline - performance.now()) } as Context;
  const answer = (await handler({ Records: messages.map(recordOf) }, context, () => undefined)) as SQSBatchResponse;
  const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { id, handle } of messages) if (!failed.has(id)) await queue.delete(handle);
};

/** Serves the queue until it is stopped; stopping waits for the invocations that are under way. */
export const startEventSource = (source: EventSource): { stop(): Promise<void> } => {
  let isStopped = false;
  const serve = async (): Promise<void> => {
    while (!isStopped) {
      try {
        const messages = await source.queue.receive(source.batchSize);
        if (messages.length > 0) await invoke(source, messages);
      } catch (error) {
        source.onError(error);
        await sleep(errorPauseMs);
      }
    }
  };
  const loops = Array.from({ length: source.concurrency }, serve);
  return {
    stop: async () => {
      isStopped = true;
      source.queue.close();
      await Promise.all(loops);
    },
  };
};
