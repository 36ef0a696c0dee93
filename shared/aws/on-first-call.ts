import type { SQSHandler } from 'aws-lambda';
import type { Environment } from '../config.ts';

/** Wires a handler when it is first called, so that importing its module needs no environment. */
export const onFirstCall = (wire: (environment: Environment) => SQSHandler): SQSHandler => {
  let handler: SQSHandler | undefined;
  return (event, context, callback) => {
    handler ??= wire(process.env);
    return handler(event, context, callback);
  };
};
