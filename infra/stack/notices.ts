import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

/** A topic for alarms and one for reports that are ready; an e-mail address may be subscribed to both. */
export class Notices extends Construct {
  readonly alarmTopic: Topic;
  readonly reportTopic: Topic;

  constructor(scope: Construct, id: string, email: string | undefined) {
    super(scope, id);
    this.alarmTopic = new Topic(this, 'Alarms', { enforceSSL: true });
    // The topic's own policy replaces the default one: without this no alarm could be sent.
    this.alarmTopic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.alarmTopic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    this.reportTopic = new Topic(this, 'Reports', { enforceSSL: true });
    if (email === undefined) return;
    for (const topic of [this.alarmTopic, this.reportTopic]) topic.addSubscription(new EmailSubscription(email));
  }
}
