import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process imports in the state directory. */
export class StateDirectoryInUse extends Error {
  override readonly name = 'StateDirectoryInUse';
}

/** Whether a process imports in a state directory right now. */
export const isInUse = (directory: string): boolean => {
  try {
    lockDirectory(directory).close();
    return false;
  } catch (error) {
    if (error instanceof StateDirectoryInUse) return true;
    throw error;
  }
};

/**
 * Makes this process the only one that imports in a state directory, until it closes the lock or dies: the lock is
 * SQLite's own, on a file that holds nothing.
 * @throws StateDirectoryInUse where another process has it
 */
export const lockDirectory = (directory: string): { close(): void } => {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, 'importer.lock'));
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!(error instanceof Error && /locked|busy/i.test(error.message))) throw error;
    throw new StateDirectoryInUse(
      `another import is using the state directory ${directory}: run this one when that has ended, or name both files in one command`,
    );
  }
  return database;
};
