import { App, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { acknowledgements, auditByCdkNag } from '../../../infra/stack/audit.ts';
import { concurrency, functions, queueNames, queues, visibilitySeconds } from '../../../infra/topology.ts';
import { prefixes, registerKey } from '../../../shared/bucket/keys.ts';
import { limits } from '../../../shared/limits.ts';
import { aStack } from '../../support/a-stack.ts';

const synthesize = (given: Readonly<Record<string, unknown>> = {}): Template => Template.fromStack(aStack(given));

const template = synthesize({ notificationEmail: 'ops@example.com' });

describe('the stack', () => {
  it('the stack has the outputs of the contract', () => {
    expect(Object.keys(template.findOutputs('*'))).toEqual(
      expect.arrayContaining(['BucketName', 'CredentialsSecretArn', 'UserPolicyArn', 'AlarmTopicArn', 'DashboardUrl']),
    );
  });

  it('the bucket is private, versioned and retained', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'RetainExceptOnCreate',
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

  it('the bucket notifies queues of its five prefixes without a hidden function', () => {
    const [bucket] = Object.values(template.findResources('AWS::S3::Bucket'));
    const rules = bucket?.['Properties'].NotificationConfiguration.QueueConfigurations.map(
      (each: { Filter: { S3Key: { Rules: { Value: string }[] } } }) => each.Filter.S3Key.Rules[0]?.Value,
    );
    expect(rules.toSorted()).toEqual(['control/', 'incoming/', 'state/manifests/', 'state/outcomes/', 'validate/']);
    template.resourceCountIs('Custom::S3BucketNotifications', 0);
    template.resourceCountIs('AWS::Lambda::Function', Object.keys(functions).length);
  });

  it('every queue hides messages for at least six times the timeout of its consumer, and its dead-letter queue keeps them longer', () => {
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

  it('concurrency is limited at the queues, never by reservation, and functions report partial batch failures', () => {
    const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping'));
    expect(mappings).toHaveLength(3);
    for (const { Properties } of mappings) {
      expect(Properties.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    }
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    }
  });

  it.each([2, 10, 200])(
    'with %i leads in flight at most nine executions run at once: a new account has ten',
    (apiConcurrency) => {
      const mappings = Object.values(synthesize({ apiConcurrency }).findResources('AWS::Lambda::EventSourceMapping'));
      const executions = mappings.map(({ Properties }) => Properties.ScalingConfig.MaximumConcurrency);
      expect(executions.reduce((sum, each) => sum + each, concurrency.sweeper)).toBeLessThanOrEqual(9);
    },
  );

  it('the register outlives every other object that the importer keeps', () => {
    const [bucket] = Object.values(template.findResources('AWS::S3::Bucket'));
    const rules = bucket?.['Properties'].LifecycleConfiguration.Rules as {
      Prefix?: string;
      ExpirationInDays?: number;
    }[];
    const days = (key: string): number =>
      Math.min(
        ...rules.map(({ Prefix, ExpirationInDays = Number.POSITIVE_INFINITY }) =>
          Prefix !== undefined && key.startsWith(Prefix) ? ExpirationInDays : Number.POSITIVE_INFINITY,
        ),
      );
    const kept = Object.values(prefixes).filter((prefix) => prefix.startsWith('state/') && prefix !== prefixes.state);
    expect(kept.length).toBeGreaterThan(8);
    for (const prefix of kept) expect(days(`${prefix}x`)).toBe(90);
    expect(days(registerKey)).toBe(120);
  });

  it('the sweeper runs every quarter of an hour, takes dead letters of all queues and may read no file that people dropped', () => {
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(15 minutes)' });
    const statements = Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([name]) => name.startsWith('Sweeper'))
      .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement);
    const withAction = (action: string) =>
      statements
        .filter(({ Action }: { Action: string | string[] }) => [Action].flat().includes(action))
        .flatMap(({ Resource }: { Resource: unknown }) => [Resource].flat());
    expect(withAction('sqs:ReceiveMessage')).toHaveLength(3);
    expect(JSON.stringify(withAction('sqs:ReceiveMessage'))).not.toMatch(/Queue[A-F0-9]{8}"/);
    expect(withAction('sqs:SendMessage')).toHaveLength(3);
    expect(JSON.stringify(withAction('s3:GetObject'))).not.toMatch(/incoming|validate|documents|reports/);
  });

  it('no function may delete in the bucket, only the submitter reads the credentials and only the reporter writes reports', () => {
    const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
    const actionsOf = (policy: unknown): string => JSON.stringify(policy);
    for (const [, policy] of policies) expect(actionsOf(policy)).not.toMatch(/s3:(Delete|\*)/);
    const readers = policies
      .filter(([, policy]) => actionsOf(policy).includes('secretsmanager:GetSecretValue'))
      .map(([id]) => id);
    expect(readers).toHaveLength(1);
    expect(readers.every((id) => id.startsWith('Submitter'))).toBe(true);
    const writersOfReports = policies
      .filter(([, policy]) => /"s3:PutObject"[^}]*reports\//.test(actionsOf(policy)))
      .map(([id]) => id);
    expect(writersOfReports.every((id) => id.startsWith('Reporter'))).toBe(true);
  });

  it('logs are kept for as long as it is said', () => {
    const logs = synthesize({ logRetentionDays: 30 }).findResources('AWS::Logs::LogGroup');
    expect(Object.values(logs).map(({ Properties }) => Properties.RetentionInDays)).toEqual([30, 30, 30, 30]);
  });
});

describe('what must not change by accident', () => {
  it('the template matches the snapshot', () => {
    // Assets are named by their content, which is nothing here.
    expect(template.toJSON()).toMatchSnapshot();
  });

  it('a message lives as long as the longest import may, and its receives never run out before it', () => {
    expect(queues.batches.retentionSeconds).toBeGreaterThan(limits.maxGiveUpAfterMs / 1000);
  });

  it('every alarm also says when it is over', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms.length).toBeGreaterThan(10);
    for (const { Properties: alarm } of alarms) expect(alarm.OKActions).toEqual(alarm.AlarmActions);
  });

  it('the topic of finished reports is there without an e-mail address, and nobody is subscribed', () => {
    const silent = synthesize({});
    silent.hasOutput('ReportTopicArn', {});
    silent.resourceCountIs('AWS::SNS::Subscription', 0);
  });

  it('alarms can be sent, and S3 alone may say that a report is ready', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'sns:Publish',
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ]),
      },
    });
    const statements = Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([name]) => name.startsWith('Reporter'))
      .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement)
      .map(({ Action }: { Action: string | string[] }) => Action);
    expect(statements).toEqual(expect.arrayContaining(['sns:Publish', 'events:PutEvents']));
  });

  it('every alarm sends a notification and says what to do', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    // As `docs/operators.md` counts what a stack costs at rest.
    expect(alarms).toHaveLength(21);
    for (const { Properties } of alarms) {
      expect(Properties.AlarmActions).toHaveLength(1);
      expect(Properties.AlarmDescription).toMatch(/(Look|Check|Put|Find|report|See|see).*\.$/s);
    }
  });

  it('every function has an alarm on errors and one on throttles, and a metric of its own events is one stage’s', () => {
    const metrics = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
    for (const name of ['Errors', 'Throttles']) {
      const watched = metrics.filter(({ MetricName, Namespace }) => MetricName === name && Namespace === 'AWS/Lambda');
      expect(new Set(watched.map(({ Dimensions }) => JSON.stringify(Dimensions))).size).toBe(4);
    }
    const own = metrics.filter(({ Namespace }) => Namespace === 'LumiLeadImporter');
    expect(own.map(({ MetricName }) => MetricName)).toContain('ImportsOverdue');
    for (const { Dimensions } of own) expect(Dimensions).toContainEqual({ Name: 'stage', Value: 'prod' });
  });

  it('dashboards and links are of one region, and of the console of its partition', () => {
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    expect(JSON.stringify(dashboard?.['Properties'].DashboardName)).toContain('AWS::Region');
    for (const [name, part] of Object.entries({ DropUrl: 'prefix=incoming%2F', ReportsUrl: 'prefix=reports%2F' })) {
      const [output] = Object.values(template.findOutputs(name));
      const text = JSON.stringify(output?.['Value']);
      expect(text).toContain('Fn::FindInMap');
      expect(text).toContain('/s3/buckets/');
      expect(text).toContain(part);
    }
    const [consoles] = Object.values(template.toJSON()['Mappings'] as Record<string, object>);
    expect(Object.keys(consoles ?? {})).toEqual(['aws', 'aws-cn', 'aws-us-gov']);
  });

  it('a first deployment that fails leaves no secret and no bucket behind', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::SecretsManager::Secret'])
      for (const resource of Object.values(template.findResources(type)))
        expect(resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  it('people may use the console by its links: where a bucket is, and to end a broken upload', () => {
    const [policy] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
    const statements = policy?.['Properties'].PolicyDocument.Statement as { Action: string | string[] }[];
    const actions = statements.flatMap(({ Action }) => Action).toSorted();
    expect([...new Set(actions)]).toEqual([
      'cloudformation:DescribeStacks',
      's3:AbortMultipartUpload',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ]);
  });

  it('functions keep JSON logs for a time, trace themselves, and have a role each', () => {
    const all = Object.values(template.findResources('AWS::Lambda::Function'));
    for (const { Properties } of all) {
      expect(Properties).toMatchObject({ LoggingConfig: { LogFormat: 'JSON' }, TracingConfig: { Mode: 'Active' } });
    }
    const roles = all.map(({ Properties }) => JSON.stringify(Properties.Role));
    expect(new Set(roles).size).toBe(all.length);
    for (const { Properties } of Object.values(template.findResources('AWS::Logs::LogGroup')))
      expect(Properties.RetentionInDays).toBe(90);
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role')))
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it.each([
    [
      'Parser',
      ['incoming/*', 'validate/*', 'mappings/*', 'documents/*', 'control/*', 'state/*', 'reports/*/progress.json'],
    ],
    ['Submitter', ['documents/*', 'control/*', 'state/*', 'reports/*/progress.json']],
    ['Reporter', ['state/*', 'control/*', 'reports/*']],
  ])('%s reads its own prefixes only', (id, prefixes) => {
    const statements = Object.entries(template.findResources('AWS::IAM::Policy'))
      .filter(([name]) => name.startsWith(id))
      .flatMap(([, policy]) => policy['Properties'].PolicyDocument.Statement)
      .filter(({ Action }: { Action: string | string[] }) => [Action].flat().includes('s3:GetObject'));
    expect(statements.length).toBeGreaterThan(0);
    for (const { Resource } of statements) {
      const read = [Resource].flat().map((each) => each['Fn::Join'][1].at(-1).slice(1));
      expect(read.toSorted()).toEqual(prefixes.toSorted());
    }
  });
});

describe("the CDK's own ways", () => {
  it('every role has the permissions boundary that the context names', () => {
    const context = { '@aws-cdk/core:permissionsBoundary': { name: 'partner-boundary' } };
    const roles = Object.values(Template.fromStack(aStack({}, new App({ context }))).findResources('AWS::IAM::Role'));
    expect(roles.length).toBeGreaterThanOrEqual(Object.keys(functions).length);
    for (const { Properties } of roles)
      expect(JSON.stringify(Properties.PermissionsBoundary)).toContain('policy/partner-boundary');
  });

  it('a tag of the stack is on its bucket, its functions and its queues', () => {
    const stack = aStack({});
    Tags.of(stack).add('cost-centre', '42');
    const tagged = Template.fromStack(stack);
    for (const type of ['AWS::S3::Bucket', 'AWS::Lambda::Function', 'AWS::SQS::Queue'])
      for (const { Properties } of Object.values(tagged.findResources(type)))
        expect(Properties.Tags).toContainEqual({ Key: 'cost-centre', Value: '42' });
  });
});

describe('the audit', () => {
  /** What an audit says, every finding of it; empty where it finds nothing. */
  const findings = (audit: (app: App) => void): string => {
    const app = new App();
    audit(app);
    try {
      app.synth();
      return '';
    } catch (error) {
      return String(error);
    }
  };

  it('cdk-nag finds nothing in the stack that is not acknowledged', () => {
    const given = { notificationEmail: 'ops@example.com' };
    expect(findings((app) => auditByCdkNag(app, aStack(given, app)))).toBe('');
    expect(findings((app) => auditByCdkNag(app, aStack({}, app)))).toBe('');
  });

  it('cdk-nag reports every acknowledged finding when nothing is acknowledged', () => {
    let known: readonly { readonly id: string }[] = [];
    const found = findings((app) => {
      const stack = aStack({}, app);
      known = acknowledgements(stack);
      auditByCdkNag(app, stack, []);
    });
    expect(known.filter(({ id }) => !found.includes(id))).toEqual([]);
  });
});
