import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Instance, World } from './invocation.ts';
import type { SimulatedQueue } from './simulated-queue.ts';

const sendBatch = (queue: SimulatedQueue, { faults, dice }: World, input: SendMessageBatchCommand['input']) => {
  if (faults.strike('sqs_send_refused')) throw new Error('the simulated queue is not there');
  const entries = input.Entries ?? [];
  const partly = faults.strike('sqs_send_partly_failed');
  const failed = entries.filter(() => partly && dice.chance(0.5));
  for (const entry of entries) if (!failed.includes(entry)) queue.send(entry.MessageBody ?? '', entry.MessageGroupId);
  if (faults.strike('sqs_send_done_but_error')) throw new Error('the simulated answer was lost');
  return { Successful: [], Failed: failed.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })) };
};

const receive = (
  queue: SimulatedQueue,
  { MaxNumberOfMessages, VisibilityTimeout }: ReceiveMessageCommand['input'],
) => ({
  Messages: queue
    .receive(MaxNumberOfMessages ?? 1, (VisibilityTimeout ?? 0) * 1000)
    .map(({ body, handle }) => ({ Body: body, ReceiptHandle: handle })),
});

/** An SQS client of one instance, for queues that are addressed by their names. */
export const queueClient = (queues: readonly SimulatedQueue[], world: World, instance: Instance): SQSClient => {
  const answer = (command: { readonly input: { readonly QueueUrl?: string | undefined } }): unknown => {
    const queue = queues.find(({ name }) => name === command.input.QueueUrl);
    if (queue === undefined) throw new Error('a queue that the function has no right to');
    if (command instanceof SendMessageBatchCommand) return sendBatch(queue, world, command.input);
    if (command instanceof ReceiveMessageCommand) return receive(queue, command.input);
    if (command instanceof DeleteMessageCommand) {
      if (!world.faults.strike('sqs_delete_lost')) queue.delete(command.input.ReceiptHandle ?? '');
      return {};
    }
    if (command instanceof ChangeMessageVisibilityCommand) {
      if (world.faults.strike('sqs_hide_failed')) throw new Error('the simulated queue is not there');
      queue.hide(command.input.ReceiptHandle ?? '', (command.input.VisibilityTimeout ?? 0) * 1000);
      return {};
    }
    throw new Error('a command that the simulated queue does not know');
  };
  const send = (command: { readonly input: { readonly QueueUrl?: string | undefined } }) =>
    instance.invocation.call(`${command.constructor.name} ${command.input.QueueUrl}`, () => answer(command));
  return { send } as unknown as SQSClient;
};
