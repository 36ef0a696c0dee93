import { connectAws } from '../../shared/aws/connect-aws.ts';
import { lambdaPlatform } from '../../shared/aws/lambda-platform.ts';
import { onFirstCall } from '../../shared/aws/on-first-call.ts';
import { awsCredentials } from '../../shared/aws/secret-credentials.ts';
import { createHandler } from './create-handler.ts';

/** The submitter as Lambda runs it. */
export const handler = onFirstCall((environment) =>
  createHandler(environment, lambdaPlatform('submitter'), connectAws, awsCredentials),
);
