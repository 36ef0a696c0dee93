import type { SQSHandler } from 'aws-lambda';
import { onFirstCall } from '../../shared/aws/on-first-call.ts';
import type { Environment } from '../../shared/config.ts';
import { lambdaPlatform, type Platform } from '../../shared/platform.ts';
import { importFile } from './import-file.ts';
import { uploadHandler } from './wire-uploads.ts';

/** Wires the parser: every upload that a message of the uploads queue announces is imported. */
export const createHandler = (environment: Environment, platform: Platform = lambdaPlatform('parser')): SQSHandler =>
  uploadHandler(importFile, environment, platform);

export const handler = onFirstCall(createHandler);
