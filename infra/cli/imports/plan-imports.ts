import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withoutEnding } from '../../../shared/bucket/keys.ts';
import { importOptions, type OptionName, optionNames } from '../../../shared/import-options.ts';
import type { ImportPlan } from '../places/import-plan.ts';
import { standardInput } from '../places/input-file.ts';
import { isRealApi, readApiUrl } from '../places/open-api.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** What `import` and `check` were told beside the options of the import, as it was typed. */
export interface ImportGiven {
  readonly apiUrl?: string | undefined;
  readonly documents?: string | undefined;
  readonly out?: string | undefined;
  readonly mapping?: string | undefined;
  readonly state?: string | undefined;
  readonly stack?: string | undefined;
  readonly concurrency?: string | undefined;
  readonly json?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly verify?: boolean | undefined;
  readonly show?: string | undefined;
}

const sample = 'samples/leads.csv';
/** Where reports go, each into a directory of its own. */
export const defaultOut = 'out';
const maxConcurrency = 200;

const readConcurrency = (text: string | undefined): number => {
  const value = Number(text ?? 10);
  if (Number.isInteger(value) && value >= 1 && value <= maxConcurrency) return value;
  throw new UsageError(`--concurrency ${text}: expected a whole number from 1 to ${maxConcurrency}.`);
};

const readShow = (text: string | undefined): number => {
  const value = Number(text ?? 0);
  if (text === undefined || (Number.isInteger(value) && value >= 1)) return value;
  throw new UsageError(`--show ${text}: expected a number of rows such as 5.`);
};

const camel = (name: string): string => name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** The option of an import as a flag has it, as text; undefined where the flag was not given. */
const textOf = (name: OptionName, given: Readonly<Record<string, unknown>>): string | undefined => {
  const value = given[camel(name)];
  // A flag that is on by itself, and one that is not given.
  if (value === undefined || (name === 'enforce-mandatories' && value === true)) return undefined;
  return String(value);
};

/** The options of the import that were given. @throws UsageError in one line, where one cannot be used */
const metadataOf = (given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    optionNames.flatMap((name): [string, string][] => {
      if (!('flag' in importOptions[name])) return [];
      const text = textOf(name, given);
      if (text === undefined) return [];
      const parsed = importOptions[name].schema.safeParse(text);
      if (!parsed.success) throw new UsageError(`--${name} ${text}: ${parsed.error.issues[0]?.message}.`);
      return [[name, text]];
    }),
  );

/** Without a file the sample is imported: not where a file was meant, and not into a real API. */
export const checkFiles = (files: readonly string[], { apiUrl, stack }: ImportGiven, meansFile: boolean): void => {
  if (files.length === 0 && (meansFile || isRealApi(apiUrl) || stack !== undefined))
    throw new UsageError('Expected a file: npm start -- import file.csv.');
};

/**
 * One import for each file that the command line names; the sample where it names none.
 * @param flags every option as it was typed, those of the import among them
 */
export const planImports = (
  files: readonly string[],
  given: ImportGiven,
  flags: Readonly<Record<string, unknown>>,
): readonly ImportPlan[] => {
  const { documents, out, state, stack, json = false, yes = false, verify = false } = given;
  const mapping = given.mapping === 'none' ? undefined : given.mapping;
  const ofThisMachine = { '--api-url': given.apiUrl, '--state': state, '--concurrency': given.concurrency };
  const [other] = Object.entries(ofThisMachine).find(([, value]) => stack !== undefined && value !== undefined) ?? [];
  if (other !== undefined)
    throw new UsageError(`${other} is for an import on this machine, and --stack for a deployed one.`);
  const common = {
    apiUrl: readApiUrl(given.apiUrl),
    documents,
    mapping,
    state,
    stack,
    concurrency: readConcurrency(given.concurrency),
    json,
    yes,
    verify,
    show: readShow(given.show),
    metadata: { ...metadataOf(flags), ...(given.mapping === 'none' && { mapping: 'none' }) },
  };
  if (files.length < 2) return [{ ...common, file: files[0] ?? sample, out }];
  const names = files.map((file) => withoutEnding(basename(file)));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`Two of the files are called ${twice}: import them one at a time.`);
  return files.map((file, index) => ({
    ...common,
    file,
    out: out === undefined ? undefined : join(out, names[index] ?? ''),
  }));
};

/** A path that is there and of the kind that is expected. Throws `UsageError` that begins with `what`. */
const checkPath = (what: string, path: string, kind: 'file' | 'directory'): void => {
  if (!existsSync(path)) throw new UsageError(`${what}: there is no such ${kind}.`);
  const stats = statSync(path);
  if (kind === 'file' ? !stats.isFile() : !stats.isDirectory()) throw new UsageError(`${what}: expected a ${kind}.`);
};

/** Makes a directory that is to be written into, now: afterwards it would be too late. */
const prepareDirectory = (what: string, path: string): void => {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new UsageError(
      `${what}: expected a directory that can be written (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
};

/** @throws UsageError where a path cannot be read or written, before anything is sent */
export const checkPaths = ({ file, documents, mapping, out, state }: ImportPlan): void => {
  if (file !== standardInput) checkPath(file, file, 'file');
  if (documents !== undefined) checkPath(`--documents ${documents}`, documents, 'directory');
  if (mapping !== undefined) checkPath(`--mapping ${mapping}`, mapping, 'file');
  if (state !== undefined) prepareDirectory(`--state ${state}`, state);
  prepareDirectory(`--out ${out ?? defaultOut}`, out ?? defaultOut);
};
