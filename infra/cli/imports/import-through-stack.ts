import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { importIdOf, shortIdentity } from '../../../shared/bucket/import-id.ts';
import { prefixes, reportPrefix } from '../../../shared/bucket/keys.ts';
import type { Arguments } from '../arguments.ts';
import { knownImports } from '../places/known-imports.ts';
import { openStack, type StackPlace } from '../places/stack.ts';
import { startCounter } from '../terminal/counter.ts';
import { interruptible } from '../terminal/interruptible.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { fetchReport } from './fetch-report.ts';
import { dropKey, readInput, standardInput } from './input-file.ts';
import { mappingName } from './mapping-name.ts';
import { namedDocuments } from './named-documents.ts';
import { watchImport } from './show-status.ts';

const uploadsAtOnce = 4;

/** A folder of its own, so that nobody's file is overwritten: `cli/2026-11-25/1a2b3c4d`. */
const ownFolder = (): string => `cli/${new Date().toISOString().slice(0, 10)}/${randomUUID().slice(0, 8)}`;

/** Uploads the documents that a CSV names; resolves with their folder, undefined where there are none. */
const uploadDocuments = async (
  file: string,
  { documents, mapping }: Arguments,
  { store }: StackPlace,
  say: (line: string) => void,
): Promise<string | undefined> => {
  if (file === standardInput) return undefined;
  const directory = documents ?? join(dirname(file), 'documents');
  if (documents !== undefined && !existsSync(directory))
    throw new UsageError(`--documents ${documents}: there is no such directory.`);
  const { found, missing } = await namedDocuments(file, directory, mapping);
  if (missing > 0) say(`${missing} documents that ${file} names are not in ${directory}: their rows will be rejected.`);
  if (found.length === 0) return undefined;
  const folder = ownFolder();
  const counter = startCounter(process.stderr, found.length, 'documents uploaded');
  const upload = async ({ name, path }: { readonly name: string; readonly path: string }): Promise<void> => {
    await store.upload(`${prefixes.documents}${folder}/${name}`, createReadStream(path), 'application/octet-stream');
    counter.step();
  };
  await pMap(found, upload, { concurrency: uploadsAtOnce }).finally(counter.end);
  return folder;
};

const uploadMapping = async (path: string, { store }: StackPlace): Promise<string> => {
  const text = await readFile(path);
  const name = mappingName(path, text);
  await store.put(`${prefixes.mappings}${name}.json`, text);
  return name;
};

/** Waits until the importer has received an upload. */
const receivedImport = async (place: StackPlace, key: string, versionId: string): Promise<string> => {
  // When it was received is not known here; the rest of its name, and the folder of its report, are.
  const upload = { bucket: place.bucket, key, versionId, eventTime: new Date(0).toISOString() };
  const [identity, folder] = [shortIdentity(importIdOf(upload)), reportPrefix(key, '').slice(0, -1)];
  for (;;) {
    const found = (await knownImports(place, folder)).find(({ importId }) => shortIdentity(importId) === identity);
    if (found !== undefined) return found.importId;
    await sleep(place.pollMs);
  }
};

/**
 * Imports a file through a deployed stack: its documents into a folder of their own, then the CSV with its options; then it
 * follows the import and fetches the report. Interrupted, it says how to go on following.
 * @returns the exit code of the import
 */
export const importThroughStack = async (given: Arguments, stack: string, output: Output): Promise<number> => {
  const { say } = output;
  const { file = '' } = given;
  if (given.mapping !== undefined && !existsSync(given.mapping))
    throw new UsageError(`--mapping ${given.mapping}: there is no such file.`);
  const place = await openStack(stack);
  const folder = await uploadDocuments(file, given, place, say);
  const metadata = {
    ...given.metadata,
    ...(folder !== undefined && { 'documents-folder': folder }),
    ...(given.mapping !== undefined && { mapping: await uploadMapping(given.mapping, place) }),
  };
  const key = dropKey(file, given);
  const versionId = await place.drop(key, await readInput(file), metadata);
  say(`${key} is uploaded to ${place.bucket}.`);
  const importId = await interruptible(receivedImport(place, key, versionId), () =>
    say(`\nThe import goes on. To find it: npm start -- imports ${place.option}`),
  );
  await watchImport(importId, place, say);
  const out = given.out === undefined ? {} : { out: given.out };
  return fetchReport(importId, { stack, json: given.json, ...out }, output);
};
