import { z } from 'zod';
import { readBaseUrl } from './leads-api/base-url.ts';
import { limits } from './limits.ts';
import { durationSchema } from './options.ts';
import { isTimeZone } from './report/spoken-time.ts';

/** The variables of a function or of a laptop: `process.env` or a record like it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const wholeNumber = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'expected a whole number').transform(Number).pipe(z.number().min(min).max(max));

const awsSchema = z.object({
  AWS_REGION: z.string().min(1),
  /** Only where AWS is emulated. */
  AWS_ENDPOINT_URL: z.url().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  BUCKET_NAME: z.string().min(1),
});

export const parserSchema = awsSchema.extend({
  UPLOADS_QUEUE_URL: z.url(),
  BATCHES_QUEUE_URL: z.url(),
  DUPLICATE_WINDOW_DAYS: wholeNumber(1, 3650),
  GIVE_UP_AFTER: durationSchema,
});

const apiUrl = z.string().transform((text, context) => {
  const read = readBaseUrl(text);
  if ('url' in read) return read.url;
  context.addIssue({ code: 'custom', message: read.fault });
  return z.NEVER;
});

export const submitterSchema = awsSchema
  .extend({
    BATCHES_QUEUE_URL: z.url(),
    LUMI_API_URL: apiUrl,
    CREDENTIALS_SECRET_ARN: z.string().optional(),
    LUMI_USERNAME: z.string().optional(),
    LUMI_PASSWORD: z.string().optional(),
    LEADS_IN_FLIGHT: wholeNumber(1, 1000),
    REQUESTS_PER_SECOND: z.coerce.number().positive().optional(),
    DOCUMENT_ENCODING: z.enum(['base64', 'binary']).default('base64'),
    /** How long an answer's first byte is waited for; the default is the limit that the time-outs are made for. */
    ANSWER_TIMEOUT_MS: wholeNumber(1, limits.headersTimeoutMs).default(limits.headersTimeoutMs),
    LISTING_SETTLE_MS: wholeNumber(0, 3_600_000),
    BACKOFF_BASE_MS: wholeNumber(1, 3_600_000),
    BACKOFF_CAP_MS: wholeNumber(1, 3_600_000),
  })
  .refine(
    (read) =>
      read.CREDENTIALS_SECRET_ARN !== undefined ||
      (read.LUMI_USERNAME !== undefined && read.LUMI_PASSWORD !== undefined),
    'CREDENTIALS_SECRET_ARN: expected the ARN of a secret, or LUMI_USERNAME and LUMI_PASSWORD',
  );

export const sweeperSchema = awsSchema.extend({
  UPLOADS_QUEUE_URL: z.url(),
  BATCHES_QUEUE_URL: z.url(),
  RESULTS_QUEUE_URL: z.url(),
  DEAD_UPLOADS_QUEUE_URL: z.url(),
  DEAD_BATCHES_QUEUE_URL: z.url(),
  DEAD_RESULTS_QUEUE_URL: z.url(),
});

export const reporterSchema = awsSchema.extend({
  RESULTS_QUEUE_URL: z.url(),
  BATCHES_QUEUE_URL: z.url(),
  REPORT_TOPIC_ARN: z.string().min(1),
  TIME_ZONE: z.string().refine(isTimeZone, 'expected a time zone such as Australia/Sydney'),
});

/** Reads the environment once; throws one sentence that names everything missing or wrong, and no value. */
export const readConfig = <Schema extends z.ZodType>(schema: Schema, environment: Environment): z.output<Schema> => {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => [...issue.path.map(String), issue.message].join(': '));
  throw new Error(`The function's environment is not complete. ${faults.join('; ')}`);
};
