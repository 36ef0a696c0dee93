import { constants, createReadStream } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ObjectFacts, ObjectStore } from '../../shared/bucket/object-store.ts';

/** S3's order of keys: a folder's comes with its slash. */
const byKey = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

const isGone = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '');

const orNone = async <Result>(read: Promise<Result>): Promise<Result | undefined> => {
  try {
    return await read;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
};

/**
 * A directory of this machine as what is below a prefix of the bucket: a document is read where it is, and nothing is
 * copied. Links are never followed: they may lead anywhere, or nowhere.
 */
export class DocumentFolder implements Pick<ObjectStore, 'get' | 'head' | 'list'> {
  readonly #directory: string;
  readonly #prefix: string;

  constructor(directory: string, prefix: string) {
    this.#directory = directory;
    this.#prefix = prefix;
  }

  /** Where a key's file is, if its path has no link in it and does not lead out of the directory. */
  async #ownPath(name: string): Promise<string | undefined> {
    if (name.split('/').some((part) => part === '.' || part === '..')) return undefined;
    if ((await orNone(lstat(this.#directory)))?.isSymbolicLink() !== false) return undefined;
    const [top, real] = await Promise.all([
      orNone(realpath(this.#directory)),
      orNone(realpath(join(this.#directory, name))),
    ]);
    return top !== undefined && real === join(top, name) ? real : undefined;
  }

  async #facts(key: string) {
    const path = await this.#ownPath(key.slice(this.#prefix.length));
    const facts = path === undefined ? undefined : await orNone(lstat(path, { bigint: true }));
    if (path === undefined || facts?.isFile() !== true) return undefined;
    const { size, mtimeNs, mtimeMs, ino } = facts;
    return { path, sizeBytes: Number(size), etag: `"${mtimeNs}-${size}-${ino}"`, storedAt: Number(mtimeMs) };
  }

  readonly head: ObjectStore['head'] = (key) => this.#facts(key);

  readonly get: ObjectStore['get'] = async (key, which) => {
    const facts = await this.#facts(key);
    if (facts === undefined) return undefined;
    const { path, sizeBytes, etag } = facts;
    if (which?.ifMatch !== undefined && which.ifMatch !== etag) throw new Error(`${key} is another by now`);
    const { from = 0, bytes = sizeBytes } = which?.range ?? {};
    // A link that took its place since is not followed either.
    const file: FileHandle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const body =
      bytes === 0
        ? Readable.from([])
        : createReadStream('', { fd: file, start: from, end: from + bytes - 1, autoClose: true });
    if (bytes === 0) await file.close();
    return { body, sizeBytes, etag, metadata: {} };
  };

  async *list(prefix: string, after = ''): AsyncGenerator<ObjectFacts> {
    const folder = prefix.slice(this.#prefix.length).replace(/[^/]*$/, '');
    for await (const facts of this.#below(folder)) if (facts.key.startsWith(prefix) && facts.key > after) yield facts;
  }

  /** @param folder with its slash; empty: all */
  async *#below(folder: string): AsyncGenerator<ObjectFacts> {
    const path = await this.#ownPath(folder.replace(/\/$/, ''));
    const entries = path === undefined ? [] : ((await orNone(readdir(path, { withFileTypes: true }))) ?? []);
    const named = entries
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`);
    for (const name of named.toSorted(byKey)) {
      if (name.endsWith('/')) yield* this.#below(name);
      else {
        const facts = await this.#facts(`${this.#prefix}${name}`);
        if (facts !== undefined) yield { key: `${this.#prefix}${name}`, ...facts };
      }
    }
  }
}
