import type { z } from 'zod';
import type { ProblemCode } from './problem.ts';

/**
 * Ends the reading of a cell: adds the problem's code and, in words, what was expected.
 * The value itself is never put into a zod issue, so that an issue is safe to log.
 */
export const refuse = (context: z.core.$RefinementCtx<unknown>, code: ProblemCode, expected: string): void => {
  context.issues.push({ code: 'custom', message: expected, params: { code }, input: undefined });
};

/** The code and the expectation that `refuse` put into an issue. */
export const refusalOf = (issue: z.core.$ZodIssue): { code: ProblemCode; expected: string } => {
  if (issue.code !== 'custom' || issue.params?.['code'] === undefined) {
    throw new Error(`a lead column reported ${issue.code} without a code of the catalogue`);
  }
  return { code: issue.params['code'] as ProblemCode, expected: issue.message };
};
