import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../infra/context.ts';
import { ImportStack } from '../../infra/import-stack.ts';
import { functions, queueNames, queues, submitterConcurrency, visibilitySeconds } from '../../infra/topology.ts';

/** Synthesis without bundling: what the functions hold is not the subject here. */
const synthesize = (given: Readonly<Record<string, unknown>> = {}): Template => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(
    new ImportStack(
      app,
      'Test',
      readContext((name) => given[name]),
    ),
  );
};

const template = synthesize({ notificationEmail: 'ops@example.com' });

describe('the stack', () => {
  it('has the outputs of the contract', () => {
    expect(Object.keys(template.findOutputs('*'))).toEqual(
      expect.arrayContaining(['BucketName', 'CredentialsSecretArn', 'UserPolicyArn', 'AlarmTopicArn', 'DashboardUrl']),
    );
  });

  it('keeps the bucket to itself, encrypted, versioned and retained', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      }),
    });
  });

  it('notifies each queue of its own prefixes, and has no hidden function for that', () => {
    const [bucket] = Object.values(template.findResources('AWS::S3::Bucket'));
    const rules = bucket?.['Properties'].NotificationConfiguration.QueueConfigurations.map(
      (each: { Filter: { S3Key: { Rules: { Value: string }[] } } }) => each.Filter.S3Key.Rules[0]?.Value,
    );
    expect(rules.toSorted()).toEqual(['incoming/', 'state/manifests/', 'state/outcomes/', 'validate/']);
    template.resourceCountIs('Custom::S3BucketNotifications', 0);
    template.resourceCountIs('AWS::Lambda::Function', Object.keys(functions).length);
  });

  it('gives every queue six times its consumer, and a dead-letter queue that outlives it', () => {
    for (const name of queueNames) {
      expect(visibilitySeconds(name)).toBeGreaterThanOrEqual(functions[queues[name].consumer].timeoutSeconds * 6);
      template.hasResourceProperties('AWS::SQS::Queue', {
        QueueName: `lumi-lead-importer-prod-${name}`,
        VisibilityTimeout: visibilitySeconds(name),
        RedrivePolicy: Match.objectLike({ maxReceiveCount: queues[name].maxReceives }),
        SqsManagedSseEnabled: true,
      });
      expect(queues[name].retentionSeconds).toBeLessThan(1_209_600);
    }
  });

  it('limits concurrency at the queues, never by reservation, and answers batches in part', () => {
    const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'));
    expect(mappings).toHaveLength(5);
    for (const { Properties } of mappings) {
      expect(Properties.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    }
  });

  it('lets nobody delete anything in the bucket, and only the submitter read the credentials', () => {
    const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
    const actionsOf = (policy: unknown): string => JSON.stringify(policy);
    for (const [, policy] of policies) expect(actionsOf(policy)).not.toMatch(/s3:(Delete|\*)/);
    const readers = policies
      .filter(([, policy]) => actionsOf(policy).includes('secretsmanager:GetSecretValue'))
      .map(([id]) => id);
    expect(readers).toHaveLength(2);
    expect(readers.every((id) => id.startsWith('Submitter'))).toBe(true);
    const writersOfReports = policies
      .filter(([, policy]) => /"s3:PutObject"[^}]*reports\//.test(actionsOf(policy)))
      .map(([id]) => id);
    expect(writersOfReports.every((id) => id.startsWith('Reporter'))).toBe(true);
  });
});

describe('leads in flight', () => {
  it.each([2, 3, 5, 10, 11, 37, 200])('of %i are never exceeded by all invocations together', (leads) => {
    const { invocations, leadsEach } = submitterConcurrency(leads);
    expect(invocations).toBeGreaterThanOrEqual(2);
    expect(leadsEach).toBeGreaterThanOrEqual(1);
    expect(invocations * leadsEach).toBeLessThanOrEqual(leads);
  });
});

describe('a context value', () => {
  it.each([
    ['apiConcurrency', 'many'],
    ['apiConcurrency', 1],
    ['lumiApiUrl', 'http://api.lumi.com.au'],
    ['giveUpAfterHours', 0],
    ['giveUpAfterHours', 241],
    ['duplicateWindowDays', 0],
    ['retentionDays', 3],
    ['stage', 'Prod!'],
    ['notificationEmail', 'nobody'],
    ['requestsPerSecond', 0.5],
    ['retentionDays', 13],
  ])('%s = %s stops synthesis with a sentence', (name, value) => {
    expect(() => readContext((each) => (each === name ? value : undefined))).toThrow(
      new RegExp(`^The context value ${name}.*expected.*\\.$`),
    );
  });

  it('has a default where it may be left out', () => {
    expect(readContext(() => undefined)).toEqual({
      stage: 'prod',
      lumiApiUrl: 'https://api.lumi.com.au',
      apiConcurrency: 10,
      duplicateWindowDays: 30,
      retentionDays: 90,
      giveUpAfterHours: 24,
    });
  });
});
