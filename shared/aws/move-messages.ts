import { DeleteMessageCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { MoveMessages } from '../bucket/bucket-and-queues.ts';
import { limits } from '../limits.ts';
import { sendMessages } from './queue.ts';

/** Seconds in which a message that was received here is sent on and deleted, or is back in its queue. */
const visibilitySeconds = 120;

const receive = async (client: SQSClient, queueUrl: string): Promise<readonly Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: limits.messagesPerSend,
    VisibilityTimeout: visibilitySeconds,
    // A short poll may miss messages that are there.
    WaitTimeSeconds: 1,
  });
  return (await client.send(command)).Messages ?? [];
};

/** Messages that are received before the first of them is sent on. */
const receivedTogether = 100;

const receiveTogether = async (client: SQSClient, queueUrl: string): Promise<readonly Message[]> => {
  const all: Message[] = [];
  while (all.length < receivedTogether) {
    const messages = await receive(client, queueUrl);
    if (messages.length === 0) break;
    all.push(...messages);
  }
  return all;
};

/**
 * Sends first and deletes then: a message may be in both queues for a moment, and never in none. Where a deletion was
 * lost there are copies of a message: they are sent once, or they would double with each round. Only those that were
 * received before anything was sent count as copies: one that comes later may be what was sent, back again.
 */
export const moveMessages = (client: SQSClient, from: string, to: string): MoveMessages => {
  const send = sendMessages(client, to);
  return async (decide) => {
    const counts = { taken: 0, left: 0 };
    for (let isMore = true; isMore; ) {
      const messages = await receiveTogether(client, from);
      isMore = messages.length >= receivedTogether;
      for (const [body, copies] of Map.groupBy(messages, ({ Body = '' }) => Body)) {
        const move = decide(body);
        counts[move === 'stays' ? 'left' : 'taken'] += copies.length;
        if (move === 'stays') continue;
        if (move !== 'done') await send([move.body], move.group);
        for (const { ReceiptHandle } of copies)
          await client.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
      }
    }
    return counts;
  };
};
