import * as z from 'zod/mini';
import { type Encoding, encodingNames } from './csv/encoding.ts';
import { limits } from './limits.ts';
import { visibleText } from './words/escaping.ts';
import './words/zod-english.ts';

/** How many rejected rows a file may have before nothing of it is sent. */
export type MaxRejected = { readonly count: number } | { readonly percent: number };

/** Whether good rows are sent, or only checked. */
export type ImportMode = 'import' | 'dry-run';

/** The options of one import: user metadata of the CSV, flags of the command line, defaults of the stack. */
export interface ImportOptions {
  readonly mode: ImportMode;
  readonly enforceMandatories: boolean;
  /** Name of a file under `mappings/`, without `.json`; absent: the CSV's sub-folder, if there is such a mapping. */
  readonly mapping?: string;
  readonly maxRejected?: MaxRejected;
  /** From the first receipt of a batch to its last attempt, milliseconds. */
  readonly giveUpAfterMs: number;
  /** `notes`: a reference is appended to the notes of every lead, by which a lost answer can always be settled. */
  readonly reference: 'none' | 'notes';
  /** What the documents of the CSV are below, itself below `documents/`; absent: nothing. */
  readonly documentsFolder?: string;
  /** Only so many good rows are sent; absent: all. */
  readonly first?: number;
  /** How the file is encoded; absent: it is found. */
  readonly encoding?: Encoding['name'];
}

const text = (pattern: RegExp, expected: string) => z.string().check(z.regex(pattern, expected));

const flag = z.pipe(
  text(/^(true|false)$/i, 'expected true or false'),
  z.transform((given) => given.toLowerCase() === 'true'),
);

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90s`, `30m`, `24h`, `2d` as milliseconds. */
export const durationSchema = z
  .pipe(
    text(/^\d{1,6}[smhd]$/, 'expected a duration such as 24h, 30m or 2d'),
    z.transform((given) => Number.parseInt(given, 10) * unitMs[given.slice(-1) as keyof typeof unitMs]),
  )
  .check(z.refine((ms) => ms > 0 && ms <= limits.maxGiveUpAfterMs, 'expected more than nothing and at most 10d'));

/** `5` (rows) or `2.5%` (of the data rows). */
export const maxRejectedSchema = z
  .pipe(
    text(/^(\d{1,7}|\d{1,3}(\.\d+)?%)$/, 'expected a number of rows such as 10, or a percentage such as 5%'),
    z.transform(
      (given): MaxRejected => (given.endsWith('%') ? { percent: Number.parseFloat(given) } : { count: Number(given) }),
    ),
  )
  .check(z.refine((max) => !('percent' in max) || max.percent <= 100, 'expected a percentage of at most 100%'));

const mappingName = text(
  /^[A-Za-z0-9][A-Za-z0-9 _.-]{0,99}$/,
  'expected the name of a file under mappings/, without .json',
);

/** A path below `documents/`, with or without a slash at its end. */
const documentsFolder = z.pipe(
  z.string().check(
    z.maxLength(200),
    z.regex(/^(?:[^/\\\p{Cc}]+\/)*[^/\\\p{Cc}]+\/?$/u, 'expected a path below documents/, such as sydney/november'),
    z.refine(
      (path) => !path.split('/').some((part) => part === '.' || part === '..'),
      'expected a path without . or .. in it',
    ),
  ),
  z.transform((path) => path.replace(/\/$/, '')),
);

export const referenceSchema = z.enum(['none', 'notes'], 'expected none or notes');

/** So many good rows are sent, to try a new partner or mapping. */
export const firstSchema = z.pipe(text(/^[1-9]\d{0,6}$/, 'expected a number of rows such as 5'), z.transform(Number));

export const encodingSchema = z.enum(encodingNames, `expected one of ${encodingNames.join(', ')}`);

const metadataSchema = z.strictObject({
  'dry-run': z.optional(flag),
  'enforce-mandatories': z.optional(flag),
  mapping: z.optional(mappingName),
  'max-rejected': z.optional(maxRejectedSchema),
  'give-up-after': z.optional(durationSchema),
  reference: z.optional(referenceSchema),
  encoding: z.optional(encodingSchema),
  'documents-folder': z.optional(documentsFolder),
  first: z.optional(firstSchema),
});

/** The options' names, as they travel in S3 user metadata. */
const optionNames = Object.keys(metadataSchema.shape);

/** What is wrong with an option, in a sentence that says what would be right. */
const faultOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys'
    ? `The option ${visibleText(issue.keys.join(', '))} is not known. Known options: ${optionNames.join(', ')}.`
    : `The option ${String(issue.path[0])} cannot be understood: ${issue.message}.`;

/**
 * Reads the options of an upload over its defaults; every fault is reported, none is guessed around. Where the default
 * is a dry run, as below `validate/`, no option makes it more than that.
 */
export const readOptions = (
  metadata: Readonly<Record<string, string>>,
  defaults: ImportOptions,
): { readonly options: ImportOptions } | { readonly faults: readonly string[] } => {
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) return { faults: parsed.error.issues.map(faultOf) };
  const given = parsed.data;
  const mapping = given.mapping ?? defaults.mapping;
  const maxRejected = given['max-rejected'] ?? defaults.maxRejected;
  const first = given.first ?? defaults.first;
  const encoding = given.encoding ?? defaults.encoding;
  const folder = given['documents-folder'] ?? defaults.documentsFolder;
  return {
    options: {
      mode: given['dry-run'] === true ? 'dry-run' : defaults.mode,
      enforceMandatories: given['enforce-mandatories'] ?? defaults.enforceMandatories,
      giveUpAfterMs: given['give-up-after'] ?? defaults.giveUpAfterMs,
      reference: given.reference ?? defaults.reference,
      ...(first !== undefined && { first }),
      ...(encoding !== undefined && { encoding }),
      ...(folder !== undefined && { documentsFolder: folder }),
      ...(mapping !== undefined && { mapping }),
      ...(maxRejected !== undefined && { maxRejected }),
    },
  };
};

/** Whether so many rejected rows of so many data rows refuse the file. */
export const exceedsMaxRejected = (max: MaxRejected | undefined, rejected: number, rows: number): boolean => {
  if (max === undefined) return false;
  return 'count' in max ? rejected > max.count : rejected * 100 > max.percent * rows;
};
