import { deepEqual, equal, match } from 'node:assert/strict';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

interface Heard {
  readonly id: string;
  readonly state: string;
}

/** Listens as a partner's own program would: a rule with the pattern of `docs/operators.md`, and a subscription. */
export interface Listener {
  /** Checks that every import so far was told of as an event and in a readable message. */
  check(importIds: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export const listen = async (reportTopicArn: string): Promise<Listener> => {
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const queue = async (name: string) => {
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const arn = Attributes['QueueArn'] ?? '';
    const statement = {
      Effect: 'Allow',
      Principal: { Service: ['events.amazonaws.com', 'sns.amazonaws.com'] },
      Action: 'sqs:SendMessage',
      Resource: arn,
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    return { url: QueueUrl, arn };
  };
  const [events, mails] = [await queue('a-partners-events'), await queue('a-partners-mails')];
  const bus = new EventBridgeClient();
  const pattern = { source: ['lumi-lead-importer'], 'detail-type': ['Import finished'] };
  await bus.send(new PutRuleCommand({ Name: 'a-partners-rule', EventPattern: JSON.stringify(pattern) }));
  await bus.send(new PutTargetsCommand({ Rule: 'a-partners-rule', Targets: [{ Id: 'queue', Arn: events.arn }] }));
  await new SNSClient().send(new SubscribeCommand({ TopicArn: reportTopicArn, Protocol: 'sqs', Endpoint: mails.arn }));

  const drain = async (url: string): Promise<readonly string[]> => {
    const bodies: string[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body = '' }) => Body));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
    }
  };

  return {
    check: async (importIds) => {
      const heard = (await drain(events.url)).map((body): Heard => {
        const { detail } = JSON.parse(body) as { readonly detail: Record<string, unknown> };
        deepEqual(
          Object.keys(detail).toSorted(),
          'documents,finishedAt,importId,key,mode,reports,rows,startedAt,state,statuses'.split(','),
        );
        return { id: String(detail['importId']), state: String(detail['state']) };
      });
      deepEqual([...new Set(heard.map(({ id }) => id))].toSorted(), [...importIds].toSorted());
      const messages = (await drain(mails.url)).map((body) => JSON.parse(body) as Record<string, string>);
      equal(messages.length >= importIds.length, true, 'each import is one message at least');
      for (const { Subject = '', Message = '' } of messages) {
        match(Subject, /^[^\p{Cc}]{1,99}$/u);
        match(Message, /^report\.html: https:\/\/\S+\/s3\/object\/\S+prefix=reports%2F\S+$/m);
      }
    },
    stop: async () => {
      for (const { url } of [events, mails]) await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    },
  };
};
