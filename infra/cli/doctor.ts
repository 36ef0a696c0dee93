import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetAccountSettingsCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { connectionOf, sqsClient } from '../../shared/aws/clients.ts';
import { prefixes } from '../../shared/keys.ts';
import { visibleText } from '../../shared/lead/problem.ts';
import { limits } from '../../shared/limits.ts';
import { connection, type Output, openPlace, openStack } from './imports/place.ts';
import { pagesOf, sentence } from './leads/read-leads.ts';
import { openApi } from './open-api.ts';
import type { DoctorOptions } from './program.ts';
import { messagesIn, stackQueues } from './stack-queues.ts';
import { UsageError } from './usage-error.ts';

/** Something that was looked at: fine, or what is wrong and how it is mended. */
interface Finding {
  readonly what: string;
  readonly wrong?: string;
  readonly mend?: string;
}

/** Functions of the stack that run at once. */
const executions = 10;
const leastNode = 24;

const fine = (what: string): Finding => ({ what });

/** A look that fails is a finding of its own. */
const looked = async (what: string, mend: string, look: () => Promise<Finding>): Promise<Finding> => {
  try {
    return await look();
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : 'unknown';
    return { what, wrong: visibleText(message), mend };
  }
};

const node = (): Finding => {
  const what = `Node ${process.version}`;
  if (Number(process.versions.node.split('.')[0]) >= leastNode) return fine(what);
  return { what, wrong: `expected Node ${leastNode} or later`, mend: 'npm ci, then npm start -- doctor' };
};

/** One page of the listing: reached, let in, and how far the two clocks are apart. */
const api = async (apiUrl: string): Promise<Finding> => {
  const what = `the Leads API at ${apiUrl}`;
  const opened = await openApi({ apiUrl, state: undefined }, () => undefined);
  const { pages, close } = pagesOf(opened);
  try {
    const answer = await pages.page({}, { index: 0, size: 1 });
    if (answer.kind === 'trouble')
      return {
        what,
        wrong: sentence(answer.trouble),
        mend: 'check --api-url, and the variables LUMI_USERNAME and LUMI_PASSWORD',
      };
    const aheadMs = Math.abs(pages.clockAheadMs ?? 0);
    if (aheadMs < limits.clockSkewMs) return fine(what);
    const wrong = `its clock and this machine's are ${Math.round(aheadMs / 1000)} s apart`;
    return { what, wrong, mend: "set this machine's clock: sudo timedatectl set-ntp true" };
  } finally {
    await close();
  }
};

const place = (options: DoctorOptions): Promise<Finding> => {
  const what =
    options.stack === undefined ? `the state directory ${options.state}` : 'documents and reports can be listed';
  return looked(what, 'attach the policy UserPolicyArn of the stack to your user or role', async () => {
    const opened = await openPlace(options);
    for (const prefix of [prefixes.documents, prefixes.reports])
      await opened.store.list(prefix)[Symbol.asyncIterator]().next();
    opened.close();
    return fine(what);
  });
};

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
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const own = EventSourceMappings.filter(({ FunctionArn }) => FunctionArn?.includes(`:${stack}-`) === true);
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
  const mend =
    'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 100';
  return { what, wrong: `the importer needs up to ${executions}`, mend };
};

const alarms = async (stack: string): Promise<readonly Finding[]> => {
  const client = new CloudWatchClient(connectionOf(connection()));
  const { MetricAlarms = [] } = await client.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: stack, StateValue: 'ALARM' }),
  );
  if (MetricAlarms.length === 0) return [fine('no alarm')];
  return MetricAlarms.map(({ AlarmName = '', AlarmDescription = '' }) => ({
    what: `the alarm ${AlarmName}`,
    wrong: 'it is raised',
    mend: visibleText(AlarmDescription),
  }));
};

const stackFindings = async (stack: string): Promise<readonly Finding[]> => {
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
    ...(await several('alarms', () => alarms(stack))),
  ];
};

/** Looks for what is wrong with a stack or a laptop's set-up, each with what mends it; 0 where nothing is. */
export const doctor = async (options: DoctorOptions, { write, say }: Output): Promise<number> => {
  const { stack, state, apiUrl, json } = options;
  if (stack === undefined && state === undefined && apiUrl === undefined)
    throw new UsageError('Expected what to look at: --stack NAME, --state DIR or --api-url URL.');
  const findings = [
    node(),
    ...(apiUrl === undefined ? [] : [await api(apiUrl)]),
    ...(stack === undefined && state === undefined ? [] : [await place(options)]),
    ...(stack === undefined ? [] : await stackFindings(stack)),
  ];
  const wrong = findings.filter((finding) => finding.wrong !== undefined);
  if (json === true) await write(findings.map((finding) => `${JSON.stringify(finding)}\n`).join(''));
  else
    for (const { what, wrong: fault, mend } of findings)
      await write(fault === undefined ? `  ok     ${what}\n` : `  WRONG  ${what}: ${fault}\n         ${mend}\n`);
  say(wrong.length === 0 ? 'Nothing is wrong.' : `${wrong.length} of ${findings.length} things are wrong.`);
  return wrong.length === 0 ? 0 : 2;
};
