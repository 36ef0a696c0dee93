import { match } from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { commandLineOf, type Run } from './command-line.ts';
import { type SandboxApi, wrongCredentials } from './sandbox-api.ts';
import type { Target } from './target.ts';

/** Adds settings to the file of the stage; answers what takes them away again. */
const changeStageFile = (changes: object): (() => void) => {
  const file = join(import.meta.dirname, '..', '..', 'infra', 'stages', 'deploy-test-1.json');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(before) as object), ...changes }));
  return () => writeFileSync(file, before);
};

/** Something that is wrong, and what is said of it. */
interface Fault {
  readonly found: RegExp;
  /** What goes with it; one thing alone unless it is said. */
  readonly wrong?: number;
  /** It is wrong while `look` runs. */
  readonly during: (look: (run: Run) => Promise<void>) => Promise<void>;
}

/** Each of them alone, beside a stack where nothing is wrong. */
const faultsOf = (stack: string, target: Target, api: SandboxApi): Fault[] => {
  const engineer = commandLineOf({});
  const cloudWatch = new CloudWatchClient();
  const lambda = new LambdaClient();

  const deadLetter: Fault = {
    found: /WRONG {2}the queue uploads: \d+ messages: 1 dead letters\n +npm start -- redrive --stack/,
    during: async (look) => {
      const notice = await target.account?.noticeOf('incoming/once.csv');
      await notice?.bury();
      await look(engineer);
      match(await engineer('redrive', '--stack', stack), /1 dead letters of uploads are back in their queue/);
    },
  };
  const pause: Fault = {
    found:
      /WRONG.*Submitter.*its event source is Disabled\n +aws lambda update-event-source-mapping --uuid \S+ --enabled/,
    during: async (look) => target.account?.whilePaused(() => look(engineer)),
  };
  const apiDown: Fault = {
    found: /WRONG {2}the Leads API at .*\n +check --api-url/,
    during: async (look) => {
      await api.goDown();
      await look(engineer);
      await api.comeBack();
    },
  };
  const wrongPassword: Fault = {
    found: /WRONG {2}the Leads API at .*401.*\n.*LUMI_PASSWORD/,
    during: (look) => look(commandLineOf({ LUMI_PASSWORD: wrongCredentials.password })),
  };
  const alarm: Fault = {
    found: /WRONG {2}the alarm \S+: it is raised\n +\S.+\.\n/,
    during: async (look) => {
      const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: stack }));
      const AlarmName = MetricAlarms[0]?.AlarmName;
      const set = (StateValue: StateValue) =>
        cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a test' }));
      await set('ALARM');
      await look(engineer);
      await set('OK');
    },
  };
  const functionName = async (): Promise<string | undefined> => {
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    return Functions.find(({ FunctionName }) => FunctionName?.includes('Reporter'))?.FunctionName;
  };
  const otherVersion: Fault = {
    found: /WRONG {2}the function \S+Reporter\S+ has version .*: it has version 0\.0\.1\n +npx cdk deploy/,
    during: async (look) => {
      const FunctionName = await functionName();
      const { Description = '' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      const describe = (text: string) =>
        lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: text }));
      await describe(Description.replace(/version [^)]+/, 'version 0.0.1'));
      await look(engineer);
      await describe(Description);
    },
  };
  // The last: what a metric has counted stays.
  const throttled: Fault = {
    // The engine raises the alarm of each function by the metric of one: it does not look at dimensions.
    wrong: 5,
    found: /WRONG {2}the function \S+Reporter\S+ was not throttled today: it was, 3 times\n +aws service-quotas/,
    during: async (look) => {
      const Dimensions = [{ Name: 'FunctionName', Value: await functionName() }];
      const MetricData = [{ MetricName: 'Throttles', Dimensions, Value: 3, Timestamp: new Date() }];
      await cloudWatch.send(new PutMetricDataCommand({ Namespace: 'AWS/Lambda', MetricData }));
      await look(engineer);
    },
  };
  const settings: Fault = {
    found: /WRONG {2}the setting retentionDays: 90 is deployed, and \S+ says 400: .*\n +write "retentionDays": 90 into/,
    during: async (look) => {
      const restore = changeStageFile({ retentionDays: 400, duplicateWindowDays: 90 });
      await look(engineer);
      restore();
    },
  };
  return [deadLetter, pause, apiDown, wrongPassword, alarm, otherVersion, settings, throttled];
};

/** Breaks one thing at a time: `doctor` finds it and nothing else, and says what mends it. */
export const findFaults = async (stack: string, target: Target, api: SandboxApi): Promise<void> => {
  const args = ['doctor', '--stack', stack, '--api-url', api.url];
  match(await commandLineOf({})(...args), /Nothing is wrong\./);
  for (const { found, during, wrong = 1 } of faultsOf(stack, target, api))
    await during(async (run) => {
      // What is found ends with 2.
      const said = await run(...args).catch((error: Error) => error.message);
      match(said, found);
      match(said, new RegExp(`ended with 2:.*\\b${wrong} of \\d+ things are wrong\\.`, 's'));
    });
};
