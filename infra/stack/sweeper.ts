import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type QueueName, queueNames, sweepEveryMinutes } from '../topology.ts';
import { ImporterFunction, type QueuePair } from './queue-fed-lambda.ts';

export interface SweeperProps {
  readonly pairs: Readonly<Record<QueueName, QueuePair>>;
  /** Directory of the functions' bundles. */
  readonly bundles: string;
  readonly logRetentionDays: RetentionDays;
  readonly environment: Readonly<Record<string, string>>;
}

/** The function that looks for what was lost, and its schedule. It may put messages into all queues, and take dead letters. */
export class Sweeper extends Construct {
  readonly function: ImporterFunction;

  constructor(scope: Construct, id: string, { pairs, environment, bundles, logRetentionDays }: SweeperProps) {
    super(scope, id);
    this.function = new ImporterFunction(this, 'Function', {
      name: 'sweeper',
      environment,
      bundles,
      logRetentionDays,
    });
    for (const name of queueNames) {
      pairs[name].queue.grantSendMessages(this.function);
      pairs[name].deadLetters.grantConsumeMessages(this.function);
    }
    new Rule(this, 'Schedule', {
      description: 'Looks for what was lost on its way',
      schedule: Schedule.rate(Duration.minutes(sweepEveryMinutes)),
      // The next one comes soon enough.
      targets: [new LambdaFunction(this.function, { retryAttempts: 0 })],
    });
  }
}
