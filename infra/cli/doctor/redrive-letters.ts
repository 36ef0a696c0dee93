import { sqsClient } from '../../../shared/aws/clients.ts';
import { moveMessages } from '../../../shared/aws/move-messages.ts';
import { parseJson } from '../../../shared/parse-json.ts';
import { batchMessageSchema } from '../../../shared/state/batch-message.ts';
import type { PlaceOptions } from '../places/place.ts';
import { connection, openStack } from '../places/stack.ts';
import { stackQueues } from '../places/stack-queues.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** A batch goes back into the group of its import, so that it waits behind nobody else's. */
const groupOf = (body: string): string | undefined => batchMessageSchema.safeParse(parseJson(body)).data?.importId;

/** Puts the dead letters of a stack back into their queues, and says how many. */
export const redriveLetters = async (
  { stack, json }: Pick<PlaceOptions, 'stack' | 'json'>,
  { write, say }: Output,
): Promise<number> => {
  if (stack === undefined)
    throw new UsageError('Expected --stack NAME: an import on this machine has no dead letters.');
  const { bucket } = await openStack(stack);
  const sqs = sqsClient(connection());
  const counts: Record<string, number> = {};
  for (const { name, url, deadLettersUrl } of await stackQueues(sqs, bucket)) {
    const move = moveMessages(sqs, deadLettersUrl, url);
    counts[name] = (await move((body) => ({ body, group: groupOf(body) }))).taken;
  }
  if (json === true) await write(`${JSON.stringify(counts)}\n`);
  const moved = Object.entries(counts).filter(([, count]) => count > 0);
  if (moved.length === 0) say('There are no dead letters.');
  for (const [name, count] of moved) say(`${count} dead letters of ${name} are back in their queue.`);
  return 0;
};
