import { Aws, Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { eventKinds } from '../../shared/log.ts';
import { type FunctionName, type QueueName, queueNames } from '../topology.ts';
import type { Console } from './console.ts';
import type { ImporterFunction, QueuePair } from './queue-fed-lambda.ts';
import { raiseAlarm } from './raise-alarm.ts';

type MetricName = Extract<(typeof eventKinds)[keyof typeof eventKinds], { metric: string }>['metric'];

/** What the sweeper says comes every quarter of an hour: an alarm of it must not fall in between. */
const periodOf = (service: string): Duration => Duration.minutes(service === 'sweeper' ? 30 : 5);

/** A metric of the importer's own log events, of one stage: an account may have several. */
const eventMetric = (metricName: MetricName, service: string, stage: string): Metric =>
  new Metric({
    namespace: 'LumiLeadImporter',
    metricName,
    dimensionsMap: { service, stage },
    statistic: 'Sum',
    period: periodOf(service),
  });

/** Events that a person must act on, with what to do. */
const alarms: readonly {
  readonly id: string;
  readonly metric: MetricName;
  readonly service: string;
  readonly advice: string;
}[] = [
  {
    id: 'CredentialsRefused',
    metric: 'CredentialsRefused',
    service: 'submitter',
    advice:
      'The Leads API refused the credentials, or the secret is empty. Imports wait. Put {"username","password"} into the secret of the stack (output CredentialsSecretArn); imports continue by themselves.',
  },
  {
    id: 'TotalsMismatch',
    metric: 'TotalsMismatch',
    service: 'reporter',
    advice:
      'A report did not add up to the rows of its file and was not published. Nothing was lost: the rows are below state/. Find the import id in the logs of the reporter function and report it to the maintainers of the importer.',
  },
  {
    id: 'RowsUnconfirmed',
    metric: 'RowsUnconfirmed',
    service: 'reporter',
    advice:
      'An import has ended with unconfirmed rows: they were sent, and neither the answer nor the list of leads shows whether their leads were created. Find the import id in rows_unconfirmed in the logs of the reporter function, and have somebody look for these leads at lumi before they are sent again.',
  },
  {
    id: 'LeadsMaybeTwice',
    metric: 'LeadsMaybeTwice',
    service: 'reporter',
    advice:
      'An import has ended with leads that may be at lumi twice. Find the import id in leads_maybe_twice in the logs of the reporter function: its report names both ids of each. Look at them at lumi and have one of each two closed.',
  },
  {
    id: 'LeadsNotAsReported',
    metric: 'LeadsNotAsReported',
    service: 'reporter',
    advice:
      'The leads of an import were compared with the list at lumi, and some are not there, are there twice, or are the leads of somebody else. Find the import id in leads_not_as_reported in the logs of the reporter function: its report names the rows and the ids. Ask lumi what became of them.',
  },
  {
    id: 'NoticesFailed',
    metric: 'NoticesFailed',
    service: 'reporter',
    advice:
      'An import has ended, and its event or its message could not be sent; it is not sent again. Its report is there. Find the import id in notice_failed in the logs of the reporter function, see why, and tell whoever waits for it.',
  },
  {
    id: 'ImportsOverdue',
    metric: 'ImportsOverdue',
    service: 'sweeper',
    advice:
      'An import has no report a day after its give-up time. Find its id in import_overdue in the logs of the sweeper function, then message_failed and the end of the logs of the submitter and the reporter, and fix the cause: it goes on by itself. Twelve days after it was staged, when its messages are gone, the sweeper cancels it, so that it comes to its report.',
  },
  {
    id: 'ImportsAbandoned',
    metric: 'ImportsAbandoned',
    service: 'parser',
    advice:
      'A file could not be read after several attempts; its report says so. Find message_failed in the logs of the parser function, fix the cause, and ask for the file to be dropped again.',
  },
];

/** What to do where a function crashes, or Lambda turns it away. */
const crashAdvice: Readonly<Record<FunctionName, string>> = {
  parser:
    'The parser crashed or ran out of time or memory. The file is retried; if it keeps failing, its report says that it could not be read. See the end of the logs of the parser function for the cause. A file near the size limits may have to be split.',
  submitter:
    'The submitter crashed or ran out of time or memory. Its batches are tried again when their messages come back, after 36 minutes; nothing is sent twice. If it keeps crashing nothing is sent: see the end of the logs of the submitter function for the cause, and fix it or deploy the version before.',
  reporter:
    'The reporter crashed or ran out of time or memory. The report is tried again, by its message and by the sweeper; nothing is lost. If it keeps crashing there are no reports: see the end of the logs of the reporter function for the cause, and fix it or deploy the version before.',
  sweeper:
    'The sweeper failed: what it looks for, lost notifications and dead letters, waits until it works again. Find sweep_failed in the logs of the sweeper function and fix the cause.',
};

const throttleAdvice =
  'Lambda turned executions of this function away, since the account has no more to run at once. What waits in a queue comes back after up to 90 minutes, the sweeper a quarter of an hour later. Look with npm start -- doctor --stack: it prints the command that asks for a higher quota.';

export interface OperationsProps {
  readonly stage: string;
  readonly console: Console;
  readonly alarmTopic: ITopic;
  readonly pairs: Readonly<Record<QueueName, QueuePair>>;
  readonly functions: Readonly<Record<FunctionName, ImporterFunction>>;
}

/** The alarms about events, and one dashboard that answers: is it working, is it behind, who must act. */
export class Operations extends Construct {
  readonly dashboardUrl: string;

  constructor(scope: Construct, id: string, { stage, console, alarmTopic, pairs, functions }: OperationsProps) {
    super(scope, id);
    const alarmWhenAny = (alarmId: string, metric: IMetric, alarmDescription: string): void =>
      raiseAlarm(this, alarmId, alarmTopic, { metric, alarmDescription });
    for (const { id: alarmId, metric, service, advice } of alarms)
      alarmWhenAny(alarmId, eventMetric(metric, service, stage), advice);
    for (const [name, each] of Object.entries(functions) as [FunctionName, ImporterFunction][]) {
      const sum = { period: periodOf(name), statistic: 'Sum' };
      const alarmName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      alarmWhenAny(`${alarmName}Errors`, each.metricErrors(sum), crashAdvice[name]);
      alarmWhenAny(`${alarmName}Throttles`, each.metricThrottles(sum), throttleAdvice);
    }
    const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 12 });
    // Dashboards are global in an account: one region's would be another's.
    const dashboardName = `lumi-lead-importer-${stage}-${Aws.REGION}`;
    const metric = (name: MetricName, service: string): Metric => eventMetric(name, service, stage);
    new Dashboard(this, 'Dashboard', {
      dashboardName,
      widgets: [
        [
          graph('Imports', [
            metric('ImportsStaged', 'parser'),
            metric('ImportsRefused', 'parser'),
            metric('ImportsReported', 'reporter'),
          ]),
          graph('Errors of the Leads API', [
            metric('ApiTrouble', 'submitter'),
            metric('CredentialsRefused', 'submitter'),
          ]),
        ],
        [
          graph(
            'Waiting messages',
            queueNames.map((name) => pairs[name].queue.metricApproximateNumberOfMessagesVisible()),
          ),
          graph(
            'Dead letters',
            queueNames.map((name) => pairs[name].deadLetters.metricApproximateNumberOfMessagesVisible()),
          ),
        ],
        [
          graph('Imports compared with the list at lumi', [
            metric('ImportsProven', 'submitter'),
            metric('ProofsNotPossible', 'submitter'),
            metric('LeadsNotAsReported', 'reporter'),
          ]),
        ],
        [
          graph(
            'Errors of functions',
            Object.values(functions).map((each) => each.metricErrors()),
          ),
          graph(
            'Duration of functions',
            Object.values(functions).map((each) => each.metricDuration({ statistic: 'Maximum' })),
          ),
        ],
      ],
    });
    this.dashboardUrl = console.dashboard(dashboardName);
  }
}
