import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { optionalFiles, reportFiles } from '../../../shared/bucket/keys.ts';
import type { KnownImport, Place } from '../places/place.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** How a report is had that could not be written where it should be. Without a state directory it would end with this command. */
const elsewhere = async (place: Place, known: KnownImport): Promise<string> => {
  if (place.option !== '')
    return `Fetch it with: npm start -- report ${known.importId} ${place.option} --out DIRECTORY`;
  const directory = await mkdtemp(join(tmpdir(), 'lumi-report-'));
  await copyFiles(place, known, directory);
  return `It is in ${directory} instead.`;
};

/**
 * Copies the files of a report into a directory.
 * @throws UsageError where one is not there any more, or the directory takes none
 */
export const copyReport = async (place: Place, known: KnownImport, directory: string): Promise<void> => {
  try {
    await copyFiles(place, known, directory);
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    const next = await elsewhere(place, known);
    throw new UsageError(
      `The import has ended, and its report could not be written to ${directory}: ${error.message}. ${next}`,
    );
  }
};

const copyFiles = async ({ store }: Place, { prefix, importId }: KnownImport, directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true });
  const missing: string[] = [];
  for (const name of [...Object.values(reportFiles), ...optionalFiles]) {
    const object = await store.get(`${prefix}${name}`);
    if (object === undefined && !optionalFiles.includes(name)) missing.push(name);
    if (object === undefined) continue;
    await pipeline(Readable.from(object.body), createWriteStream(join(directory, name)));
  }
  if (missing.length > 0)
    throw new UsageError(
      `${missing.join(' and ')} of the import ${importId} ${missing.length === 1 ? 'is' : 'are'} not there any more: erased for a person, or past the time that files are kept. What is there was written to ${directory}.`,
    );
};
