import { closeSync, createReadStream, createWriteStream, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { prefixes } from '../../../shared/bucket/keys.ts';
import { openNameless } from '../../../shared/nameless-file.ts';
import { TableFile } from '../../../shared/table/open-by-kind.ts';
import type { KnownFormat, OpenTable } from '../../../shared/table/table.ts';
import { shellWord, visibleText } from '../../../shared/words/escaping.ts';
import type { FileFault } from '../../../shared/words/file-fault.ts';
import type { ImportPlan } from './import-plan.ts';

/** What a file is called that is standard input. */
export const standardInput = '-';

/** Reads what is wanted of the table in a file on this machine. */
export const readTable = async <Result>(
  path: string,
  use: (table: OpenTable) => Promise<Result>,
  known?: KnownFormat,
): Promise<Result | FileFault> => {
  const file = new TableFile(path, async () => createReadStream(path));
  try {
    return await file.read(use, known);
  } finally {
    file.close();
  }
};

/** The bytes of a file that is to be imported, as often as they are wanted; never all of them in memory. */
export interface InputFile {
  bytes(): Readable;
  close(): void;
}

/** Opens a file on this machine. Standard input can be read once, so it is kept until it is closed. */
export const openInput = async (file: string): Promise<InputFile> => {
  if (file !== standardInput) return { bytes: () => createReadStream(file), close: () => undefined };
  const fd = openNameless();
  const kept = { fd, start: 0, autoClose: false };
  await pipeline(process.stdin, createWriteStream('', kept));
  return { bytes: () => createReadStream('', kept), close: () => closeSync(fd) };
};

/** Where a file is dropped: below `validate/` where it is only checked. */
export const dropKey = ({ file, metadata }: Pick<ImportPlan, 'file' | 'metadata'>): string => {
  const prefix = metadata['dry-run'] === 'true' ? prefixes.validate : prefixes.incoming;
  return `${prefix}${file === standardInput ? 'stdin.csv' : basename(file)}`;
};

/** Where the documents of a file are looked for. */
export const documentsBeside = (file: string): string => join(dirname(file), 'documents');

const isLink = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;

/** The directory of a file's documents. What somebody has named may be a link; what came beside a file is never followed. */
export const documentsFor = (
  { file, documents }: Pick<ImportPlan, 'file' | 'documents'>,
  say: (line: string) => void,
): string => {
  if (documents !== undefined) return realpathSync(documents);
  const beside = documentsBeside(file);
  if (isLink(beside))
    say(`${visibleText(beside)} is a link, and links are not followed: --documents ${shellWord(beside)} names it.`);
  return beside;
};
