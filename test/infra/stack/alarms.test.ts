import { Template } from 'aws-cdk-lib/assertions';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cloudLog } from '../../../shared/aws/cloud-log.ts';
import { type EventName, eventKinds } from '../../../shared/log.ts';
import { aStack } from '../../support/a-stack.ts';

/** What CloudWatch evaluates of an alarm. */
interface Alarm {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Statistic: 'Sum' | 'Maximum';
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly TreatMissingData: string;
}

const resources = Template.fromStack(aStack({ stage: 'prod' })).findResources('AWS::CloudWatch::Alarm');
const alarms = Object.entries(resources).map(([id, { Properties }]) => [id, Properties as Alarm] as const);

/** As CloudWatch does: of the latest periods so many must breach, and a period without data is as the alarm says. */
const isRaised = (alarm: Alarm, periods: readonly (number | undefined)[]): boolean => {
  expect(alarm.ComparisonOperator).toBe('GreaterThanThreshold');
  const latest = Array.from({ length: alarm.EvaluationPeriods }, (_, at) => periods.at(-1 - at));
  const breaching = latest.filter((value) =>
    value === undefined ? alarm.TreatMissingData === 'breaching' : value > alarm.Threshold,
  );
  return breaching.length >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods);
};

afterEach(() => {
  vi.restoreAllMocks();
});

/** What a deployed function writes for CloudWatch when it logs an event. */
const metricOf = (event: EventName, service: string, stage: string) => {
  const written: string[] = [];
  for (const name of ['log', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, name).mockImplementation((line: string) => void written.push(line));
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  cloudLog(service, stage)(event);
  vi.restoreAllMocks();
  const text = written.find((line) => line.includes('"_aws"')) ?? '{}';
  const embedded = JSON.parse(text) as Record<string, unknown> & {
    readonly _aws: {
      readonly CloudWatchMetrics: readonly {
        readonly Namespace: string;
        readonly Dimensions: readonly (readonly string[])[];
        readonly Metrics: readonly { readonly Name: string }[];
      }[];
    };
  };
  const [metric] = embedded._aws.CloudWatchMetrics;
  return {
    Namespace: metric?.Namespace,
    MetricName: metric?.Metrics[0]?.Name,
    Dimensions: Object.fromEntries((metric?.Dimensions[0] ?? []).map((name) => [name, embedded[name]])),
    value: embedded[metric?.Metrics[0]?.Name ?? ''],
  };
};

describe.each(alarms)('the alarm %s', (_, alarm) => {
  it('is raised by what it watches, and falls when nothing more of it comes', () => {
    const bad = Array.from({ length: alarm.EvaluationPeriods }, () => alarm.Threshold + 1);
    const quiet = bad.map(() => undefined);
    expect(isRaised(alarm, [...quiet, ...bad])).toBe(true);
    expect(isRaised(alarm, [...bad, undefined])).toBe(false);
    expect(isRaised(alarm, [...quiet, alarm.Threshold])).toBe(false);
  });
});

const isOwn = ([, { Namespace }]: (typeof alarms)[number]): boolean => Namespace === 'LumiLeadImporter';

it.each(alarms.filter(isOwn))('the alarm %s watches a metric that a function of its stage counts', (_, alarm) => {
  const dimensions = Object.fromEntries(alarm.Dimensions.map(({ Name, Value }) => [Name, Value]));
  const names = Object.keys(eventKinds) as EventName[];
  const event = names.find((name) => (eventKinds[name] as { metric?: string }).metric === alarm.MetricName);
  if (event === undefined) throw new Error(`nothing counts ${alarm.MetricName}`);
  const counted = metricOf(event, String(dimensions['service']), 'prod');
  expect(counted).toEqual({
    Namespace: alarm.Namespace,
    MetricName: alarm.MetricName,
    Dimensions: dimensions,
    value: 1,
  });
  // What another stage counts is another metric.
  expect(metricOf(event, String(dimensions['service']), 'test').Dimensions).not.toEqual(dimensions);
});

it.each(alarms.filter((one) => !isOwn(one)))(
  'the alarm %s watches a metric that AWS has for what it names',
  (_, alarm) => {
    const known: Readonly<Record<string, readonly [metrics: readonly string[], dimension: string]>> = {
      'AWS/Lambda': [['Errors', 'Throttles'], 'FunctionName'],
      'AWS/SQS': [['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible'], 'QueueName'],
    };
    const [metrics = [], dimension] = known[alarm.Namespace] ?? [];
    expect(metrics).toContain(alarm.MetricName);
    expect(alarm.Dimensions.map(({ Name }) => Name)).toEqual([dimension]);
  },
);
