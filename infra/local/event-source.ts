import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSHandler } from 'aws-lambda';

/** A queue that drives a handler, as Lambda's event source mapping does. */
export interface EventSource {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly handler: SQSHandler;
  /** Messages for one invocation, at most ten. */
  readonly batchSize: number;
  /** Invocations at once. */
  readonly concurrency: number;
  /** How long an invocation may take. */
  readonly timeoutSeconds: number;
  /** Told of errors that leave a handler or the queue. */
  readonly onError: (error: unknown) => void;
}

/** Seconds that a receive waits: short, since the emulator does not wake it for a message that comes back. */
const waitSeconds = 1;
/** Pause after an error, so that a broken emulator is not asked in a tight loop. */
const errorPauseMs = 500;

const eventOf = (messages: readonly Message[], queueUrl: string): SQSEvent => ({
  Records: messages.map((message) => ({
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: message.Attributes?.ApproximateReceiveCount ?? '1',
      SentTimestamp: message.Attributes?.SentTimestamp ?? '0',
      SenderId: message.Attributes?.SenderId ?? '',
      ApproximateFirstReceiveTimestamp: message.Attributes?.ApproximateFirstReceiveTimestamp ?? '0',
    },
    messageAttributes: {},
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:local:000000000000:${queueUrl.slice(queueUrl.lastIndexOf('/') + 1)}`,
    awsRegion: 'local',
  })),
});

const contextOf = (timeoutSeconds: number): Context => {
  const deadline = performance.now() + timeoutSeconds * 1000;
  return { getRemainingTimeInMillis: () => Math.max(0, deadline - performance.now()) } as Context;
};

const remove = async ({ client, queueUrl }: EventSource, messages: readonly Message[]): Promise<void> => {
  if (messages.length === 0) return;
  const Entries = messages.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }));
  // An entry that fails here stays in the queue and is delivered again, which every handler can bear.
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
};

const invoke = async (source: EventSource, messages: readonly Message[]): Promise<void> => {
  const event = eventOf(messages, source.queueUrl);
  const answer = (await source.handler(event, contextOf(source.timeoutSeconds), () => undefined)) as SQSBatchResponse;
  const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  await remove(
    source,
    messages.filter(({ MessageId }) => !failed.has(MessageId ?? '')),
  );
};

const receive = async (
  { client, queueUrl, batchSize }: EventSource,
  signal: AbortSignal,
): Promise<readonly Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: Math.min(10, batchSize),
    WaitTimeSeconds: waitSeconds,
    MessageSystemAttributeNames: ['All'],
  });
  return (await client.send(command, { abortSignal: signal })).Messages ?? [];
};

const poll = async (source: EventSource, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    try {
      const messages = await receive(source, signal);
      if (messages.length > 0) await invoke(source, messages);
    } catch (error) {
      if (signal.aborted) return;
      source.onError(error);
      await sleep(errorPauseMs);
    }
  }
};

/** Polls until it is stopped; stopping waits for the invocations that are under way. */
export const startEventSource = (source: EventSource): { stop(): Promise<void> } => {
  const stopping = new AbortController();
  const loops = Array.from({ length: source.concurrency }, () => poll(source, stopping.signal));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
};
