import type { Environment } from '../config.ts';

/** Wires a handler when it is first called, so that importing its module needs no environment. */
export const onFirstCall = <Parameters extends readonly unknown[], Result>(
  wire: (environment: Environment) => (...parameters: Parameters) => Result,
): ((...parameters: Parameters) => Result) => {
  let handler: ((...parameters: Parameters) => Result) | undefined;
  return (...parameters) => {
    handler ??= wire(process.env);
    return handler(...parameters);
  };
};
