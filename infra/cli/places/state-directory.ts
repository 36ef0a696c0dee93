import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bucketFile } from '../../laptop/local-bucket.ts';
import { UsageError } from '../terminal/usage-error.ts';

const fileName = 'api.txt';

/** Which API a run talks to. Servers of this machine are one: a test's port changes from run to run. */
const identityOf = (apiUrl: string | undefined): string => {
  if (apiUrl === undefined) return 'the built-in sandbox';
  const { protocol, hostname, origin, pathname } = new URL(apiUrl);
  return protocol === 'http:' ? `a server on ${hostname}` : `${origin}${pathname.replace(/\/$/, '')}`;
};

/** What a state directory says of its API: which it is, and at which address it was asked last. */
const boundTo = (directory: string): readonly string[] | undefined => {
  const path = join(directory, fileName);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : undefined;
};

/** The address of the API that a state directory belongs to; undefined for the built-in sandbox. */
export const apiOf = (directory: string): string | undefined => {
  const [identity = '', address] = boundTo(directory) ?? [];
  return address ?? (identity.startsWith('https:') ? identity : undefined);
};

/** Whether a file is there that holds something. */
const hasContent = (path: string): boolean => existsSync(path) && statSync(path).size > 0;

/** Refuses a directory that was used and whose bucket is gone: a new one would know nothing of what was sent. */
const checkBucket = (directory: string, bound: string): void => {
  const bucket = join(directory, bucketFile);
  if (hasContent(bucket) || hasContent(`${bucket}-wal`)) return;
  throw new UsageError(
    `--state ${directory}: what was sent to ${bound} is not known any more, since ${bucketFile} is missing there or empty. Nothing was sent. Put it back from a copy; if nothing was ever sent from this directory, use a new one.`,
  );
};

/** @throws UsageError where no import was kept in a directory, or what was is gone: nothing is made there then */
export const checkUsedDirectory = (directory: string): void => {
  const [bound] = boundTo(directory) ?? [];
  if (bound !== undefined) checkBucket(directory, bound);
  else if (!hasContent(join(directory, bucketFile)))
    throw new UsageError(`--state ${directory}: no import was kept there.`);
};

/**
 * Looks whether a state directory is of this API. What is known as sent to one API says nothing about another: a trial on
 * the sandbox must not hide leads from lumi, nor be finished there.
 * @returns whether it is used for the first time: then it is to be bound once its bucket is there
 * @throws UsageError where it belongs to another API, or was used and its bucket is gone
 */
export const isNewStateDirectory = (directory: string, apiUrl: string | undefined): boolean => {
  const identity = identityOf(apiUrl);
  // One that an earlier version made may be open to others.
  if (existsSync(directory)) chmodSync(directory, 0o700);
  const [bound] = boundTo(directory) ?? [];
  if (bound === undefined) return true;
  if (bound !== identity) {
    throw new UsageError(
      `--state ${directory}: it holds imports to ${bound}, and this is ${identity}. Use another directory for it.`,
    );
  }
  checkBucket(directory, bound);
  return false;
};

/** Binds a state directory to the API that it is used with. */
export const bindStateDirectory = (directory: string, apiUrl: string | undefined): void =>
  writeFileSync(
    join(directory, fileName),
    `${identityOf(apiUrl)}\n${apiUrl === undefined ? '' : `${apiUrl.replace(/\/$/, '')}\n`}`,
  );
