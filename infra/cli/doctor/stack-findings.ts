import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  type MetricAlarm,
  paginateDescribeAlarms,
  StateValue,
} from '@aws-sdk/client-cloudwatch';
import {
  type EventSourceMappingConfiguration,
  type FunctionConfiguration,
  GetAccountSettingsCommand,
  LambdaClient,
  paginateListEventSourceMappings,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import type { SQSClient } from '@aws-sdk/client-sqs';
import manifest from '../../../package.json' with { type: 'json' };
import { connectionOf, sqsClient } from '../../../shared/aws/clients.ts';
import { systemClock } from '../../../shared/clock.ts';
import { harmless } from '../../../shared/words/escaping.ts';
import { concurrency, functions as topology } from '../../topology.ts';
import { connection, openStack } from '../places/stack.ts';
import { messagesIn, stackQueues } from '../places/stack-queues.ts';
import { type Finding, fine, looked } from './finding.ts';
import { stageFindings } from './stage-findings.ts';

/** Functions of the stack that run at once, at most. */
const executions = concurrency.parser + concurrency.submitter.most + concurrency.reporter + concurrency.sweeper;
const dayMs = 86_400_000;
const raiseQuota =
  'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 100';

const queues = async (sqs: SQSClient, bucket: string, stack: string): Promise<readonly Finding[]> => {
  const all = await stackQueues(sqs, bucket);
  return Promise.all(
    all.map(async ({ name, url, deadLettersUrl }) => {
      const [waiting, dead] = [await messagesIn(sqs, url), await messagesIn(sqs, deadLettersUrl)];
      const what = `the queue ${name}: ${waiting} messages`;
      if (dead === 0) return fine(what);
      return { what, wrong: `${dead} dead letters`, mend: `npm start -- redrive --stack ${stack}` };
    }),
  );
};

/** A queue whose event source is disabled is not served: so sending is paused. */
const eventSources = async (lambda: LambdaClient, stack: string): Promise<readonly Finding[]> => {
  const names = await resourcesOf(stack, 'AWS::Lambda::Function');
  const isOwn = ({ FunctionArn = '' }: EventSourceMappingConfiguration): boolean =>
    names.has(FunctionArn.slice(FunctionArn.lastIndexOf(':') + 1));
  const own: EventSourceMappingConfiguration[] = [];
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings({ client: lambda }, {}))
    own.push(...EventSourceMappings.filter(isOwn));
  return own.map(({ UUID, State, FunctionArn = '' }) => {
    const what = `the function ${FunctionArn.slice(FunctionArn.lastIndexOf(':') + 1)} is served by its queue`;
    if (State === 'Enabled') return fine(what);
    return {
      what,
      wrong: `its event source is ${State}`,
      mend: `aws lambda update-event-source-mapping --uuid ${UUID} --enabled`,
    };
  });
};

const quota = async (lambda: LambdaClient): Promise<Finding> => {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const most = AccountLimit?.ConcurrentExecutions ?? 0;
  const what = `${most} concurrent executions`;
  if (most >= executions) return fine(what);
  return { what, wrong: `the importer needs up to ${executions}`, mend: raiseQuota };
};

/** Physical names of the stack's own resources of a type: names that begin alike may be another stack's. */
const resourcesOf = async (stack: string, type: string): Promise<ReadonlySet<string>> => {
  const client = new CloudFormationClient(connectionOf(connection()));
  const names = new Set<string>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: stack }))
    for (const { ResourceType, PhysicalResourceId = '' } of StackResourceSummaries)
      if (ResourceType === type) names.add(PhysicalResourceId);
  return names;
};

const functionsOf = async (lambda: LambdaClient, stack: string): Promise<readonly FunctionConfiguration[]> => {
  const names = await resourcesOf(stack, 'AWS::Lambda::Function');
  const own: FunctionConfiguration[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {}))
    own.push(...Functions.filter(({ FunctionName = '' }) => names.has(FunctionName)));
  return own;
};

/** Executions that Lambda turned away within a day. */
const throttled = async ({ FunctionName: name = '' }: FunctionConfiguration): Promise<Finding> => {
  const what = `the function ${name} was not throttled today`;
  const cloudWatch = new CloudWatchClient(connectionOf(connection()));
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda',
      MetricName: 'Throttles',
      Dimensions: [{ Name: 'FunctionName', Value: name }],
      StartTime: new Date(systemClock.now() - dayMs),
      EndTime: new Date(systemClock.now()),
      Period: dayMs / 1000,
      Statistics: ['Sum'],
    }),
  );
  const times = Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
  return times === 0 ? fine(what) : { what, wrong: `it was, ${times} times`, mend: raiseQuota };
};

const redeploy = (stack: string): string =>
  `npx cdk deploy ${stack} -c stage=${stack.replace(/^LumiLeadImporter-/, '')}`;

/** The functions and this command line are one version: what one writes the other reads. */
const version = ({ FunctionName: name = '', Description = '' }: FunctionConfiguration, stack: string): Finding => {
  const what = `the function ${name} has version ${manifest.version}, as the command line`;
  const deployed = /\(version ([^)]+)\)$/.exec(Description)?.[1];
  if (deployed === manifest.version) return fine(what);
  if (deployed === undefined) return { what, wrong: 'it does not say which version it has', mend: redeploy(stack) };
  const isNewer = deployed.localeCompare(manifest.version, 'en', { numeric: true }) > 0;
  const mend = isNewer ? `git checkout v${deployed}, and npm ci` : redeploy(stack);
  return { what, wrong: `it has version ${deployed}`, mend };
};

const functions = async (lambda: LambdaClient, stack: string): Promise<readonly Finding[]> => {
  const own = await functionsOf(lambda, stack);
  if (own.length < Object.keys(topology).length)
    return [{ what: 'the functions of the stack', wrong: `only ${own.length} are there`, mend: redeploy(stack) }];
  return [...(await Promise.all(own.map(throttled))), ...own.map((each) => version(each, stack))];
};

const alarms = async (stack: string): Promise<readonly Finding[]> => {
  const client = new CloudWatchClient(connectionOf(connection()));
  const raised: MetricAlarm[] = [];
  const names = await resourcesOf(stack, 'AWS::CloudWatch::Alarm');
  const asked = { StateValue: StateValue.ALARM };
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, asked))
    raised.push(...MetricAlarms.filter(({ AlarmName = '' }) => names.has(AlarmName)));
  if (raised.length === 0) return [fine('no alarm')];
  return raised.map(({ AlarmName = '', AlarmDescription = '' }) => ({
    what: `the alarm ${AlarmName}`,
    wrong: 'it is raised',
    mend: harmless(AlarmDescription),
  }));
};

/** What is wrong with a deployed stack, part by part. */
export const stackFindings = async (stack: string): Promise<readonly Finding[]> => {
  const { bucket } = await openStack(stack);
  const lambda = new LambdaClient(connectionOf(connection()));
  const rights = 'use credentials that may read queues, functions and alarms of the stack';
  const several = async (what: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> => {
    let found: readonly Finding[] = [];
    const failed = await looked(what, rights, async () => {
      found = await look();
      return fine(what);
    });
    return failed.wrong === undefined ? found : [failed];
  };
  return [
    ...(await several('queues', () => queues(sqsClient(connection()), bucket, stack))),
    ...(await several('event sources', () => eventSources(lambda, stack))),
    await looked('concurrent executions', rights, () => quota(lambda)),
    ...(await several('functions', () => functions(lambda, stack))),
    ...(await several('alarms', () => alarms(stack))),
    ...(await several('settings', () => stageFindings(stack, connection().AWS_REGION))),
  ];
};
