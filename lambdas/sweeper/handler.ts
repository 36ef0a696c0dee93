import { connectAws } from '../../shared/aws/connect-aws.ts';
import { lambdaPlatform } from '../../shared/aws/lambda-platform.ts';
import { onFirstCall } from '../../shared/aws/on-first-call.ts';
import { createHandler } from './create-handler.ts';

/** The sweeper as Lambda runs it. */
export const handler = onFirstCall((environment) =>
  createHandler(environment, lambdaPlatform('sweeper', environment), connectAws),
);
