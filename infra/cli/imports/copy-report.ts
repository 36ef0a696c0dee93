import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { optionalFiles, reportFiles } from '../../../shared/bucket/keys.ts';
import type { KnownImport, Place } from '../places/place.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Copies the files of a report into a directory. @throws UsageError where one is not there any more */
export const copyReport = async ({ store }: Place, { prefix }: KnownImport, directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true });
  for (const name of [...Object.values(reportFiles), ...optionalFiles]) {
    const object = await store.get(`${prefix}${name}`);
    if (object === undefined && optionalFiles.includes(name)) continue;
    if (object === undefined) throw new UsageError(`${prefix}${name} is not there any more.`);
    await pipeline(Readable.from(object.body), createWriteStream(join(directory, name)));
  }
};
