import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DelayRedelivery, SendMessages } from '../bucket/bucket-and-queues.ts';
import { limits } from '../limits.ts';

const entriesOf = (bodies: readonly string[], group: string | undefined) =>
  bodies.map((body, index) => ({ Id: String(index), MessageBody: body, MessageGroupId: group }));

/** Sends in batches of ten. What SQS lists as `Failed` is sent again, and in the end the attempt fails: nothing is dropped. */
export const sendMessages =
  (client: SQSClient, queueUrl: string): SendMessages =>
  async (bodies, group) => {
    for (let start = 0; start < bodies.length; start += limits.messagesPerSend) {
      let entries = entriesOf(bodies.slice(start, start + limits.messagesPerSend), group);
      for (let round = 0; entries.length > 0; round += 1) {
        if (round === limits.maxSendRounds) throw new Error(`SQS refused ${entries.length} messages ${round} times`);
        const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
        const failed = new Set((answer.Failed ?? []).map(({ Id }) => Id));
        entries = entries.filter(({ Id }) => failed.has(Id));
      }
    }
  };

/** Whole seconds, rounded up, within what SQS allows. */
export const delayRedelivery =
  (client: SQSClient, queueUrl: string): DelayRedelivery =>
  async (receiptHandle, durationMs) => {
    const seconds = Math.ceil(Math.min(Math.max(0, durationMs), limits.maxVisibilityMs) / 1000);
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  };
