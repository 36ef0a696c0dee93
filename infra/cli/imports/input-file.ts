import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { prefixes } from '../../../shared/bucket/keys.ts';
import type { Arguments } from '../arguments.ts';

/** What a file is called that is standard input. */
export const standardInput = '-';

/** The bytes of a file that is to be imported. */
export const readInput = (file: string): Promise<Buffer> =>
  file === standardInput ? buffer(process.stdin) : readFile(file);

/** Where a file is dropped: below `validate/` where it is only checked. */
export const dropKey = (file: string, { metadata }: Pick<Arguments, 'metadata'>): string => {
  const prefix = metadata['dry-run'] === 'true' ? prefixes.validate : prefixes.incoming;
  return `${prefix}${file === standardInput ? 'stdin.csv' : basename(file)}`;
};
