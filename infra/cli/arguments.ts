import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { nearestName } from '../../shared/lead/nearest-name.ts';
import { readBaseUrl } from '../../shared/leads-api/base-url.ts';
import {
  durationSchema,
  encodingSchema,
  firstSchema,
  maxRejectedSchema,
  referenceSchema,
} from '../../shared/options.ts';
import { type LeadOptions, readLeadFilter } from './leads/lead-filter.ts';
import type { LeadsArguments } from './leads/show-leads.ts';
import type { MapArguments } from './map/map-file.ts';
import { UsageError } from './usage-error.ts';

/** What the command line asks for where it asks for an import; of several files each is one. */
export interface Arguments {
  /** The CSV, `-` for standard input; the sample where there is none. */
  readonly file: string | undefined;
  readonly apiUrl: string | undefined;
  readonly documents: string | undefined;
  readonly out: string | undefined;
  readonly mapping: string | undefined;
  readonly state: string | undefined;
  readonly concurrency: number;
  readonly json: boolean;
  /** The options of the import, as they travel in S3 user metadata. */
  readonly metadata: Readonly<Record<string, string>>;
}

export const usage = `Usage: npm start -- [options] [file.csv ...]
       npm start -- map file.csv [--out FILE] [--yes] [--column "HEADER=COLUMN"] [--value "COLUMN:TEXT=VALUE"]
       npm start -- leads [--status S] [--application-status S] [--from DAY] [--to DAY] [--id ID] [--csv | --json]
       npm start -- lead ID [--json]
       npm start -- check file.csv ...
       npm start -- sandbox | template | schema

Imports a CSV of leads on this machine: the deployed functions on a bucket and queues in this process.
Several files are imported one after the other; - is standard input. Without a file it imports samples/leads.csv; without --api-url it talks to a built-in sandbox of the Leads API.

  --api-url URL             the Leads API; credentials in LUMI_USERNAME and LUMI_PASSWORD
  --documents DIR           where the documents are that rows name (default: documents/ beside the CSV)
  --out DIR                 where the report goes (default: out/<import id>/)
  --mapping FILE            how the file's headers map to lumi's
  --dry-run                 check everything, send nothing
  --no-enforce-mandatories  only first name and e-mail are required
  --max-rejected N          refuse the file above so many rejected rows (10) or such a share (5%)
  --first N                 send only so many good rows, to try a new file; the others are in retry.csv
  --give-up-after 24h       when to stop trying
  --encoding NAME           how the file is encoded, where that is not found rightly
  --reference notes         append a reference to the notes of every lead, so that a lost answer can always be settled
  --concurrency N           leads in flight (default: 10)
  --state DIR               keep everything there: go on after an interruption, know duplicates from run to run
  --json                    print summary.json, and nothing else, on standard output
  -h, --help
  --version

check     the same as --dry-run
leads     the leads at lumi, all pages of them; --from and --to are days (2026-11-24) or moments, both included
lead      everything that lumi says of one lead
map       asks what the columns of a file mean, and writes <name>.mapping.json beside it; --yes takes every proposal that
          needs no judgement and lists what is left
template  prints a CSV with every column and an example row
sandbox   serves the built-in sandbox alone
schema    prints the JSON Schema of a mapping file`;

const maxConcurrency = 200;

/** An option that `parseArgs` does not take, in one line. */
export const optionError = (error: unknown): UsageError =>
  new UsageError(
    error instanceof Error
      ? `${error.message.split(/\.\s|\n/, 1)[0]?.replace(/\.$/, '')}.`
      : 'The options cannot be understood.',
  );

const parse = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        'api-url': { type: 'string' },
        documents: { type: 'string' },
        out: { type: 'string' },
        mapping: { type: 'string' },
        'dry-run': { type: 'boolean' },
        'no-enforce-mandatories': { type: 'boolean' },
        'max-rejected': { type: 'string' },
        'give-up-after': { type: 'string' },
        reference: { type: 'string' },
        encoding: { type: 'string' },
        first: { type: 'string' },
        yes: { type: 'boolean' },
        status: { type: 'string' },
        'application-status': { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        id: { type: 'string' },
        csv: { type: 'boolean' },
        column: { type: 'string', multiple: true },
        value: { type: 'string', multiple: true },
        concurrency: { type: 'string' },
        state: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw optionError(error);
  }
};

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

const readApiUrl = (text: string | undefined): string | undefined => {
  const address = text === undefined ? undefined : readBaseUrl(text);
  if (address !== undefined && 'fault' in address) throw new UsageError(`--api-url: ${address.fault}.`);
  return text;
};

const readLeadsArguments = (
  values: ReturnType<typeof parse>['values'],
  [verb, ...rest]: readonly string[],
): LeadsArguments => {
  const details = verb === 'lead';
  if (rest.length !== (details ? 1 : 0))
    throw new UsageError(
      details ? 'Expected one id: npm start -- lead ID.' : `leads ${rest[0]}: expected options only, such as --status.`,
    );
  if (values.csv === true && values.json === true) throw new UsageError('Expected --csv or --json, not both.');
  const apiUrl = readApiUrl(values['api-url']);
  if (apiUrl === undefined && values.state === undefined)
    throw new UsageError(`${verb} needs --api-url URL, or --state DIR for what the built-in sandbox keeps there.`);
  const options: LeadOptions = details ? { id: rest[0] } : values;
  const format = values.csv === true ? 'csv' : values.json === true ? 'json' : 'table';
  return { filter: readLeadFilter(options), format, details, apiUrl, state: values.state };
};

/** What the command line may ask for beside an import. */
export type Request =
  | { readonly imports: readonly Arguments[] }
  | 'help'
  | 'version'
  | 'template'
  | 'schema'
  | { readonly map: MapArguments }
  | { readonly leads: LeadsArguments };

/** First words that are no file. */
const verbs = ['import', 'check', 'map', 'leads', 'lead', 'sandbox', 'template', 'schema', 'help'];

const importOptions = [
  ...['api-url', 'documents', 'out', 'mapping', 'dry-run', 'no-enforce-mandatories', 'max-rejected', 'give-up-after'],
  ...['reference', 'encoding', 'first', 'yes', 'concurrency', 'state', 'json'],
];

const optionsOf: Readonly<Record<string, readonly string[]>> = {
  import: importOptions,
  check: importOptions,
  map: ['out', 'yes', 'column', 'value'],
  leads: ['api-url', 'state', 'status', 'application-status', 'from', 'to', 'id', 'csv', 'json'],
  lead: ['api-url', 'state', 'json'],
  template: [],
  schema: [],
};

/** An option of another verb would be passed over, and something else be done than was meant. */
const checkOptions = (verb: string, given: readonly string[]): void => {
  const allowed = optionsOf[verb] ?? importOptions;
  const foreign = given.find((option) => !allowed.includes(option));
  if (foreign === undefined) return;
  const owners = Object.keys(optionsOf).filter((owner) => optionsOf[owner]?.includes(foreign));
  throw new UsageError(`--${foreign} is an option of ${owners.join(', ')} and not of ${verb}.`);
};

/** A first word that is nearly a verb, and no file that is there. */
const mistyped = (word: string): string | undefined =>
  /[./\\]/.test(word) || existsSync(word) ? undefined : nearestName(word, verbs);

/** Reads the command line. */
export const readArguments = (argv: readonly string[]): Request => {
  const { values, positionals } = parse(argv);
  if (values.help === true || positionals[0] === 'help') return 'help';
  if (values.version === true) return 'version';
  const [first = ''] = positionals;
  checkOptions(first in optionsOf ? first : 'import', Object.keys(values));
  if ((positionals[0] === 'template' || positionals[0] === 'schema') && positionals.length === 1) return positionals[0];
  if (positionals[0] === 'map') {
    const [, mapped] = positionals;
    if (mapped === undefined || positionals.length > 2)
      throw new UsageError('Expected one file to map: npm start -- map file.csv.');
    const { out: target, yes = false, column = [], value = [] } = values;
    return { map: { file: mapped, out: target, yes, columns: column, values: value } };
  }
  if (positionals[0] === 'leads' || positionals[0] === 'lead')
    return { leads: readLeadsArguments(values, positionals) };
  if (positionals[0] === 'import' || positionals[0] === 'check') {
    if (positionals.shift() === 'check') values['dry-run'] = true;
    if (positionals.length === 0) throw new UsageError('Expected a file: npm start -- import file.csv.');
  }
  const meant = positionals[0] === undefined ? undefined : mistyped(positionals[0]);
  if (meant !== undefined) throw new UsageError(`${positionals[0]}: there is no such file. Was ${meant} meant?`);
  check('give-up-after', values['give-up-after'], durationSchema);
  check('max-rejected', values['max-rejected'], maxRejectedSchema);
  check('reference', values.reference, referenceSchema);
  check('encoding', values.encoding, encodingSchema);
  check('first', values.first, firstSchema);
  const apiUrl = readApiUrl(values['api-url']);
  const { documents, out, mapping, state } = values;
  const common = {
    apiUrl,
    documents,
    mapping,
    state,
    concurrency: readConcurrency(values.concurrency),
    json: values.json ?? false,
    metadata: {
      ...(values['dry-run'] === true && { 'dry-run': 'true' }),
      ...(values['no-enforce-mandatories'] === true && { 'enforce-mandatories': 'false' }),
      ...(values['max-rejected'] !== undefined && { 'max-rejected': values['max-rejected'] }),
      ...(values['give-up-after'] !== undefined && { 'give-up-after': values['give-up-after'] }),
      ...(values.reference !== undefined && { reference: values.reference }),
      ...(values.encoding !== undefined && { encoding: values.encoding }),
      ...(values.first !== undefined && { first: values.first }),
    },
  };
  if (positionals.length < 2) return { imports: [{ ...common, file: positionals[0], out }] };
  const names = positionals.map((file) => basename(file).replace(/\.csv(?:\.gz)?$/i, ''));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`Two of the files are called ${twice}: import them one at a time.`);
  const imports = positionals.map((file, index) => ({
    ...common,
    file,
    out: out === undefined ? undefined : join(out, names[index] ?? ''),
  }));
  return { imports };
};
