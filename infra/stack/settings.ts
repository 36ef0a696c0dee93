import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { readBaseUrl } from '../../shared/leads-api/base-url.ts';
import { limits } from '../../shared/limits.ts';
import { visibleText } from '../../shared/words/escaping.ts';
import { nearestName } from '../../shared/words/nearest-name.ts';
import { isTimeZone } from '../../shared/words/spoken-time.ts';

/** No import runs for longer than the longest give-up time and what the queues may add to it. */
const minimumRetentionDays = 14;

const maxGiveUpAfterHours = limits.maxGiveUpAfterMs / 3_600_000;

const whole = (what: string, min: number, max: number, otherwise: number) =>
  z.coerce.number({ error: what }).int(what).min(min, what).max(max, what).default(otherwise);

/** What CloudWatch offers for a log group. */
const logRetentions = Object.values(RetentionDays)
  .filter((days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE)
  .toSorted((one, other) => one - other);

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
  logRetentionDays: z.coerce
    .number({ error: 'expected a number of days' })
    .refine((days) => logRetentions.includes(days), `expected one of ${logRetentions.join(', ')}`)
    .default(90),
  timeZone: z.string().refine(isTimeZone, 'expected a time zone such as Australia/Sydney').default('Australia/Sydney'),
  notificationEmail: z.email('expected an e-mail address').optional(),
});

export type StackContext = z.output<typeof contextSchema> & { readonly duplicateWindowDays: number };

/** A context value that synthesis stops at. */
export class ContextError extends Error {
  override readonly name = 'ContextError';
}

const knownNames = Object.keys(contextSchema.shape);

/** Names with a colon or a slash are the CDK's own. */
const isOurs = (name: string): boolean => !/[:/]/.test(name);

const unknownName = (name: string): string => {
  const near = nearestName(name, knownNames);
  const meant = near === undefined ? `Known names: ${knownNames.join(', ')}.` : `Was ${near} meant?`;
  return `The context value ${visibleText(name)} is not known. ${meant}`;
};

/**
 * Reads the context values. A name that is not known, a bad value, or state that would be forgotten too early stops
 * synthesis with a sentence: nothing is deployed otherwise than it was meant.
 */
export const readContext = (context: Readonly<Record<string, unknown>>): StackContext => {
  const unknown = Object.keys(context).filter((name) => isOurs(name) && !knownNames.includes(name));
  if (unknown.length > 0) throw new ContextError(unknown.map(unknownName).join(' '));
  const given = Object.fromEntries(knownNames.map((name) => [name, context[name]]));
  const parsed = contextSchema.safeParse(given);
  if (!parsed.success) {
    const sentences = parsed.error.issues.map(
      (issue) => `The context value ${issue.path.join('.')} cannot be used: ${issue.message}.`,
    );
    throw new ContextError(sentences.join(' '));
  }
  const { retentionDays } = parsed.data;
  const values = { ...parsed.data, duplicateWindowDays: parsed.data.duplicateWindowDays ?? retentionDays };
  const shortestRetention = Math.max(values.duplicateWindowDays, minimumRetentionDays);
  if (values.retentionDays < shortestRetention) {
    throw new ContextError(
      `The context value retentionDays (${values.retentionDays}) cannot be used: expected at least ${shortestRetention}, since duplicates are found, and imports go on, by what is retained.`,
    );
  }
  if (values.logRetentionDays * 24 < values.giveUpAfterHours) {
    throw new ContextError(
      `The context value logRetentionDays (${values.logRetentionDays}) cannot be used: expected at least the ${values.giveUpAfterHours} hours of giveUpAfterHours, since an import is understood by its logs.`,
    );
  }
  return values;
};
