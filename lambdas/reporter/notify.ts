import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { connectionOf } from '../../shared/aws/clients.ts';
import type { AwsConnection } from '../../shared/bucket/bucket-and-queues.ts';
import type { Notice } from './notice.ts';

/** Tells the world of an import. */
export type Notify = (notice: Notice) => Promise<void>;

/** Connects the reporter to whoever is told. */
export type Notifier = (config: AwsConnection & { readonly REPORT_TOPIC_ARN: string }) => Notify;

/** Sends an event to the account's bus, where there is one, and a message to the report topic; each is tried, whatever became of the other. */
export const awsNotify: Notifier = (config) => {
  const [events, topic] = [new EventBridgeClient(connectionOf(config)), new SNSClient(connectionOf(config))];
  const sendEvent = async (detail: Notice['detail']): Promise<void> => {
    if (detail === undefined) return;
    const entry = { Source: 'lumi-lead-importer', DetailType: 'Import finished', Detail: JSON.stringify(detail) };
    const { FailedEntryCount = 0 } = await events.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount > 0) throw new Error('EventBridge did not take the event');
  };
  return async ({ subject, text, detail }) => {
    const message = new PublishCommand({ TopicArn: config.REPORT_TOPIC_ARN, Subject: subject, Message: text });
    const sent = await Promise.allSettled([sendEvent(detail), topic.send(message)]);
    const failed = sent.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
};
