import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** An alarm for what is above its threshold; the topic hears of it, and of its end. */
export const raiseAlarm = (
  scope: Construct,
  id: string,
  topic: ITopic,
  props: Pick<AlarmProps, 'metric' | 'alarmDescription'> & Partial<AlarmProps>,
): void => {
  const alarm = new Alarm(scope, id, {
    threshold: 0,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    ...props,
  });
  alarm.addAlarmAction(new SnsAction(topic));
  alarm.addOkAction(new SnsAction(topic));
};
