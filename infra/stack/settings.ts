import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
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

/** The API of lumi itself: a stage that is not production must not have it by being silent. */
const productionApiUrl = 'https://api.lumi.com.au';
const productionStage = 'prod';

/** A whole number, with one sentence for whatever else is there. */
const whole = (what: string, min: number, max: number) => z.number(what).int(what).min(min, what).max(max, what);

/** What CloudWatch offers for a log group. */
const logRetentions = Object.values(RetentionDays)
  .filter((days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE)
  .toSorted((one, other) => one - other);

const wholeDays = (min: number) => whole(`expected a whole number of days from ${min} to 3650`, min, 3650);

/**
 * The settings of a stage, as `infra/stages/<stage>.json` has them: a partner with settings of its own has a stage of its
 * own. Each message is what the engineer reads, and each description what an editor shows.
 */
const settingsSchema = z.strictObject({
  stage: z
    .string('expected a short name in lower case, such as prod')
    .regex(/^[a-z][a-z0-9-]{0,15}$/, 'expected a short name in lower case, such as prod')
    .default(productionStage)
    .describe('Part of all names; in a file it is the name of the file.'),
  lumiApiUrl: z
    .string('expected a URL')
    .default(productionApiUrl)
    .superRefine((text, context) => {
      const read = readBaseUrl(text);
      if ('fault' in read) context.addIssue({ code: 'custom', message: read.fault });
    })
    .meta({ pattern: '^https?://' })
    .describe('The Leads API. A stage other than prod must name it.'),
  apiConcurrency: whole('expected a whole number of leads in flight from 2 to 200', 2, 200)
    .default(10)
    .describe('The most leads in flight; the pace below it is found by the answers of the API.'),
  requestsPerSecond: z
    .number('expected a number of requests per second')
    .min(1, 'expected at least 1 request per second')
    .max(1000, 'expected at most 1000 requests per second')
    .optional()
    .describe('The most requests a second of all executions together; without it only the API sets a bound.'),
  duplicateWindowDays: wholeDays(1)
    .optional()
    .describe('How long a lead is remembered as a duplicate; as long as retentionDays where nothing is said.'),
  retentionDays: wholeDays(minimumRetentionDays)
    .default(90)
    .describe('How long files, documents, reports and memory are kept.'),
  giveUpAfterHours: whole(`expected a whole number of hours from 1 to ${maxGiveUpAfterHours}`, 1, maxGiveUpAfterHours)
    .default(24)
    .describe('When a batch of an import stops being tried, counted from its turn.'),
  logRetentionDays: z
    .number('expected a number of days')
    .refine((days) => logRetentions.includes(days), `expected one of ${logRetentions.join(', ')}`)
    .meta({ enum: logRetentions })
    .default(90)
    .describe('How long the logs of the functions are kept.'),
  timeZone: z
    .string('expected a time zone such as Australia/Sydney')
    .refine((name) => /^[a-z]/i.test(name) && isTimeZone(name), 'expected a time zone such as Australia/Sydney')
    .default('Australia/Sydney')
    .describe('In which reports tell moments.'),
  notificationEmail: z
    .email('expected an e-mail address')
    .optional()
    .describe('Gets all alarms, and a mail for every report. Both subscriptions have to be confirmed.'),
});

type Given = z.output<typeof settingsSchema>;
export type Settings = Given & { readonly duplicateWindowDays: number };

/** A setting that synthesis stops at. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Where the settings of stages are kept. */
const stagesFolder = join(import.meta.dirname, '..', 'stages');

/** The JSON Schema of a stage's file, for editors. */
export const stageJsonSchema = (): object => {
  const file = settingsSchema.omit({ stage: true }).extend({ $schema: z.string().optional() });
  return z.toJSONSchema(file.meta({ title: 'Settings of a stage of the lumi lead importer' }), { io: 'input' });
};

const knownNames = Object.keys(settingsSchema.shape) as (keyof Given)[];

/** Settings that are numbers: a context value of a command line is text. */
const numbers: ReadonlySet<string> = new Set<keyof Given>([
  'apiConcurrency',
  'requestsPerSecond',
  'duplicateWindowDays',
  'retentionDays',
  'giveUpAfterHours',
  'logRetentionDays',
]);

/** Names with a colon or a slash are the CDK's own. */
const isOurs = (name: string): boolean => !/[:/]/.test(name);

const unknownName = (place: string, name: string): string => {
  const near = nearestName(name, knownNames);
  const meant = near === undefined ? `Known names: ${knownNames.join(', ')}.` : `Was ${near} meant?`;
  return `${place} ${visibleText(name)} is not known. ${meant}`;
};

type Values = Readonly<Record<string, unknown>>;

/** What a stage's file holds. */
interface StageFile {
  /** As a sentence names it. */
  readonly name: string;
  readonly values: Values;
}

/** It is the engineer's own: what is wrong is said where it is. */
const jsonIn = (name: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    const where = error instanceof Error ? visibleText(error.message) : 'unknown';
    throw new SettingsError(`${name} cannot be used: expected JSON in UTF-8, and it says: ${where}.`);
  }
};

/** The file of a stage; undefined where there is none. */
export const stageFileOf = (stage: string, folder = stagesFolder): StageFile | undefined => {
  const path = join(folder, `${stage}.json`);
  const name = relative('.', path);
  if (!existsSync(path)) return undefined;
  if (!statSync(path).isFile()) throw new SettingsError(`${name} cannot be used: it is no file.`);
  const parsed = jsonIn(name, readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new SettingsError(`${name} cannot be used: expected a JSON object of settings.`);
  const { $schema: _, ...values } = parsed as Record<string, unknown>;
  const own = values['stage'];
  if (own !== undefined && own !== stage)
    throw new SettingsError(
      `${name} names the stage ${visibleText(String(own))}: a file is of the stage it is named after.`,
    );
  return { name, values };
};

const asNumber = (name: string, value: unknown): unknown => {
  if (!numbers.has(name) || typeof value !== 'string' || value.trim() === '') return value;
  return /^\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : value;
};

/** What is wrong between settings that are right by themselves. */
const faultBetween = (values: Settings): readonly [keyof Given, string] | undefined => {
  if (values.retentionDays < values.duplicateWindowDays)
    return [
      'retentionDays',
      `expected at least ${values.duplicateWindowDays}, as duplicateWindowDays, since duplicates are found, and imports go on, by what is retained`,
    ];
  if (values.logRetentionDays * 24 < values.giveUpAfterHours)
    return [
      'logRetentionDays',
      `expected at least the ${values.giveUpAfterHours} hours of giveUpAfterHours, since an import is understood by its logs`,
    ];
  return undefined;
};

/**
 * The settings of a stage: those of `infra/stages/<stage>.json`, where that is there, and context values above them. A name
 * that is not known, a bad value, state that would be forgotten too early, or a stage that does not say which API is meant
 * stops synthesis with a sentence: nothing is deployed otherwise than it was meant.
 * @throws SettingsError
 */
export const readSettings = (context: Values, folder = stagesFolder): Settings => {
  const given = Object.fromEntries(
    Object.entries(context)
      .filter(([name, value]) => isOurs(name) && value !== undefined)
      .map(([name, value]) => [name, asNumber(name, value)]),
  );
  const stage = settingsSchema.shape.stage.safeParse(given['stage']);
  const file = stage.success ? stageFileOf(stage.data, folder) : undefined;
  const placeOf = (name: string): string => {
    if (Object.hasOwn(given, name)) return 'The context value';
    return file !== undefined && Object.hasOwn(file.values, name) ? `In ${file.name} the setting` : 'The default of';
  };
  const all: Values = { ...file?.values, ...given };
  const unknown = Object.keys(all).filter((name) => !(knownNames as readonly string[]).includes(name));
  if (unknown.length > 0) throw new SettingsError(unknown.map((name) => unknownName(placeOf(name), name)).join(' '));
  const parsed = settingsSchema.safeParse(all);
  if (!parsed.success) {
    const sentences = parsed.error.issues.map(({ path, message }) => {
      const name = path.join('.');
      return `${placeOf(name)} ${name} cannot be used: ${message}.`;
    });
    throw new SettingsError(sentences.join(' '));
  }
  const values = { ...parsed.data, duplicateWindowDays: parsed.data.duplicateWindowDays ?? parsed.data.retentionDays };
  if (values.stage !== productionStage && all['lumiApiUrl'] === undefined)
    throw new SettingsError(
      `The stage ${values.stage} does not say which Leads API it sends to, and the default is production: write lumiApiUrl into infra/stages/${values.stage}.json, or add -c lumiApiUrl=https://….`,
    );
  const fault = faultBetween(values);
  if (fault === undefined) return values;
  const [name, message] = fault;
  throw new SettingsError(`${placeOf(name)} ${name} (${values[name]}) cannot be used: ${message}.`);
};
