import type { SQSHandler } from 'aws-lambda';
import { onFirstCall } from '../../shared/aws/on-first-call.ts';
import type { Environment } from '../../shared/config.ts';
import { lambdaPlatform, type Platform } from '../../shared/platform.ts';
import { batchHandler } from './wire-batches.ts';

/** Wires the submitter: an attempt at every batch that a message of the batches queue names. */
export const createHandler = (environment: Environment, platform: Platform = lambdaPlatform('submitter')): SQSHandler =>
  batchHandler(false, environment, platform);

export const handler = onFirstCall(createHandler);
