import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Instance, World } from './invocation.ts';
import type { SimulatedQueue } from './simulated-queue.ts';

const sendBatch = (queue: SimulatedQueue, { faults, dice }: World, input: SendMessageBatchCommand['input']) => {
  if (faults.strike('sqs_send_refused')) throw new Error('the simulated queue is not there');
  const entries = input.Entries ?? [];
  const partly = faults.strike('sqs_send_partly_failed');
  const failed = entries.filter(() => partly && dice.chance(0.5));
  for (const entry of entries) if (!failed.includes(entry)) queue.send(entry.MessageBody ?? '');
  if (faults.strike('sqs_send_done_but_error')) throw new Error('the simulated answer was lost');
  return { Successful: [], Failed: failed.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })) };
};

/** An SQS client of one instance, for the one queue that its function is wired to. */
export const queueClient = (queue: SimulatedQueue, world: World, instance: Instance): SQSClient => {
  const answer = (command: unknown): unknown => {
    if (command instanceof SendMessageBatchCommand) return sendBatch(queue, world, command.input);
    if (command instanceof ChangeMessageVisibilityCommand) {
      if (world.faults.strike('sqs_hide_failed')) throw new Error('the simulated queue is not there');
      queue.hide(command.input.ReceiptHandle ?? '', (command.input.VisibilityTimeout ?? 0) * 1000);
      return {};
    }
    throw new Error('a command that the simulated queue does not know');
  };
  const send = (command: object) =>
    instance.invocation.call(`${command.constructor.name} ${queue.name}`, () => answer(command));
  return { send } as unknown as SQSClient;
};
