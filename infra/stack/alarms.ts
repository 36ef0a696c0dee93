import { Aws, Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { eventKinds } from '../../shared/log.ts';
import { type QueueName, queueNames } from '../topology.ts';
import type { ImporterFunction, QueuePair } from './queue-fed-lambda.ts';

type MetricName = Extract<(typeof eventKinds)[keyof typeof eventKinds], { metric: string }>['metric'];

/** A metric of the importer's own log events. */
const eventMetric = (metricName: MetricName, service: string): Metric =>
  new Metric({
    namespace: 'LumiLeadImporter',
    metricName,
    dimensionsMap: { service },
    statistic: 'Sum',
    period: Duration.minutes(5),
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
    id: 'ImportsAbandoned',
    metric: 'ImportsAbandoned',
    service: 'parser',
    advice:
      'A file could not be read after several attempts; its report says so. Find message_failed in the logs of the parser function, fix the cause, and ask for the file to be dropped again.',
  },
];

export interface OperationsProps {
  readonly stage: string;
  readonly alarmTopic: ITopic;
  readonly pairs: Readonly<Record<QueueName, QueuePair>>;
  readonly parser: ImporterFunction;
  readonly sweeper: ImporterFunction;
  readonly functions: readonly ImporterFunction[];
}

/** The alarms about events, and one dashboard that answers: is it working, is it behind, who must act. */
export class Operations extends Construct {
  readonly dashboardUrl: string;

  constructor(scope: Construct, id: string, { stage, alarmTopic, pairs, parser, sweeper, functions }: OperationsProps) {
    super(scope, id);
    const alarmWhenAny = (alarmId: string, metric: IMetric, alarmDescription: string): void => {
      const alarm = new Alarm(this, alarmId, {
        metric,
        threshold: 0,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription,
      });
      alarm.addAlarmAction(new SnsAction(alarmTopic));
      alarm.addOkAction(new SnsAction(alarmTopic));
    };
    for (const { id: alarmId, metric, service, advice } of alarms)
      alarmWhenAny(alarmId, eventMetric(metric, service), advice);
    alarmWhenAny(
      'ParserErrors',
      parser.metricErrors({ period: Duration.minutes(5), statistic: 'Sum' }),
      'The parser crashed or ran out of time or memory. The file is retried; if it keeps failing, its report says that it could not be read. See the end of the logs of the parser function for the cause. A file near the size limits may have to be split.',
    );
    alarmWhenAny(
      'SweeperErrors',
      sweeper.metricErrors({ period: Duration.minutes(30), statistic: 'Sum' }),
      'The sweeper failed: what it looks for, lost notifications and dead letters, waits until it works again. Find sweep_failed in the logs of the sweeper function and fix the cause.',
    );
    const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 12 });
    const dashboardName = `lumi-lead-importer-${stage}`;
    new Dashboard(this, 'Dashboard', {
      dashboardName,
      widgets: [
        [
          graph('Imports', [
            eventMetric('ImportsStaged', 'parser'),
            eventMetric('ImportsRefused', 'parser'),
            eventMetric('ImportsReported', 'reporter'),
          ]),
          graph('Errors of the Leads API', [
            eventMetric('ApiTrouble', 'submitter'),
            eventMetric('CredentialsRefused', 'submitter'),
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
            eventMetric('ImportsProven', 'submitter'),
            eventMetric('ProofsNotPossible', 'submitter'),
            eventMetric('LeadsNotAsReported', 'reporter'),
          ]),
        ],
        [
          graph(
            'Errors of functions',
            functions.map((each) => each.metricErrors()),
          ),
          graph(
            'Duration of functions',
            functions.map((each) => each.metricDuration({ statistic: 'Maximum' })),
          ),
        ],
      ],
    });
    this.dashboardUrl = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards:name=${dashboardName}`;
  }
}
