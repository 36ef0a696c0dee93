import { createWriteStream, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readManifest } from '../../../shared/state/manifest.ts';
import { shellWord } from '../../../shared/words/escaping.ts';
import { exitCodeOf, findImport, knownImports, readSummary } from '../places/known-imports.ts';
import { at } from '../places/open-place.ts';
import { notedDocuments } from '../places/own-documents.ts';
import type { KnownImport, Place, PlaceOptions } from '../places/place.ts';
import { apiOf, isNewStateDirectory } from '../places/state-directory.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { awaitProof, comparing, exitCodeOfProven } from './await-proof.ts';
import { copyReport } from './copy-report.ts';
import { commandFor, commandsFor } from './retry-command.ts';
import { summaryText } from './summary-text.ts';

interface ReportGiven extends PlaceOptions {
  readonly out?: string | undefined;
  readonly statuses?: boolean | undefined;
  readonly verify?: boolean | undefined;
  readonly apiUrl?: string | undefined;
}

/** Whether no later import has had a file of that name. */
const isLatest = async (place: Place, { importId, prefix }: KnownImport): Promise<boolean> => {
  const folder = prefix.slice(0, -`${importId}/`.length);
  const imports = await knownImports(place, folder);
  return imports.find((one) => one.prefix === `${folder}${one.importId}/`)?.importId === importId;
};

/** Copies the mapping file that an import has used beside its report; answers where it is. */
const copyMapping = async (
  { store }: Place,
  key: string | undefined,
  directory: string,
): Promise<string | undefined> => {
  const object = key === undefined ? undefined : await store.get(key);
  if (key === undefined || object === undefined) return undefined;
  const file = join(directory, basename(key));
  await pipeline(Readable.from(object.body), createWriteStream(file));
  return file;
};

/** The command that imports a file of the report of an import of this machine, as that one was: to its API, with its options. */
const retryCommand = async (
  place: Place,
  state: string,
  known: KnownImport,
  directory: string,
): Promise<(file: string) => string> => {
  const manifest = await readManifest(place.store, known.importId);
  const { mapping: _, ...metadata } = manifest?.options ?? {};
  const mapping = await copyMapping(place, manifest?.mapping?.key, directory);
  // Where documents are is kept by the file's name: that of the latest import.
  const isNoted = manifest !== undefined && (await isLatest(place, known));
  const noted = isNoted ? await notedDocuments(place, manifest.source.key) : undefined;
  const documents = noted !== undefined && existsSync(noted) ? noted : undefined;
  return (file) => commandFor({ apiUrl: apiOf(state), mapping, state, metadata }, documents, file);
};

/** Compares the leads of an import of a state directory with the list: an importer runs there for as long. */
const verifyHere = async (
  importId: string | undefined,
  state: string,
  apiUrl: string | undefined,
  say: (line: string) => void,
): Promise<void> => {
  const url = apiUrl ?? apiOf(state);
  if (isNewStateDirectory(state, url)) throw new UsageError(`--state ${state}: no import was kept there.`);
  const { startImporter } = await import('../places/laptop.ts');
  const { importer, api, faultOf } = await startImporter({ apiUrl: url, state, concurrency: 1 }, say);
  const { store } = importer;
  const option = `--state ${shellWord(state)}`;
  const place: Place = { store, option, pollMs: 100, faultOf, close: () => importer.stop() };
  try {
    const known = await findImport(place, importId);
    const ended = await readSummary(store, known);
    if (ended !== undefined) await awaitProof(place, known, ended, true);
  } finally {
    await importer.stop();
    await api.stop();
  }
};

/** Fetches the files of a report, and says how the import ended; the exit code is the import's. */
export const fetchReport = async (
  importId: string | undefined,
  options: ReportGiven,
  { write, say, paint }: Output,
): Promise<number> => {
  const { state, stack, apiUrl, verify = false } = options;
  if (verify) say(comparing);
  if (verify && state !== undefined && stack === undefined) await verifyHere(importId, state, apiUrl, say);
  return at(options, async (place) => {
    const known = await findImport(place, importId);
    const ended = await readSummary(place.store, known);
    const isAsked = verify && stack !== undefined && ended !== undefined;
    const summary = isAsked ? await awaitProof(place, known, ended, ended.proof?.state !== 'pending') : ended;
    if (summary === undefined)
      throw new UsageError(
        `The import ${known.importId} has not ended: npm start -- status ${known.importId} ${place.option} --watch.`,
      );
    const directory = options.out ?? join('out', known.importId);
    await copyReport(place, known, directory);
    if (options.statuses === true) {
      const { writeStatuses } = await import('./write-statuses.ts');
      await writeStatuses(summary, directory, options, say);
    }
    const ofStack = { apiUrl: undefined, mapping: undefined, state: undefined, stack: options.stack, metadata: {} };
    const commandOf =
      options.state === undefined
        ? (file: string) => commandFor(ofStack, undefined, file)
        : await retryCommand(place, options.state, known, directory);
    const again = commandsFor(summary, directory, commandOf);
    await write(
      options.json === true
        ? `${JSON.stringify(summary, null, 2)}\n`
        : `${summaryText(summary, directory, again, paint)}\n`,
    );
    return verify ? exitCodeOfProven(summary) : exitCodeOf(summary);
  });
};
