import * as z from 'zod/mini';
import { encodingNames } from './csv/encoding.ts';
import { limits } from './limits.ts';
import { visibleText } from './words/escaping.ts';
import './words/zod-english.ts';

/** How many rejected rows a file may have before nothing of it is sent. */
export type MaxRejected = { readonly count: number } | { readonly percent: number };

/** Whether good rows are sent, or only checked. */
export type ImportMode = 'import' | 'dry-run';

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
const maxRejectedSchema = z
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

const againSchema = z.enum(['keep', 'send'], 'expected keep or send');

const referenceSchema = z.enum(['none', 'notes'], 'expected none or notes');

/** So many good rows are sent, to try a new partner or mapping. */
const firstSchema = z.pipe(text(/^[1-9]\d{0,6}$/, 'expected a number of rows such as 5'), z.transform(Number));

const plainEncoding = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** What people and programs call an encoding beside its own name. */
const otherNames: Readonly<Record<string, (typeof encodingNames)[number]>> = {
  ansi: 'windows-1252',
  latin1: 'windows-1252',
  iso88591: 'windows-1252',
  utf8bom: 'utf-8',
  utf16: 'utf-16le',
  unicode: 'utf-16le',
  macroman: 'macintosh',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
  gb2312: 'gbk',
  gb18030: 'gbk',
};

/** The name of an encoding as it was meant: `utf8`, `UTF-8`, `cp1252`. */
const encodingOf = (given: string): string => {
  const plain = plainEncoding(given).replace(/^(?:cp|win)(?=125\d$)/, 'windows');
  return otherNames[plain] ?? encodingNames.find((name) => plainEncoding(name) === plain) ?? given;
};

export const encodingSchema = z.pipe(
  z.pipe(z.string(), z.transform(encodingOf)),
  z.enum(encodingNames, `expected one of ${encodingNames.join(', ')}`),
);

/** What may be said of an import, once for all who say it: by S3 user metadata, by a flag of the command line. */
interface OptionEntry {
  /** Of its text in S3 user metadata. */
  readonly schema: z.ZodMiniType<unknown, string>;
  /** What help says of it, and what its value is called; absent where the command line has it in another form or not at all. */
  readonly flag?: { readonly value?: string; readonly help: string };
  /** Whether it concerns this file only: a printed command for its retry file leaves it out. */
  readonly once?: true;
}

/** Every option of an import by its name in S3 user metadata; a flag without a value says `true`, one that begins with `no-` says `false`. */
export const importOptions = {
  'dry-run': { schema: flag, flag: { help: 'check everything, send nothing' } },
  'enforce-mandatories': { schema: flag, flag: { help: 'only first name and e-mail are required' } },
  mapping: { schema: mappingName, once: true },
  'max-rejected': {
    schema: maxRejectedSchema,
    flag: { value: 'n', help: 'refuse the file above so many rejected rows (10) or such a share (5%)' },
  },
  first: {
    schema: firstSchema,
    flag: { value: 'n', help: 'send only so many good rows, to try a new file; the others are in retry.csv' },
    once: true,
  },
  'give-up-after': { schema: durationSchema, flag: { value: 'time', help: 'when to stop trying, such as 24h' } },
  encoding: {
    schema: encodingSchema,
    flag: { value: 'name', help: 'how the file is encoded, where that is not found rightly' },
  },
  sheet: {
    schema: text(/^[^\p{Cc}]{1,31}$/u, 'expected the name of a sheet'),
    flag: { value: 'name', help: 'which sheet of a workbook, where several hold leads' },
    once: true,
  },
  hidden: {
    schema: z.enum(['keep', 'send'], 'expected keep or send'),
    flag: { value: 'what', help: 'send: send rows too that a workbook hides (default keep)' },
  },
  reference: {
    schema: referenceSchema,
    flag: {
      value: 'where',
      help: 'notes: append a reference to the notes of every lead, so that a lost answer can always be settled',
    },
  },
  again: {
    schema: againSchema,
    flag: {
      value: 'what',
      help: 'send: send rows again that an earlier import sent with other details (default keep)',
    },
  },
  'documents-folder': { schema: documentsFolder, once: true },
} as const satisfies Record<string, OptionEntry>;

export type OptionName = keyof typeof importOptions;

/** The options' names, as they travel in S3 user metadata. */
export const optionNames = Object.keys(importOptions) as OptionName[];

/** `max-rejected`: `maxRejected`. */
type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

type Given = { readonly [Name in OptionName as Camel<Name>]?: z.output<(typeof importOptions)[Name]['schema']> };

/** The options of one import: those of its upload over the defaults. What may be absent is documented in the contract of the bucket. */
export interface ImportOptions extends Omit<Given, 'dryRun' | 'enforceMandatories' | 'reference' | 'giveUpAfter'> {
  readonly mode: ImportMode;
  readonly enforceMandatories: boolean;
  /** From the first receipt of a batch to its last attempt, milliseconds. */
  readonly giveUpAfterMs: number;
  /** `notes`: a reference is appended to the notes of every lead, by which a lost answer can always be settled. */
  readonly reference: 'none' | 'notes';
}

const metadataSchema = z.strictObject(
  Object.fromEntries(optionNames.map((name) => [name, z.optional(importOptions[name].schema as z.ZodMiniType)])),
);

/** What is wrong with an option, in a sentence that says what would be right. */
const faultOf = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys'
    ? `The option ${visibleText(issue.keys.join(', '))} is not known. Known options: ${optionNames.join(', ')}.`
    : `The option ${String(issue.path[0])} cannot be understood: ${issue.message}.`;

const camel = (name: string): string => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

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
  const { dryRun, giveUpAfter, ...given }: Given = Object.fromEntries(
    Object.entries(parsed.data).map(([name, value]) => [camel(name), value]),
  );
  return {
    options: {
      ...defaults,
      ...given,
      ...(giveUpAfter !== undefined && { giveUpAfterMs: giveUpAfter }),
      ...(dryRun === true && { mode: 'dry-run' }),
    },
  };
};

/** Whether so many rejected rows of so many data rows refuse the file. */
export const exceedsMaxRejected = (max: MaxRejected | undefined, rejected: number, rows: number): boolean => {
  if (max === undefined) return false;
  return 'count' in max ? rejected > max.count : rejected * 100 > max.percent * rows;
};
