import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLTagStore } from 'node:sqlite';
import { Readable } from 'node:stream';
import { prefixes } from '../../shared/bucket/keys.ts';
import type { ByteRange, ObjectFacts, ObjectStore, WriteResult } from '../../shared/bucket/object-store.ts';
import { isReadable, otherVersion, stateVersion, UnreadableState } from '../../shared/bucket/stored-json.ts';
import { DocumentFolder } from './document-folder.ts';

/** The file of a state directory that holds the bucket. */
export const bucketFile = 'bucket.sqlite';

/** An object is kept in pieces of at most so much, so that neither a large one nor what is around a range is read whole. */
const pieceBytes = 64 * 1024;
/** Keys that a listing takes at a time: what is written meanwhile does not disturb it. */
const keysAtOnce = 1_000;
/** How long a write waits for one of another process, such as a cancellation. */
const busyMs = 10_000;

const schema = `
  CREATE TABLE IF NOT EXISTS files (
    key TEXT PRIMARY KEY, id INTEGER NOT NULL, pieces INTEGER NOT NULL, etag TEXT NOT NULL, size_bytes INTEGER NOT NULL,
    metadata TEXT NOT NULL, written_at TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS pieces (
    id INTEGER, number INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (id, number)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS removed (key TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TRIGGER IF NOT EXISTS remembers_removed AFTER DELETE ON files WHEN old.key GLOB '${prefixes.journals}*'
    BEGIN INSERT OR IGNORE INTO removed VALUES (old.key); END;
  CREATE TRIGGER IF NOT EXISTS forgets_removed AFTER INSERT ON files WHEN new.key GLOB '${prefixes.journals}*'
    BEGIN DELETE FROM removed WHERE key = new.key; END;
`;

interface StoredFile {
  /** Of its pieces. */
  readonly id: number;
  readonly pieces: number;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly writtenAt: string;
}

/** @param error of the database: such as that the file is none, cannot be written, or the disk is full */
const cannotBeOpened = (path: string, error: unknown): UnreadableState => {
  const what = error instanceof Error ? error.message : 'unknown';
  return new UnreadableState(
    `${path} cannot be used: ${what}. Nothing was done. Make it writable, or put it back from a copy.`,
  );
};

/** By chance, since several processes may write. */
const newId = (): number => randomInt(2 ** 48 - 1);

/** The first key that a prefix does not cover. */
const endOf = (prefix: string): string => `${prefix}\u{10FFFF}`;

/**
 * A bucket in a directory, in one SQLite file: each object is there, whole, before its write is answered, so that killing
 * the process loses nothing that was acknowledged. Without a directory it is a nameless file that ends with the process.
 */
export class LocalBucket implements ObjectStore {
  readonly #database: DatabaseSync;
  readonly #sql: SQLTagStore;
  /** Told of every object once it is written, as S3 tells its notifications. */
  onWritten: (key: string) => void = () => undefined;
  #documents: DocumentFolder | undefined;

  constructor(directory?: string) {
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(directory === undefined ? '' : join(directory, bucketFile));
    this.#database.exec(`PRAGMA busy_timeout = ${busyMs}`);
    this.#sql = this.#database.createTagStore();
    try {
      this.#checkVersion();
      if (directory !== undefined) this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
      this.#database.exec(`${schema} PRAGMA user_version = ${stateVersion}`);
    } catch (error) {
      this.#database.close();
      throw error instanceof UnreadableState ? error : cannotBeOpened(join(directory ?? '', bucketFile), error);
    }
  }

  /** Takes the documents of the bucket from a directory from now on, where they stay. */
  mountDocuments(directory: string): void {
    this.#documents = new DocumentFolder(directory, prefixes.documents);
  }

  /** The directory that holds a key, or what is below a prefix. */
  #mounted(key: string): DocumentFolder | undefined {
    return key.startsWith(prefixes.documents) ? this.#documents : undefined;
  }

  readonly get: ObjectStore['get'] = async (key, which) => {
    const mounted = this.#mounted(key);
    if (mounted !== undefined) return mounted.get(key, which);
    const file = this.#file(key);
    if (file === undefined) return undefined;
    if (which?.ifMatch !== undefined && which.ifMatch !== file.etag) throw new Error(`${key} is another by now`);
    if (which?.range !== undefined) return { ...file, body: Readable.from([this.#part(file, which.range)]) };
    // What is in one piece is read now: it may be replaced before its reader begins.
    const body = file.pieces === 1 ? [this.#piece(file.id, 0)] : this.#pieces(file);
    return { ...file, body: Readable.from(body) };
  };

  readonly head: ObjectStore['head'] = async (key) => {
    const mounted = this.#mounted(key);
    return mounted === undefined ? this.#file(key) : mounted.head(key);
  };

  /** Of journals alone: whoever takes one away by hand leaves a mark, as in a bucket that keeps versions. */
  async wasRemoved(key: string): Promise<boolean> {
    return this.#sql.get`SELECT 1 FROM removed WHERE key = ${key}` !== undefined;
  }

  readonly put: ObjectStore['put'] = async (key, body, condition) => {
    const written = this.#inTransaction((): WriteResult => {
      const current = this.#file(key)?.etag;
      if (condition !== undefined && 'ifAbsent' in condition && current !== undefined) return { kind: 'exists' };
      if (condition !== undefined && 'ifMatch' in condition && current !== condition.ifMatch)
        return { kind: 'changed' };
      const [id, bytes] = [newId(), Buffer.from(body)];
      const pieces = this.#append(id, 0, bytes);
      return { kind: 'written', etag: this.#name(key, { id, pieces, sizeBytes: bytes.length, metadata: {} }) };
    });
    if (written.kind === 'written') this.onWritten(key);
    return written;
  };

  /** @param metadata as S3 keeps user metadata */
  async upload(
    key: string,
    body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    _contentType?: string,
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const id = newId();
    let [pieces, sizeBytes] = [0, 0];
    try {
      for await (const chunk of body) {
        pieces = this.#append(id, pieces, chunk);
        sizeBytes += chunk.length;
      }
    } catch (error) {
      this.#sql.run`DELETE FROM pieces WHERE id = ${id}`;
      throw error;
    }
    this.#inTransaction(() => this.#name(key, { id, pieces, sizeBytes, metadata }));
    this.onWritten(key);
  }

  async *list(prefix: string, after = ''): AsyncGenerator<ObjectFacts> {
    const mounted = this.#mounted(prefix);
    if (mounted !== undefined) return yield* mounted.list(prefix, after);
    for (let last = after; ; ) {
      const rows = this.#sql.all`SELECT key, size_bytes AS sizeBytes, written_at AS writtenAt FROM files
        WHERE key >= ${prefix} AND key > ${last} AND key < ${endOf(prefix)} ORDER BY key LIMIT ${keysAtOnce}`;
      for (const { key, sizeBytes, writtenAt } of rows)
        yield { key: String(key), sizeBytes: Number(sizeBytes), storedAt: Date.parse(String(writtenAt)) };
      if (rows.length < keysAtOnce) return;
      last = String(rows.at(-1)?.['key']);
    }
  }

  /** When an object was written, ISO 8601: the time of its notification, for good. */
  writtenAt(key: string): string | undefined {
    return this.#file(key)?.writtenAt;
  }

  /** Removes one object, or all below a prefix. @returns how many there were */
  erase(what: { readonly key: string } | { readonly prefix: string }): number {
    const [from, to] = 'key' in what ? [what.key, what.key] : [what.prefix, endOf(what.prefix)];
    const keys = this.#sql.all`SELECT key FROM files WHERE key >= ${from} AND key <= ${to}`.map(({ key }) =>
      String(key),
    );
    this.#inTransaction(() => {
      for (const key of keys) this.#drop(key);
    });
    return keys.length;
  }

  /** Writes the file anew, so that nothing is left in it of what was removed or replaced. */
  compact(): void {
    this.#database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** Takes away what uploads had written that were killed before their end. Only who alone uploads may do that. */
  removeOrphans(): void {
    this.#database.exec('DELETE FROM pieces WHERE id NOT IN (SELECT id FROM files)');
  }

  close(): void {
    this.#database.close();
  }

  /** A file that has tables is ours only if it says so: one of another version is left as it is. */
  #checkVersion(): void {
    const isNew = this.#sql.get`SELECT 1 FROM sqlite_master` === undefined;
    const version = Number(this.#sql.get`PRAGMA user_version`?.['user_version']);
    if (isNew || isReadable(version)) return;
    throw otherVersion(bucketFile, version === 0 ? undefined : version);
  }

  #inTransaction<Result>(act: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = act();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // What failed for want of room was rolled back by the database itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #file(key: string): StoredFile | undefined {
    const row = this.#sql.get`SELECT id, pieces, etag, size_bytes AS sizeBytes, metadata, written_at AS writtenAt
      FROM files WHERE key = ${key}`;
    if (row === undefined) return undefined;
    return { ...(row as unknown as StoredFile), metadata: JSON.parse(String(row['metadata'])) };
  }

  /** Gives pieces their key; what had it before is gone. @returns the ETag, which no other write has */
  #name(key: string, { id, pieces, sizeBytes, metadata }: Omit<StoredFile, 'etag' | 'writtenAt'>): string {
    this.#drop(key);
    const etag = `"${id}"`;
    this.#sql.run`INSERT INTO files VALUES
      (${key}, ${id}, ${pieces}, ${etag}, ${sizeBytes}, ${JSON.stringify(metadata)}, ${new Date().toISOString()})`;
    return etag;
  }

  /** Keeps a chunk behind so many pieces. @returns how many there are now */
  #append(id: number, pieces: number, chunk: Uint8Array): number {
    let number = pieces;
    for (let start = 0; start < chunk.length; start += pieceBytes, number += 1)
      this.#sql.run`INSERT INTO pieces VALUES (${id}, ${number}, ${chunk.subarray(start, start + pieceBytes)})`;
    return number;
  }

  #drop(key: string): void {
    this.#sql.run`DELETE FROM pieces WHERE id = (SELECT id FROM files WHERE key = ${key})`;
    this.#sql.run`DELETE FROM files WHERE key = ${key}`;
  }

  #piece(id: number, number: number): Uint8Array {
    const piece = this.#sql.get`SELECT bytes FROM pieces WHERE id = ${id} AND number = ${number}`;
    if (piece === undefined) throw new Error('the object was replaced while it was read');
    return piece['bytes'] as Uint8Array;
  }

  /** Bytes of a file; fewer where it ends before them. */
  #part({ id }: StoredFile, { from, bytes }: ByteRange): Uint8Array {
    const parts: Uint8Array[] = [];
    const sizes = this.#sql.all`SELECT length(bytes) AS size FROM pieces WHERE id = ${id} ORDER BY number`;
    let start = 0;
    // Only the pieces are read that hold something of the range.
    for (const [number, { size }] of sizes.entries()) {
      const end = start + Number(size);
      if (end > from) parts.push(this.#piece(id, number).subarray(Math.max(0, from - start), from + bytes - start));
      if (end >= from + bytes) break;
      start = end;
    }
    return Buffer.concat(parts);
  }

  *#pieces({ id, pieces }: StoredFile): Generator<Uint8Array> {
    for (let number = 0; number < pieces; number += 1) yield this.#piece(id, number);
  }
}
