import { once } from 'node:events';
import { CommanderError } from 'commander';
import { UnreadableState } from '../../shared/bucket/stored-json.ts';
import { StateDirectoryInUse } from '../laptop/directory-lock.ts';
import { type Arguments, readApiUrl, readImports, readLeads } from './arguments.ts';
import { mistyped, programOf, usageErrorOf } from './command-line-options.ts';
import type { LeadsArguments } from './leads/leads-arguments.ts';
import { isRealApi, openApi } from './places/open-api.ts';
import { awsAnswer, isAwsError } from './terminal/aws-error.ts';
import { Interrupted, interruptedCode, UsageError } from './terminal/usage-error.ts';
import type { ImportOptions, Verbs } from './verbs.ts';

/** Trouble that the person at the keyboard can do something about, in one line; anything else is ours and shows where. */
const explain = (error: unknown): string => {
  if (error instanceof UsageError || error instanceof StateDirectoryInUse || error instanceof UnreadableState)
    return error.message;
  if (error instanceof Interrupted) return 'Interrupted. Nothing was done.';
  if (isAwsError(error)) return awsAnswer(error);
  // What the operating system or the database refuses says what it is about; a fault of ours shows where it is.
  if (error instanceof Error && ('syscall' in error || ('code' in error && error.code === 'ERR_SQLITE_ERROR')))
    return `The import could not run: ${error.message.split('\n')[0]}.`;
  return error instanceof Error
    ? `The import could not run: ${error.stack ?? error.message}`
    : 'The import could not run.';
};

/**
 * Who reads our output may leave before its end, as `head` does, and a disk that takes it may be full. An import goes on to
 * its report: what it sends matters more than who reads along.
 */
const outliveReaders = (): void => {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') process.once('exit', () => (process.exitCode ||= 1));
  });
};

/** Writes no faster than the reader reads. */
const write = async (text: string): Promise<void> => {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Without a reader there is nothing left to do. */
const endWithReader = (): void => void process.stdout.on('error', () => process.exit(0));

const leads = async (asked: LeadsArguments): Promise<number> => {
  const { checkKept, showLeads } = await import('./leads/show-leads.ts');
  checkKept(asked);
  endWithReader();
  const api = await openApi(asked, say);
  try {
    await showLeads(asked, api, { write, say, width: process.stdout.columns });
    return 0;
  } finally {
    await api.stop();
  }
};

const importAll = async (imports: readonly Arguments[]): Promise<number> => {
  const meant = imports[0]?.file === undefined ? undefined : mistyped(imports[0].file, program);
  if (meant !== undefined) throw new UsageError(`${imports[0]?.file}: there is no such file. Was ${meant} meant?`);
  return (await import('./imports/import-files.ts')).importFiles(imports, {
    write,
    say,
    width: process.stdout.columns,
  });
};

/** Without a file the sample is imported: not where a file was meant, and not into a real API. */
const checkSample = ({ apiUrl, stack }: ImportOptions): void => {
  if (process.argv[2] === 'import' || isRealApi(apiUrl) || stack !== undefined)
    throw new UsageError('Expected a file: npm start -- import file.csv.');
};

const checkedUrl = (text: string | undefined) => {
  const apiUrl = readApiUrl(text);
  return apiUrl === undefined ? {} : { apiUrl };
};

/** What only one verb needs is loaded with it: an import begins sooner. */
const verbs: Verbs = {
  import: (files, options) => {
    const imports = readImports(files, options);
    if (files.length === 0) checkSample(options);
    return importAll(imports);
  },
  check: (files, options) => importAll(readImports(files, { ...options, dryRun: true })),
  map: async (file, { out, yes = false, column: columns, value: values }) => {
    const [{ mapFile }, { converse }] = await Promise.all([import('./map/map-file.ts'), import('./map/converse.ts')]);
    const asks = process.stdin.isTTY && process.stdout.isTTY && !yes;
    return mapFile({ file, out, yes, columns, values }, (line) => void write(`${line}\n`), asks ? converse : undefined);
  },
  template: async () => write((await import('./template.ts')).templateCsv()).then(() => 0),
  schema: async () => {
    const { mappingJsonSchema } = await import('./map/mapping-json-schema.ts');
    return write(`${JSON.stringify(mappingJsonSchema(), null, 2)}\n`).then(() => 0);
  },
  imports: async (options) =>
    (await import('./imports/list-imports.ts')).listImports(options, { write, say, width: process.stdout.columns }),
  status: async (id, options) =>
    (await import('./imports/show-status.ts')).showStatus(id, options, { write, say, width: process.stdout.columns }),
  cancel: async (id, options) =>
    (await import('./imports/cancel-import.ts')).cancelImport(id, options, {
      write,
      say,
      width: process.stdout.columns,
    }),
  report: async (id, options) =>
    (await import('./imports/fetch-report.ts')).fetchReport(id, options, { write, say, width: process.stdout.columns }),
  doctor: async (options) =>
    (await import('./doctor/doctor.ts')).doctor(
      { ...options, ...checkedUrl(options.apiUrl) },
      { write, say, width: process.stdout.columns },
    ),
  redrive: async (options) =>
    (await import('./doctor/redrive.ts')).redrive(options, { write, say, width: process.stdout.columns }),
  leads: (options) => leads(readLeads(options)),
  lead: (id, options) => leads(readLeads(options, id)),
  sandbox: async (options) => (await import('./sandbox.ts')).runSandbox(options),
};

const program = programOf(verbs, (code) => {
  process.exitCode = code;
});

const main = async (argv: readonly string[]): Promise<void> => {
  outliveReaders();
  // Reports and state hold personal data: they are for their owner alone.
  process.umask(0o077);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    const usage = error instanceof CommanderError ? usageErrorOf(program, error, argv) : error;
    if (usage === undefined) return;
    say(explain(usage));
    process.exitCode = usage instanceof Interrupted ? interruptedCode : 1;
  }
};

await main(process.argv.slice(2));
