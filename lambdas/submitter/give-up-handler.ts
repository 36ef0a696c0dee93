import type { SQSHandler } from 'aws-lambda';
import { onFirstCall } from '../../shared/aws/on-first-call.ts';
import type { Environment } from '../../shared/config.ts';
import { lambdaPlatform, type Platform } from '../../shared/platform.ts';
import { batchHandler } from './wire-batches.ts';

/** Wires the end of the batches that were tried too often: messages of the batches queue's dead-letter queue. */
export const createHandler = (environment: Environment, platform: Platform = lambdaPlatform('give-up')): SQSHandler =>
  batchHandler(true, environment, platform);

export const handler = onFirstCall(createHandler);
