import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type EventKind, eventKinds, type Log } from '../log.ts';

/** The log of a deployed function: JSON lines, and a metric for each event that has one. */
export const cloudLog = (service: string, stage: string): Log => {
  const logger = new Logger({ serviceName: service });
  const metrics = new Metrics({ namespace: 'LumiLeadImporter', serviceName: service, defaultDimensions: { stage } });
  return (event, fields = {}) => {
    const kind: EventKind = eventKinds[event];
    logger[kind.level](kind.message, { event, ...fields });
    if (kind.metric === undefined) return;
    metrics.addMetric(kind.metric, MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  };
};
