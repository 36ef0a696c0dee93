import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { UsageError } from './usage-error.ts';

/** Refuses to write over a file that is there. */
export const checkNew = (path: string): void => {
  if (existsSync(path))
    throw new UsageError(
      `${path} is there already; it was not written over. Move it away first, or name another file.`,
    );
};

/** Writes a file that was not there; where that fails nothing is left of it. */
export const writeNew = (path: string, content: string | Uint8Array): void => {
  checkNew(path);
  try {
    writeFileSync(path, content, { flag: 'wx' });
  } catch (error) {
    const isAnothers = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (!isAnothers && existsSync(path)) rmSync(path);
    throw new UsageError(`${path} could not be written: ${error instanceof Error ? error.message : 'unknown'}.`);
  }
};
