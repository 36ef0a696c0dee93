import { hash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { prefixes, reportFiles } from '../../../shared/bucket/keys.ts';
import { getText } from '../../../shared/bucket/object-store.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { type LocalImporter, startLocalImporter } from '../../laptop/local-importer.ts';
import type { Arguments } from '../arguments.ts';
import { exitCodeOf } from '../places/known-imports.ts';
import { isRealApi, openApi } from '../places/open-api.ts';
import { bindStateDirectory } from '../places/state-directory.ts';
import { type Progress, startProgress } from '../terminal/progress.ts';
import { interruptedCode, UsageError } from '../terminal/usage-error.ts';
import { noteDelivered, undeliveredUploads } from './delivered-reports.ts';
import { commandFor } from './import-command.ts';
import { dropKey, readInput, standardInput } from './input-file.ts';
import { mappingName } from './mapping-name.ts';
import { documentsBeside, noteDocuments, notedDocuments, provideDocuments } from './own-documents.ts';
import { summaryText } from './summary-text.ts';

/** How often it is looked whether the report is there. */
const pollMs = 100;

const sample = 'samples/leads.csv';
/** Where reports go, each into a directory of its own. */
const defaultOut = 'out';

/** What an import came to, for the shell. */
export type ExitCode = 0 | 1 | 2;

const uploadMapping = async (importer: LocalImporter, path: string): Promise<string> => {
  const content = await readFile(path);
  const name = mappingName(path, content);
  await importer.upload(`${prefixes.mappings}${name}.json`, content);
  return name;
};

const waitForReport = async (importer: LocalImporter, key: string): Promise<string> => {
  for (;;) {
    const prefix = await importer.reportOf(key);
    if (prefix !== undefined) return prefix;
    await sleep(pollMs);
  }
};

const readFileOf = async (importer: LocalImporter, key: string): Promise<Buffer> => {
  const object = await importer.store.get(key);
  if (object === undefined) throw new Error(`${key} is not in the bucket`);
  return buffer(object.body);
};

interface Delivered {
  readonly summary: Summary;
  readonly directory: string;
}

/** Waits for the report of an upload and copies its four files. */
const deliver = async (importer: LocalImporter, key: string, out: string | undefined): Promise<Delivered> => {
  const prefix = await waitForReport(importer, key);
  const directory = out ?? join(defaultOut, importer.importIdOf(key));
  await mkdir(directory, { recursive: true });
  for (const name of Object.values(reportFiles))
    await writeFile(join(directory, name), await readFileOf(importer, `${prefix}${name}`));
  await noteDelivered(importer, key);
  const summary = JSON.parse((await getText(importer.store, `${prefix}${reportFiles.summary}`))?.text ?? '') as Summary;
  return { summary, directory };
};

const sameUpload = async (
  importer: LocalImporter,
  key: string,
  body: Buffer,
  metadata: Readonly<Record<string, string>>,
): Promise<boolean> => {
  const stored = await importer.store.get(key);
  if (stored === undefined) return false;
  const sameOptions =
    JSON.stringify(Object.entries(stored.metadata).toSorted()) === JSON.stringify(Object.entries(metadata).toSorted());
  return sameOptions && hash('sha256', await buffer(stored.body)) === hash('sha256', body);
};

/**
 * Finishes what a state directory shows to be interrupted, each with its own documents, before anything new begins: two
 * files of one name would be one object. A dry run leaves it as it is, since finishing would send. Answers the worst that
 * these imports came to.
 */
const finishInterrupted = async (
  importer: LocalImporter,
  keys: readonly string[],
  { metadata, out }: Arguments,
  progress: Progress,
): Promise<ExitCode> => {
  let worst: ExitCode = 0;
  for (const key of keys) {
    const importId = importer.importIdOf(key);
    if (metadata['dry-run'] === 'true') {
      progress.line(`The interrupted import ${importId} of ${key} is left as it is.`);
      continue;
    }
    progress.line(`Finishing the interrupted import ${importId} of ${key} first.`);
    const directory = await notedDocuments(importer, key);
    if (directory !== undefined) await provideDocuments(importer, directory);
    await importer.resume(key);
    const { directory: report, summary } = await deliver(
      importer,
      key,
      out === undefined ? undefined : join(out, importId),
    );
    progress.line(`Its report is in ${report}.`);
    if (worst === 0) worst = exitCodeOf(summary);
  }
  return worst;
};

/** One file of a command. */
interface Turn {
  readonly given: Arguments;
  /** So many files it has. */
  readonly of: number;
  /** The keys of those that follow. */
  readonly later: ReadonlySet<string>;
}

/** Uploads the file, or finds that an interrupted run of the same command did, and lets that import go on. */
const uploadOrResume = async (
  importer: LocalImporter,
  file: string,
  { given, later }: Turn,
  progress: Progress,
): Promise<{ readonly key: string; readonly before: ExitCode }> => {
  const key = dropKey(file, given);
  const body = await readInput(file);
  const interrupted = await undeliveredUploads(importer);
  const isSame = await sameUpload(importer, key, body, given.metadata);
  const goesOn = isSame && interrupted.includes(key);
  const isDone = isSame && !goesOn && interrupted.some((other) => later.has(other));
  const first = interrupted.filter((other) => (other === key ? !goesOn : !later.has(other)));
  const before = await finishInterrupted(importer, first, given, progress);
  if (isDone) {
    progress.line(`${file} was imported before the interruption.`);
    return { key, before };
  }
  const directory = given.documents ?? documentsBeside(file);
  await noteDocuments(importer, key, directory);
  const documents = await provideDocuments(importer, directory);
  progress.line(`Importing ${file}${documents === 0 ? '' : ` with ${documents} documents at hand`}.`);
  if (goesOn) {
    progress.line(`Going on with the interrupted import ${importer.importIdOf(key)}.`);
    await importer.resume(key);
  } else await importer.upload(key, body, given.metadata);
  return { key, before };
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
export const checkPaths = ({ file = sample, documents, mapping, out, state }: Arguments): void => {
  if (file !== standardInput) checkPath(file, file, 'file');
  if (documents !== undefined) checkPath(`--documents ${documents}`, documents, 'directory');
  if (mapping !== undefined) checkPath(`--mapping ${mapping}`, mapping, 'file');
  if (state !== undefined) prepareDirectory(`--state ${state}`, state);
  prepareDirectory(`--out ${out ?? defaultOut}`, out ?? defaultOut);
};

/** Where the documents of a file are, for a retry file that stands elsewhere. */
const documentsOf = ({ documents }: Arguments, file: string): string | undefined => {
  const beside = documentsBeside(file);
  return documents ?? (existsSync(beside) ? beside : undefined);
};

/** With `--json` one document a line where there are several. */
const print = ({ summary, directory }: Delivered, { given, of }: Turn, file: string, progress: Progress): void => {
  for (const { what, tip, line } of summary.faults)
    progress.line(`Refused${line === null ? '' : ` (line ${line})`}: ${what} ${tip}`);
  if (summary.faults.length > 0) progress.line(`Then: ${commandFor(given, given.documents, file)}`);
  const { json } = given;
  const shown = resolve(directory).startsWith(resolve('.')) ? relative('.', directory) || '.' : directory;
  const command = commandFor(given, documentsOf(given, file), join(shown, reportFiles.retry));
  process.stdout.write(
    json
      ? `${JSON.stringify(summary, null, of === 1 ? 2 : 0)}\n`
      : `${summaryText(summary, shown, { how: 'import it again', command })}\n`,
  );
};

/** Said once, where leads go to lumi from here. */
const ownMemory =
  'This machine remembers by itself what it sends (with --state): a deployed importer does not know these leads, nor this one those.';

/** Runs one import from the file to its report, and says how it ended. */
const runImport = async (importer: LocalImporter, turn: Turn, progress: Progress): Promise<ExitCode> => {
  const { given } = turn;
  const file = given.file ?? sample;
  const mapping = given.mapping === undefined ? {} : { mapping: await uploadMapping(importer, given.mapping) };
  const options = { ...given, metadata: { ...given.metadata, ...mapping } };
  const { key, before } = await uploadOrResume(importer, file, { ...turn, given: options }, progress);
  const delivered = await deliver(importer, key, given.out);
  progress.end();
  print(delivered, turn, file, progress);
  return exitCodeOf(delivered.summary) === 0 ? before : exitCodeOf(delivered.summary);
};

/** Import ids tell seconds: the imports of one command are in their order by them. */
const nextSecond = (): Promise<void> => sleep(1000 - (Date.now() % 1000));

/** Runs the imports of one command, one after the other: each knows the leads of those before it. */
export const runImports = async (imports: readonly Arguments[]): Promise<readonly ExitCode[]> => {
  const [given] = imports;
  if (given === undefined) return [];
  let progress = startProgress(process.stderr);
  process.once('SIGINT', () => {
    progress.end();
    const hint =
      given.state === undefined
        ? 'With --state DIR an interrupted import can go on.'
        : 'Run the same command again to go on.';
    progress.line(`\nInterrupted. ${hint}`);
    process.exit(interruptedCode);
  });
  const isNew = given.state === undefined || bindStateDirectory(given.state, given.apiUrl);
  if (isNew && isRealApi(given.apiUrl)) progress.line(ownMemory);
  const api = await openApi(given, progress.line);
  let importer: LocalImporter | undefined;
  try {
    importer = await startLocalImporter({
      apiUrl: api.url,
      username: api.username,
      password: api.password,
      concurrency: given.concurrency,
      log: (event, fields) => progress.log(event, fields),
      directory: given.state,
      ...(api.listingSettleMs !== undefined && { listingSettleMs: api.listingSettleMs }),
      ...(api.lateCommitMs !== undefined && { lateCommitMs: api.lateCommitMs }),
    });
    const codes: ExitCode[] = [];
    const keys = imports.map((each) => dropKey(each.file ?? sample, each));
    for (const [index, each] of imports.entries()) {
      if (index > 0) await nextSecond();
      codes.push(
        await runImport(importer, { given: each, of: keys.length, later: new Set(keys.slice(index + 1)) }, progress),
      );
      progress = startProgress(process.stderr);
    }
    return codes;
  } finally {
    await importer?.stop();
    await api.stop();
  }
};
