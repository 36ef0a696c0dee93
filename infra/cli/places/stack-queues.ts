import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { type QueueName, queueNames } from '../../topology.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** The queues of one kind of message in a deployed stack. */
export interface StackQueue {
  readonly name: QueueName;
  readonly url: string;
  readonly deadLettersUrl: string;
}

/** The stage is in the name of the bucket. @throws UsageError where it is not one of ours */
const stageOf = (bucket: string): string => {
  const [, stage] = /^lumi-lead-importer-(.+)-\d{12}-[a-z]+(?:-[a-z]+)+-\d$/.exec(bucket) ?? [];
  if (stage === undefined) throw new UsageError(`The bucket ${bucket} has not the name of a lead importer's.`);
  return stage;
};

/** The queues of the stack that has a bucket. */
export const stackQueues = (sqs: SQSClient, bucket: string): Promise<readonly StackQueue[]> => {
  const urlOf = async (queue: string): Promise<string> =>
    (await sqs.send(new GetQueueUrlCommand({ QueueName: queue }))).QueueUrl ?? '';
  const names = queueNames.map((name) => [name, `lumi-lead-importer-${stageOf(bucket)}-${name}`] as const);
  return Promise.all(
    names.map(async ([name, queue]) => ({
      name,
      url: await urlOf(queue),
      deadLettersUrl: await urlOf(`${queue}-dead-letters`),
    })),
  );
};

/** Messages in a queue, received ones included. */
export const messagesIn = async (sqs: SQSClient, url: string): Promise<number> => {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
};
