import type { SQSHandler } from 'aws-lambda';
import { onFirstCall } from '../../shared/aws/on-first-call.ts';
import type { Environment } from '../../shared/config.ts';
import { lambdaPlatform, type Platform } from '../../shared/platform.ts';
import { abandonImport } from './import-file.ts';
import { uploadHandler } from './wire-uploads.ts';

/** Wires the end of the uploads that the parser could not import: messages of its dead-letter queue. */
export const createHandler = (environment: Environment, platform: Platform = lambdaPlatform('abandon')): SQSHandler =>
  uploadHandler(abandonImport, environment, platform);

export const handler = onFirstCall(createHandler);
