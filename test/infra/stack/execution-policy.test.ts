import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { aStack } from '../../support/a-stack.ts';

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

const text = readFileSync('docs/execution-policy.json', 'utf8');
const { Statement: statements } = JSON.parse(text) as { readonly Statement: readonly Statement[] };

/** What CloudFormation calls first to make a resource of each type, and what the resource is called in an ARN. */
const creations: Readonly<Record<string, { readonly action: string; readonly name?: string }>> = {
  'AWS::S3::Bucket': { action: 's3:CreateBucket', name: 'arn:aws:s3:::lumi-lead-importer-prod-1-x' },
  'AWS::S3::BucketPolicy': { action: 's3:PutBucketPolicy', name: 'arn:aws:s3:::lumi-lead-importer-prod-1-x' },
  'AWS::SQS::Queue': { action: 'sqs:CreateQueue', name: 'arn:aws:sqs:x:1:lumi-lead-importer-prod-uploads' },
  'AWS::SQS::QueuePolicy': {
    action: 'sqs:SetQueueAttributes',
    name: 'arn:aws:sqs:x:1:lumi-lead-importer-prod-uploads',
  },
  'AWS::SNS::Topic': { action: 'sns:CreateTopic', name: 'arn:aws:sns:x:1:LumiLeadImporter-prod-Alarms' },
  'AWS::SNS::TopicPolicy': { action: 'sns:SetTopicAttributes', name: 'arn:aws:sns:x:1:LumiLeadImporter-prod-Alarms' },
  'AWS::SNS::Subscription': { action: 'sns:Subscribe', name: 'arn:aws:sns:x:1:LumiLeadImporter-prod-Alarms' },
  'AWS::SecretsManager::Secret': {
    action: 'secretsmanager:CreateSecret',
    name: 'arn:aws:secretsmanager:x:1:secret:CredentialsX-y',
  },
  'AWS::Logs::LogGroup': { action: 'logs:CreateLogGroup', name: 'arn:aws:logs:x:1:log-group:LumiLeadImporter-prod-L' },
  'AWS::IAM::Role': { action: 'iam:CreateRole', name: 'arn:aws:iam::1:role/LumiLeadImporter-prod-Role' },
  'AWS::IAM::Policy': { action: 'iam:PutRolePolicy', name: 'arn:aws:iam::1:role/LumiLeadImporter-prod-Role' },
  'AWS::IAM::ManagedPolicy': {
    action: 'iam:CreatePolicy',
    name: 'arn:aws:iam::1:policy/LumiLeadImporter-prod-UserPolicy',
  },
  'AWS::Lambda::Function': {
    action: 'lambda:CreateFunction',
    name: 'arn:aws:lambda:x:1:function:LumiLeadImporter-prod-F',
  },
  'AWS::Lambda::Permission': {
    action: 'lambda:AddPermission',
    name: 'arn:aws:lambda:x:1:function:LumiLeadImporter-prod-F',
  },
  'AWS::Lambda::EventSourceMapping': { action: 'lambda:CreateEventSourceMapping' },
  'AWS::CloudWatch::Alarm': {
    action: 'cloudwatch:PutMetricAlarm',
    name: 'arn:aws:cloudwatch:x:1:alarm:LumiLeadImporter-prod-A',
  },
  'AWS::CloudWatch::Dashboard': {
    action: 'cloudwatch:PutDashboard',
    name: 'arn:aws:cloudwatch::1:dashboard/lumi-lead-importer-prod-x',
  },
  'AWS::Events::Rule': { action: 'events:PutRule', name: 'arn:aws:events:x:1:rule/LumiLeadImporter-prod-Schedule' },
};

/** Whether a pattern of a policy covers a text. */
const covers = (pattern: string, given: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`).test(given);

const allows = (action: string, resource: string | undefined): boolean =>
  statements.some(
    ({ Action, Resource }) =>
      Action.some((each) => covers(each, action)) &&
      (resource === undefined || Resource.some((each) => covers(each, resource))),
  );

describe('docs/execution-policy.json', () => {
  const resources = Template.fromStack(aStack({ notificationEmail: 'ops@example.com' })).toJSON()[
    'Resources'
  ] as Record<string, { readonly Type: string }>;
  const types = [...new Set(Object.values(resources).map(({ Type }) => Type))].filter((type) => !type.includes('CDK'));

  it.each(types)('lets CloudFormation make an %s of the stack, by the name that it has', (type) => {
    const creation = creations[type];
    expect(creation, 'what makes it is known').toBeDefined();
    expect(allows(creation?.action ?? '', creation?.name)).toBe(true);
  });

  it.each([
    ['sqs:TagQueue', 'arn:aws:sqs:x:1:lumi-lead-importer-prod-uploads'],
    ['sns:TagResource', 'arn:aws:sns:x:1:LumiLeadImporter-prod-Alarms'],
    ['s3:PutBucketTagging', 'arn:aws:s3:::lumi-lead-importer-prod-1-x'],
    ['secretsmanager:TagResource', 'arn:aws:secretsmanager:x:1:secret:CredentialsX-y'],
    ['logs:TagResource', 'arn:aws:logs:x:1:log-group:LumiLeadImporter-prod-L'],
    ['iam:TagRole', 'arn:aws:iam::1:role/LumiLeadImporter-prod-Role'],
    ['iam:TagPolicy', 'arn:aws:iam::1:policy/LumiLeadImporter-prod-UserPolicy'],
    ['lambda:TagResource', 'arn:aws:lambda:x:1:function:LumiLeadImporter-prod-F'],
    ['lambda:TagResource', 'arn:aws:lambda:x:1:event-source-mapping:fa87'],
    ['cloudwatch:TagResource', 'arn:aws:cloudwatch:x:1:alarm:LumiLeadImporter-prod-A'],
    ['events:TagResource', 'arn:aws:events:x:1:rule/LumiLeadImporter-prod-Schedule'],
  ])('lets CloudFormation tag what it makes: %s', (action, name) => {
    expect(allows(action, name)).toBe(true);
  });

  it('lets it do nothing with what the stack has not, and nothing to other buckets, roles and functions', () => {
    const services = new Set(types.map((type) => creations[type]?.action.split(':')[0]));
    const named = statements.flatMap(({ Action }) => Action.map((each) => each.split(':')[0]));
    expect(named.filter((service) => service !== 'ssm' && !services.has(service))).toEqual([]);
    expect(allows('s3:DeleteBucket', 'arn:aws:s3:::payroll')).toBe(false);
    expect(allows('iam:PutRolePolicy', 'arn:aws:iam::1:role/Admin')).toBe(false);
    expect(allows('logs:DeleteLogGroup', 'arn:aws:logs:x:1:log-group:/aws/lambda/billing')).toBe(false);
    expect(allows('secretsmanager:DeleteSecret', 'arn:aws:secretsmanager:x:1:secret:billing')).toBe(false);
    expect(allows('cloudwatch:DeleteAlarms', 'arn:aws:cloudwatch:x:1:alarm:billing')).toBe(false);
    expect(allows('lambda:UpdateFunctionCode', 'arn:aws:lambda:x:1:function:billing')).toBe(false);
  });

  it('fits into a managed policy of IAM', () => {
    expect(text.replaceAll(/\s/g, '').length).toBeLessThan(6_144);
  });
});
