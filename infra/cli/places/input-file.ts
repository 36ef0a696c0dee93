import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { prefixes } from '../../../shared/bucket/keys.ts';
import type { CsvFile } from '../../../shared/csv/open.ts';
import type { ImportPlan } from './import-plan.ts';

/** What a file is called that is standard input. */
export const standardInput = '-';

/** A file on this machine, to be read as often as needed. */
export const csvFile = (path: string): CsvFile => ({
  open: async () => createReadStream(path),
  gzip: /\.gz$/i.test(path),
});

/** The bytes of a file that is to be imported. */
export const readInput = (file: string): Promise<Buffer> =>
  file === standardInput ? buffer(process.stdin) : readFile(file);

/** Where a file is dropped: below `validate/` where it is only checked. */
export const dropKey = ({ file, metadata }: Pick<ImportPlan, 'file' | 'metadata'>): string => {
  const prefix = metadata['dry-run'] === 'true' ? prefixes.validate : prefixes.incoming;
  return `${prefix}${file === standardInput ? 'stdin.csv' : basename(file)}`;
};

/** Where the documents of a file are looked for. */
export const documentsBeside = (file: string): string => join(dirname(file), 'documents');
