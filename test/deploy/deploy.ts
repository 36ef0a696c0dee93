import { deepEqual, equal } from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { LambdaClient, ListEventSourceMappingsCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { aCsv, rows } from '../support/sample-rows.ts';
import { countsOf, holdAgainst, reportOf } from './acts.ts';
import { awsTarget, type StackOutputs, secretFiller } from './aws-target.ts';
import { runCommand } from './command.ts';
import { account, type Engine, installEngine, region, startEngine } from './engine.ts';
import { grantWhatTheEngineMisreads } from './engine-differences.ts';
import { listen } from './notices.ts';
import { createPerson } from './person.ts';
import { placedAccount } from './placed-account.ts';
import { type SandboxApi, startSandboxApi } from './sandbox-api.ts';
import { importCsv } from './scenario.ts';
import { lastScenarios, runScenarios, scenarios } from './scenarios.ts';
import { useFromCommandLine } from './stack-commands.ts';
import type { Target } from './target.ts';
import { checkOutBefore, upgradeAndRollBack } from './upgrade.ts';

const root = join(import.meta.dirname, '..', '..');
const startedAt = performance.now();

const say = (line: string): void =>
  void process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);

const told = (name: string, seconds: number): void => say(`${name} (${seconds.toFixed(0)} s)`);

/** A real account: the same scenarios against a stack that is deployed there, as far as it has the means for them. */
const testRealAccount = async (stack: string): Promise<void> => {
  const { Stacks = [] } = await new CloudFormationClient().send(new DescribeStacksCommand({ StackName: stack }));
  const outputs = Object.fromEntries((Stacks[0]?.Outputs ?? []).map((each) => [each.OutputKey, each.OutputValue]));
  say(`${stack}: leads are created at the API that it was deployed with`);
  await runScenarios([...scenarios, ...lastScenarios], awsTarget(outputs as unknown as StackOutputs), told);
};

/** Messages of all queues of the importer: those that wait to be received, and those that were. */
const countMessages = async (sqs: SQSClient): Promise<{ readonly visible: number; readonly hidden: number }> => {
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'lumi-lead-importer-' }));
  let [visible, hidden] = [0, 0];
  for (const QueueUrl of QueueUrls) {
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    visible += Number(Attributes.ApproximateNumberOfMessages);
    hidden += Number(Attributes.ApproximateNumberOfMessagesNotVisible);
  }
  return { visible, hidden };
};

/** So long nothing changes in any queue: what is hidden then waits for minutes, such as a batch of a cancelled import. */
const stillMs = 8_000;

const untilIdle = async (sqs: SQSClient): Promise<void> => {
  let before = await countMessages(sqs);
  for (let since = performance.now(); before.visible > 0 || performance.now() < since + stillMs; await sleep(200)) {
    const now = await countMessages(sqs);
    if (now.hidden === 0 && now.visible === 0) return;
    if (now.hidden !== before.hidden || now.visible > 0) since = performance.now();
    before = now;
  }
};

/** A function that crashes does so again and again: there is no use in waiting for a report. */
const failFast = async (): Promise<void> => {
  const { EventSourceMappings = [] } = await new LambdaClient().send(new ListEventSourceMappingsCommand({}));
  const failed = EventSourceMappings.filter(({ LastProcessingResult }) => LastProcessingResult === 'FAILED');
  if (failed.length > 0) throw new Error(`functions crash: ${failed.map(({ FunctionArn }) => FunctionArn).join(', ')}`);
};

/** Two stages of one account: the first has a file of settings, the second is said by context values alone. */
const stages = ['deploy-test-1', 'deploy-test-2'] as const;
const stackOf = (stage: (typeof stages)[number]): string => `LumiLeadImporter-${stage}`;
const stack = stackOf(stages[0]);

/** Writes the settings of the first stage where an engineer writes them; answers what takes them away again. */
const writeStageFile = (settings: object): (() => void) => {
  const file = join(root, 'infra', 'stages', `${stages[0]}.json`);
  writeFileSync(file, JSON.stringify({ $schema: 'stage.schema.json', ...settings }));
  return () => rmSync(file);
};

/** What each alarm of a stack watches. */
const watchedBy = async (name: string): Promise<string[]> => {
  const { MetricAlarms = [] } = await new CloudWatchClient().send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: `${name}-`, MaxRecords: 100 }),
  );
  return MetricAlarms.map(({ Namespace, MetricName, Dimensions }) =>
    JSON.stringify([
      Namespace,
      MetricName,
      Dimensions?.toSorted((one, other) => ((one.Name ?? '') < (other.Name ?? '') ? -1 : 1)),
    ]),
  );
};

const testEngine = async (engine: Engine, api: SandboxApi, work: string): Promise<void> => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: engine.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    HOME: work,
    CI: 'true',
  });
  const outputsFile = join(work, 'outputs.json');
  const cdkIn = (checkout: string, ...args: string[]): Promise<string> => {
    const command = join(checkout, 'node_modules', '.bin', 'cdk');
    return runCommand(command, [...args, '--no-notices', '--no-color'], process.env, checkout);
  };
  const cdk = (...args: string[]): Promise<string> => cdkIn(root, ...args);
  const deployFrom = async (checkout: string, stage: (typeof stages)[number], ...context: string[]) => {
    const values = [`stage=${stage}`, ...context];
    const options = ['--require-approval', 'never', '--outputs-file', outputsFile, '--output', join(work, stage)];
    await cdkIn(checkout, 'deploy', stackOf(stage), ...options, ...values.flatMap((value) => ['-c', value]));
    await grantWhatTheEngineMisreads(stackOf(stage));
    const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<string, StackOutputs>;
    return outputs[stackOf(stage)] as StackOutputs;
  };
  const deploy = (stage: (typeof stages)[number], ...context: string[]): Promise<StackOutputs> =>
    deployFrom(root, stage, ...context);
  const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
  const idle = (): Promise<void> => untilIdle(sqs);

  await cdk('bootstrap', `aws://${account}/${region}`, '--output', join(work, 'cdk.out'));
  say('bootstrapped');
  const outputs = await deploy(stages[0]);
  say('deployed');
  const target: Target = {
    ...awsTarget(outputs),
    fillInCredentials: secretFiller(outputs),
    api,
    account: placedAccount(stack, outputs.BucketName),
    failFast,
  };
  const listener = await listen(outputs.ReportTopicArn);
  await runScenarios(scenarios, target, told);
  const person = await createPerson(outputs);
  // Those were the only things that may be refused.
  equal(engine.refused.size, 2, 'reading state and listing everything were refused to a person');
  engine.refused.clear();
  await useFromCommandLine(stack, target, api, person);
  say('used from the command line');
  await idle();
  const ended = (await target.list('state/ended/')).map((key) => basename(key, '.json'));
  await listener.check(ended);
  await listener.stop();
  say(`${ended.length} imports were told of by event and by mail`);

  await deploy(stages[0], 'requestsPerSecond=200', 'apiConcurrency=20');
  const { Functions = [] } = await new LambdaClient().send(new ListFunctionsCommand({}));
  const rates = Functions.map(({ Environment }) => Environment?.Variables?.['REQUESTS_PER_SECOND']);
  deepEqual(new Set(rates), new Set([undefined, '50']), 'the submitters have a quarter of the new rate each');
  await target.put('incoming/after.csv', aCsv(rows(25, 90_000)));
  const report = await reportOf(target, 'after');
  holdAgainst(target, report);
  deepEqual(countsOf(report), { created: 25 });
  say('redeployed with other context values, and it works');
  await runScenarios(lastScenarios, target, told);
  await idle();

  const before = await checkOutBefore(root, join(work, 'before'));
  const deployOther = (checkout: string) => deployFrom(checkout, stages[1], `lumiApiUrl=${api.url}`);
  const other = await deployOther(before ?? root);
  await secretFiller(other)(true);
  const placed = placedAccount(stackOf(stages[1]), other.BucketName);
  const beside: Target = { ...awsTarget(other), api, account: placed };
  if (before === undefined)
    say('this copy of the project has no history: no upgrade from the version before was tried');
  else {
    await upgradeAndRollBack(stackOf(stages[1]), beside, api, {
      deployBefore: async () => void (await deployOther(before)),
      deployThis: async () => void (await deployOther(root)),
    });
    say('the version before was upgraded, rolled back and upgraded again in the middle of imports');
  }
  deepEqual(countsOf(await importCsv(beside, 'beside', aCsv(rows(12, 95_000)))), { created: 12 });
  const [first, second] = await Promise.all(stages.map((stage) => watchedBy(stackOf(stage))));
  equal(first?.length, second?.length);
  equal(new Set([...(first ?? []), ...(second ?? [])]).size, 42, 'no alarm watches what one of another stage watches');
  await cdk('destroy', stackOf(stages[1]), '--force', '--app', join(work, stages[1]));
  say('a second stage stands beside the first, and shares no alarm with it');

  await cdk('destroy', stack, '--force', '--app', join(work, stages[0]));
  const kept = await target.list('reports/');
  equal(kept.length > 0, true, 'the bucket and the reports in it outlive the stack');
  say('destroyed; the bucket is kept');
  deepEqual([...engine.refused.keys()], [], 'nothing was refused for want of a right');
};

const testOnEngine = async (): Promise<void> => {
  const work = mkdtempSync(join(tmpdir(), 'lumi-deploy-'));
  try {
    const venv = join(root, '.venv');
    await installEngine(venv);
    const engine = await startEngine(venv, work);
    const api = await startSandboxApi(join(work, 'api.sqlite'));
    say('the engine is ready');
    const removeStageFile = writeStageFile({ lumiApiUrl: api.url, notificationEmail: 'ops@example.com' });
    try {
      await testEngine(engine, api, work);
    } catch (error) {
      process.stderr.write(`${engine.log().slice(-8_000)}\n`);
      for (const [body, times] of engine.refused) process.stderr.write(`refused ${times} times: ${body}\n`);
      throw error;
    } finally {
      removeStageFile();
      await engine.stop();
      await api.stop();
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

const { AWS_PROFILE: profile, STACK_NAME: stackName } = process.env;
try {
  if (profile !== undefined && stackName !== undefined) await testRealAccount(stackName);
  else await testOnEngine();
  say('all of it came true');
} catch (error) {
  // The sentence first; where it came from below it.
  const { message, cause } = error as Error;
  process.stderr.write(`${message}\n${cause instanceof Error ? (cause.stack ?? cause.message) : ''}\n`);
  process.exitCode = 1;
}
