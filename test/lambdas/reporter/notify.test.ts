import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { awsNotify } from '../../../lambdas/reporter/notify.ts';

const events = mockClient(EventBridgeClient);
const topics = mockClient(SNSClient);
const notify = awsNotify({ AWS_REGION: 'ap-southeast-2', REPORT_TOPIC_ARN: 'arn:aws:sns:x:1:reports' });
const notice = { subject: 'a.csv was imported', text: 'all of it', detail: { importId: 'x' } };

describe('a notice', () => {
  beforeEach(() => {
    events.reset();
    topics.reset();
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
    topics.on(PublishCommand).resolves({});
  });

  it('is one event and one message', async () => {
    await notify(notice);
    expect(events.commandCalls(PutEventsCommand)[0]?.args[0].input).toEqual({
      Entries: [{ Source: 'lumi-lead-importer', DetailType: 'Import finished', Detail: '{"importId":"x"}' }],
    });
    expect(topics.commandCalls(PublishCommand)[0]?.args[0].input).toMatchObject({
      Subject: notice.subject,
      Message: 'all of it',
    });
  });

  it('sends the message although the event is refused, and says that something failed', async () => {
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 1 });
    await expect(notify(notice)).rejects.toThrow('EventBridge did not take the event');
    expect(topics.commandCalls(PublishCommand)).toHaveLength(1);
  });
});
