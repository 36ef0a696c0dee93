import * as z from 'zod/mini';
import { durationSchema } from './import-options.ts';
import { readBaseUrl } from './leads-api/base-url.ts';
import { limits } from './limits.ts';
import { isTimeZone } from './words/spoken-time.ts';
import './words/zod-english.ts';

/** The variables of a function or of a laptop: `process.env` or a record like it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const wholeNumber = (min: number, max: number) =>
  z.pipe(
    z.pipe(z.string().check(z.regex(/^\d+$/, 'expected a whole number')), z.transform(Number)),
    z.number().check(z.minimum(min), z.maximum(max)),
  );

const awsSchema = z.object({
  AWS_REGION: z.string().check(z.minLength(1)),
  /** Only where AWS is emulated. */
  AWS_ENDPOINT_URL: z.optional(z.url()),
  AWS_ACCESS_KEY_ID: z.optional(z.string()),
  AWS_SECRET_ACCESS_KEY: z.optional(z.string()),
  AWS_SESSION_TOKEN: z.optional(z.string()),
  BUCKET_NAME: z.string().check(z.minLength(1)),
  /** By which the metrics of a function are told from those of other stages. */
  STAGE: z.string().check(z.minLength(1)),
});

/** How often it is said how far an import is, at most: a person at a laptop looks all the time. */
const progressEveryMs = z._default(wholeNumber(1, 3_600_000), limits.progressEveryMs);

export const parserSchema = z.extend(awsSchema, {
  UPLOADS_QUEUE_URL: z.url(),
  BATCHES_QUEUE_URL: z.url(),
  DUPLICATE_WINDOW_DAYS: wholeNumber(1, 3650),
  GIVE_UP_AFTER: durationSchema,
});

const apiUrl = z.pipe(
  z.string(),
  z.transform((text, { issues }) => {
    const read = readBaseUrl(text);
    if ('url' in read) return read.url;
    issues.push({ code: 'custom', message: read.fault, input: text });
    return z.NEVER;
  }),
);

export const submitterSchema = z
  .extend(awsSchema, {
    BATCHES_QUEUE_URL: z.url(),
    RESULTS_QUEUE_URL: z.url(),
    LUMI_API_URL: apiUrl,
    CREDENTIALS_SECRET_ARN: z.optional(z.string()),
    LUMI_USERNAME: z.optional(z.string()),
    LUMI_PASSWORD: z.optional(z.string()),
    LEADS_IN_FLIGHT: wholeNumber(1, 1000),
    REQUESTS_PER_SECOND: z.optional(z.coerce.number().check(z.positive())),
    DOCUMENT_ENCODING: z._default(z.enum(['base64', 'binary']), 'base64'),
    /** How long an answer's first byte is waited for; the default is the limit that the time-outs are made for. */
    ANSWER_TIMEOUT_MS: z._default(wholeNumber(1, limits.headersTimeoutMs), limits.headersTimeoutMs),
    LISTING_SETTLE_MS: wholeNumber(0, 3_600_000),
    BACKOFF_BASE_MS: wholeNumber(1, 3_600_000),
    BACKOFF_CAP_MS: wholeNumber(1, 3_600_000),
    PROGRESS_EVERY_MS: progressEveryMs,
  })
  .check(
    z.refine(
      (read) =>
        read.CREDENTIALS_SECRET_ARN !== undefined ||
        (read.LUMI_USERNAME !== undefined && read.LUMI_PASSWORD !== undefined),
      'CREDENTIALS_SECRET_ARN: expected the ARN of a secret, or LUMI_USERNAME and LUMI_PASSWORD',
    ),
  );

export const sweeperSchema = z.extend(awsSchema, {
  UPLOADS_QUEUE_URL: z.url(),
  BATCHES_QUEUE_URL: z.url(),
  RESULTS_QUEUE_URL: z.url(),
  DEAD_UPLOADS_QUEUE_URL: z.url(),
  DEAD_BATCHES_QUEUE_URL: z.url(),
  DEAD_RESULTS_QUEUE_URL: z.url(),
});

export const reporterSchema = z.extend(awsSchema, {
  RESULTS_QUEUE_URL: z.url(),
  BATCHES_QUEUE_URL: z.url(),
  REPORT_TOPIC_ARN: z.string().check(z.minLength(1)),
  /** Whether every import is proven by itself, or only where somebody asks for it. */
  PROOFS: z.enum(['all', 'asked_for']),
  PROGRESS_EVERY_MS: progressEveryMs,
  /** The S3 console's address of the bucket, which messages link to. */
  BUCKET_URL: z.optional(z.url()),
  TIME_ZONE: z.string().check(z.refine(isTimeZone, 'expected a time zone such as Australia/Sydney')),
});

/** Reads the environment once; throws one sentence that names everything missing or wrong, and no value. */
export const readConfig = <Schema extends z.ZodMiniType>(
  schema: Schema,
  environment: Environment,
): z.output<Schema> => {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => [...issue.path.map(String), issue.message].join(': '));
  throw new Error(`The function's environment is not complete. ${faults.join('; ')}`);
};
