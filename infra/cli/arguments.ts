import { basename, join } from 'node:path';
import { readBaseUrl } from '../../shared/leads-api/base-url.ts';
import {
  durationSchema,
  encodingSchema,
  firstSchema,
  maxRejectedSchema,
  referenceSchema,
} from '../../shared/options.ts';
import { readLeadFilter } from './leads/lead-filter.ts';
import type { LeadsArguments } from './leads/leads-arguments.ts';
import { UsageError } from './terminal/usage-error.ts';
import type { ImportOptions, LeadsOptions } from './verbs.ts';

/** What the command line asks for where it asks for an import; of several files each is one. */
export interface Arguments {
  /** The CSV, `-` for standard input; the sample where there is none. */
  readonly file: string | undefined;
  readonly apiUrl: string | undefined;
  readonly documents: string | undefined;
  readonly out: string | undefined;
  readonly mapping: string | undefined;
  readonly state: string | undefined;
  /** The deployed stack that imports; absent: this machine does. */
  readonly stack: string | undefined;
  readonly concurrency: number;
  readonly json: boolean;
  /** Whether nothing is asked. */
  readonly yes: boolean;
  /** The options of the import, as they travel in S3 user metadata. */
  readonly metadata: Readonly<Record<string, string>>;
}

const maxConcurrency = 200;

const check = (
  option: string,
  text: string | undefined,
  schema:
    | typeof durationSchema
    | typeof maxRejectedSchema
    | typeof referenceSchema
    | typeof encodingSchema
    | typeof firstSchema,
): void => {
  const parsed = text === undefined ? undefined : schema.safeParse(text);
  if (parsed?.success === false) throw new UsageError(`--${option} ${text}: ${parsed.error.issues[0]?.message}.`);
};

const readConcurrency = (text: string | undefined): number => {
  const value = Number(text ?? 10);
  if (Number.isInteger(value) && value >= 1 && value <= maxConcurrency) return value;
  throw new UsageError(`--concurrency ${text}: expected a whole number from 1 to ${maxConcurrency}.`);
};

/** @throws UsageError where an address cannot be used */
export const readApiUrl = (text: string | undefined): string | undefined => {
  const address = text === undefined ? undefined : readBaseUrl(text);
  if (address !== undefined && 'fault' in address) throw new UsageError(`--api-url: ${address.fault}.`);
  return text;
};

/** What `leads`, and `lead ID` where an id is given, are to show. */
export const readLeads = (options: LeadsOptions, leadId?: string): LeadsArguments => {
  const { csv = false, json = false, state } = options;
  const details = leadId !== undefined;
  if (csv && json) throw new UsageError('Expected --csv or --json, not both.');
  const apiUrl = readApiUrl(options.apiUrl);
  if (apiUrl === undefined && state === undefined)
    throw new UsageError(
      `${details ? 'lead' : 'leads'} needs --api-url URL, or --state DIR for what the built-in sandbox keeps there.`,
    );
  const format = csv ? 'csv' : json ? 'json' : 'table';
  return { filter: readLeadFilter(details ? { id: leadId } : options), format, details, apiUrl, state };
};

/** One import for each file that the command line names; the sample where it names none. */
export const readImports = (files: readonly string[], options: ImportOptions): Arguments[] => {
  const { documents, out, mapping, state, stack, dryRun, maxRejected, giveUpAfter, reference, encoding, first } =
    options;
  check('give-up-after', giveUpAfter, durationSchema);
  check('max-rejected', maxRejected, maxRejectedSchema);
  check('reference', reference, referenceSchema);
  check('encoding', encoding, encodingSchema);
  check('first', first, firstSchema);
  const ofThisMachine = Object.entries({
    '--api-url': options.apiUrl,
    '--state': state,
    '--concurrency': options.concurrency,
  });
  const [other] = ofThisMachine.find(([, value]) => stack !== undefined && value !== undefined) ?? [];
  if (other !== undefined)
    throw new UsageError(`${other} is for an import on this machine, and --stack for a deployed one.`);
  const common = {
    apiUrl: readApiUrl(options.apiUrl),
    documents,
    mapping,
    state,
    stack,
    concurrency: readConcurrency(options.concurrency),
    json: options.json ?? false,
    yes: options.yes ?? false,
    metadata: {
      ...(dryRun === true && { 'dry-run': 'true' }),
      ...(options.enforceMandatories === false && { 'enforce-mandatories': 'false' }),
      ...(maxRejected !== undefined && { 'max-rejected': maxRejected }),
      ...(giveUpAfter !== undefined && { 'give-up-after': giveUpAfter }),
      ...(reference !== undefined && { reference }),
      ...(encoding !== undefined && { encoding }),
      ...(first !== undefined && { first }),
    },
  };
  if (files.length < 2) return [{ ...common, file: files[0], out }];
  const names = files.map((file) => basename(file).replace(/\.csv(?:\.gz)?$/i, ''));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`Two of the files are called ${twice}: import them one at a time.`);
  return files.map((file, index) => ({
    ...common,
    file,
    out: out === undefined ? undefined : join(out, names[index] ?? ''),
  }));
};
