import { DeleteMessageCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { limits } from '../limits.ts';
import { sendMessages } from './queue.ts';

/** A message on its way to another queue. */
export interface MovedMessage {
  readonly body: string;
  /** See `sendMessages`. */
  readonly group?: string | undefined;
}

/** What becomes of a message: it is sent on, it stays where it is, or nobody needs it any more. */
export type Move = MovedMessage | 'stays' | 'done';

/** Moves the messages of one queue to another; resolves with how many were taken from it and how many were left. */
export type MoveMessages = (
  decide: (body: string) => Move,
) => Promise<{ readonly taken: number; readonly left: number }>;

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

/**
 * Sends first and deletes then: a message may be in both queues for a moment, and never in none. What a lost deletion
 * doubled is sent once: copies that come back again and again would double each time.
 */
export const moveMessages = (client: SQSClient, from: string, to: string): MoveMessages => {
  const send = sendMessages(client, to);
  return async (decide) => {
    const counts = { taken: 0, left: 0 };
    const sent = new Set<string>();
    for (let messages = await receive(client, from); messages.length > 0; messages = await receive(client, from)) {
      for (const { Body = '', ReceiptHandle } of messages) {
        const move = decide(Body);
        counts[move === 'stays' ? 'left' : 'taken'] += 1;
        if (move === 'stays') continue;
        if (move !== 'done' && !sent.has(move.body)) {
          await send([move.body], move.group);
          sent.add(move.body);
        }
        await client.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
      }
    }
    return counts;
  };
};
