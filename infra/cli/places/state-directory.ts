import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../terminal/usage-error.ts';

const fileName = 'api.txt';

/** Which API a run talks to. Servers of this machine are one: a test's port changes from run to run. */
const identityOf = (apiUrl: string | undefined): string => {
  if (apiUrl === undefined) return 'the built-in sandbox';
  const { protocol, hostname, origin, pathname } = new URL(apiUrl);
  return protocol === 'http:' ? `a server on ${hostname}` : `${origin}${pathname.replace(/\/$/, '')}`;
};

/** The address of the API that a state directory belongs to, where it is another machine's. */
export const apiOf = (directory: string): string | undefined => {
  const path = join(directory, fileName);
  const bound = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return bound.startsWith('https:') ? bound : undefined;
};

/**
 * Binds a state directory to the API that it was first used with. What is known as sent to one API says nothing about
 * another: a trial on the sandbox must not hide leads from lumi, nor be finished there. Throws `UsageError`.
 * @returns whether it is used for the first time
 */
export const bindStateDirectory = (directory: string, apiUrl: string | undefined): boolean => {
  const path = join(directory, fileName);
  const identity = identityOf(apiUrl);
  // One that an earlier version made may be open to others.
  if (existsSync(directory)) chmodSync(directory, 0o700);
  if (!existsSync(path)) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(path, `${identity}\n`);
    return true;
  }
  const bound = readFileSync(path, 'utf8').trim();
  if (bound !== identity) {
    throw new UsageError(
      `--state ${directory}: it holds imports to ${bound}, and this is ${identity}. Use another directory for it.`,
    );
  }
  return false;
};
