import { z } from 'zod';
import { readBaseUrl } from '../shared/leads-api/base-url.ts';
import { limits } from '../shared/limits.ts';

/** No import runs for longer than the longest give-up time and what the queues may add to it. */
const minimumRetentionDays = 14;

const maxGiveUpAfterHours = limits.maxGiveUpAfterMs / 3_600_000;

const whole = (what: string, min: number, max: number, otherwise: number) =>
  z.coerce.number({ error: what }).int(what).min(min, what).max(max, what).default(otherwise);

const daysMessage = 'expected a whole number of days from 1 to 3650';

/** The context values, with their defaults; each message is what the engineer reads. */
const contextSchema = z.object({
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,15}$/, 'expected a short name in lower case, such as prod')
    .default('prod'),
  lumiApiUrl: z
    .string()
    .default('https://api.lumi.com.au')
    .superRefine((text, context) => {
      const read = readBaseUrl(text);
      if ('fault' in read) context.addIssue({ code: 'custom', message: read.fault });
    }),
  apiConcurrency: whole('expected a whole number of leads in flight from 2 to 200', 2, 200, 10),
  requestsPerSecond: z.coerce
    .number({ error: 'expected a number of requests per second' })
    .min(1, 'expected at least 1 request per second')
    .max(1000, 'expected at most 1000 requests per second')
    .optional(),
  duplicateWindowDays: z.coerce
    .number({ error: daysMessage })
    .int(daysMessage)
    .min(1, daysMessage)
    .max(3650, daysMessage)
    .optional(),
  retentionDays: whole('expected a whole number of days from 1 to 3650', 1, 3650, 90),
  giveUpAfterHours: whole(
    `expected a whole number of hours from 1 to ${maxGiveUpAfterHours}`,
    1,
    maxGiveUpAfterHours,
    24,
  ),
  notificationEmail: z.email('expected an e-mail address').optional(),
});

export type StackContext = z.output<typeof contextSchema> & { readonly duplicateWindowDays: number };

/** A context value that synthesis stops at. */
export class ContextError extends Error {
  override readonly name = 'ContextError';
}

/** Reads the context values; a bad one, or state that would be forgotten too early, stops synthesis with a sentence. */
export const readContext = (contextValue: (name: string) => unknown): StackContext => {
  const given = Object.fromEntries(Object.keys(contextSchema.shape).map((name) => [name, contextValue(name)]));
  const parsed = contextSchema.safeParse(given);
  if (!parsed.success) {
    const sentences = parsed.error.issues.map(
      (issue) => `The context value ${issue.path.join('.')} cannot be used: ${issue.message}.`,
    );
    throw new ContextError(sentences.join(' '));
  }
  const { retentionDays } = parsed.data;
  const context = { ...parsed.data, duplicateWindowDays: parsed.data.duplicateWindowDays ?? retentionDays };
  const shortestRetention = Math.max(context.duplicateWindowDays, minimumRetentionDays);
  if (context.retentionDays < shortestRetention) {
    throw new ContextError(
      `The context value retentionDays (${context.retentionDays}) cannot be used: expected at least ${shortestRetention}, since duplicates are found, and imports go on, by what is retained.`,
    );
  }
  return context;
};
