import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { MessageSource } from '../../../infra/laptop/event-source.ts';

/** Seconds that a receive waits: short, since the emulator does not wake it for a message that comes back. */
const waitSeconds = 1;

/** A queue of the emulator as an event source asks it: with the SDK. */
export const sqsSource = (client: SQSClient, queueUrl: string): MessageSource => {
  const closing = new AbortController();
  return {
    receive: async (count) => {
      const command = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(10, count),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
      });
      const answer = await client.send(command, { abortSignal: closing.signal }).catch((error: unknown) => {
        if (closing.signal.aborted) return { Messages: [] };
        throw error;
      });
      return (answer.Messages ?? []).map(({ MessageId = '', Body = '', ReceiptHandle = '', Attributes = {} }) => ({
        id: MessageId,
        body: Body,
        group: Attributes.MessageGroupId,
        handle: ReceiptHandle,
        receives: Number(Attributes.ApproximateReceiveCount),
        firstReceivedAt: Number(Attributes.ApproximateFirstReceiveTimestamp),
      }));
    },
    delete: async (handle) =>
      void (await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: handle }))),
    close: () => closing.abort(),
  };
};
