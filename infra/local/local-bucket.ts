import { createHash, type Hash, randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import type {
  ObjectFacts,
  ObjectStore,
  StoredObject,
  WriteCondition,
  WriteResult,
} from '../../shared/aws/object-store.ts';

/** The file of a state directory that holds the bucket. */
export const bucketFile = 'bucket.sqlite';

/** An object is kept in pieces, so that a large one is never in memory as a whole. */
const pieceBytes = 256 * 1024;
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

/** By chance, since several processes may write. */
const newId = (): number => randomInt(2 ** 48 - 1);

const etagOf = (digest: Hash): string => `"${digest.digest('hex')}"`;

const now = (): string => new Date().toISOString();

/** Cuts chunks of any size into pieces of one size; the last may be shorter. */
async function* piecesOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < pieceBytes) continue;
    const all = Buffer.concat(held);
    const whole = all.length - (all.length % pieceBytes);
    for (let start = 0; start < whole; start += pieceBytes) yield all.subarray(start, start + pieceBytes);
    held = [all.subarray(whole)];
    heldBytes = all.length - whole;
  }
  if (heldBytes > 0) yield Buffer.concat(held);
}

/** The first key that a prefix does not cover. */
const endOf = (prefix: string): string => `${prefix}\u{10FFFF}`;

/**
 * A bucket in a directory, in one SQLite file: each object is there, whole, before its write is answered, so that killing
 * the process loses nothing that was acknowledged. Without a directory it is a nameless file that ends with the process.
 */
export class LocalBucket implements ObjectStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** Told of every object once it is written, as S3 tells its notifications. */
  onWritten: (key: string) => void = () => undefined;

  constructor(directory?: string) {
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(directory === undefined ? '' : join(directory, bucketFile));
    this.#database.exec(`PRAGMA busy_timeout = ${busyMs}`);
    if (directory !== undefined) this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.#database.exec(schema);
    this.#takeOver();
  }

  async get(
    key: string,
    version?: { readonly versionId?: string; readonly ifMatch?: string },
  ): Promise<StoredObject | undefined> {
    const file = this.#file(key);
    if (file === undefined) return undefined;
    if (version?.ifMatch !== undefined && version.ifMatch !== file.etag) throw new Error(`${key} is another by now`);
    const { id, pieces, etag, sizeBytes, metadata } = file;
    const first = pieces === 1 ? [this.#piece(id, 0)] : undefined;
    return { body: Readable.from(first ?? this.#pieces(file)), etag, sizeBytes, metadata };
  }

  async head(key: string) {
    return this.#file(key);
  }

  async put(key: string, body: string | Uint8Array, condition?: WriteCondition): Promise<WriteResult> {
    const written = this.#inTransaction((): WriteResult => {
      const current = this.#file(key)?.etag;
      if (condition !== undefined && 'ifAbsent' in condition && current !== undefined) return { kind: 'exists' };
      if (condition !== undefined && 'ifMatch' in condition && current !== condition.ifMatch)
        return { kind: 'changed' };
      return { kind: 'written', etag: this.#store(key, Buffer.from(body), { metadata: {}, writtenAt: now() }) };
    });
    if (written.kind === 'written') this.onWritten(key);
    return written;
  }

  /** @param metadata as S3 keeps user metadata */
  async upload(
    key: string,
    body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    _contentType?: string,
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const [id, digest] = [newId(), createHash('md5')];
    let [pieces, sizeBytes] = [0, 0];
    try {
      for await (const piece of piecesOf(body)) {
        digest.update(piece);
        sizeBytes += piece.length;
        this.#addPiece(id, pieces++, piece);
      }
    } catch (error) {
      this.#dropPieces(id);
      throw error;
    }
    const file = { id, pieces, etag: etagOf(digest), sizeBytes, metadata, writtenAt: now() };
    this.#inTransaction(() => this.#name(key, file));
    this.onWritten(key);
  }

  async *list(prefix: string, after = '') {
    const page = this.#statement(
      'SELECT key, size_bytes AS sizeBytes FROM files WHERE key >= ? AND key > ? AND key < ? ORDER BY key LIMIT ?',
    );
    for (let last = after; ; ) {
      const rows = page.all(prefix, last, endOf(prefix), keysAtOnce) as unknown as ObjectFacts[];
      yield* rows;
      if (rows.length < keysAtOnce) return;
      last = rows.at(-1)?.key ?? '';
    }
  }

  /** Takes an object away; one that is not there is no fault. */
  remove(key: string): void {
    this.#inTransaction(() => {
      const file = this.#file(key);
      if (file === undefined) return;
      this.#statement('DELETE FROM files WHERE key = ?').run(key);
      this.#dropPieces(file.id);
    });
  }

  /** When an object was written, ISO 8601: the time of its notification, for good. */
  writtenAt(key: string): string | undefined {
    return this.#file(key)?.writtenAt;
  }

  /** Takes away what uploads had written that were killed before their end. Only who alone uploads may do that. */
  removeOrphans(): void {
    this.#database.exec('DELETE FROM pieces WHERE id NOT IN (SELECT id FROM files)');
  }

  close(): void {
    this.#database.close();
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    const statement = known ?? this.#database.prepare(sql);
    if (known === undefined) this.#statements.set(sql, statement);
    return statement;
  }

  #inTransaction<Result>(act: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = act();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #file(key: string): StoredFile | undefined {
    const row = this.#statement('SELECT * FROM files WHERE key = ?').get(key);
    return row === undefined
      ? undefined
      : {
          id: Number(row['id']),
          pieces: Number(row['pieces']),
          etag: String(row['etag']),
          sizeBytes: Number(row['size_bytes']),
          metadata: JSON.parse(String(row['metadata'])) as Record<string, string>,
          writtenAt: String(row['written_at']),
        };
  }

  /** Gives pieces their key; what had it before is gone. */
  #name(key: string, { id, pieces, etag, sizeBytes, metadata, writtenAt }: StoredFile): void {
    const before = this.#file(key);
    if (before !== undefined) this.#dropPieces(before.id);
    this.#statement('INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)').run(
      ...[key, id, pieces, etag, sizeBytes, JSON.stringify(metadata), writtenAt],
    );
  }

  /** @returns the ETag */
  #store(key: string, bytes: Uint8Array, about: Pick<StoredFile, 'metadata' | 'writtenAt'>): string {
    const [id, etag] = [newId(), etagOf(createHash('md5').update(bytes))];
    let pieces = 0;
    for (let start = 0; start < bytes.length; start += pieceBytes)
      this.#addPiece(id, pieces++, bytes.subarray(start, start + pieceBytes));
    this.#name(key, { ...about, id, pieces, etag, sizeBytes: bytes.length });
    return etag;
  }

  #addPiece(id: number, number: number, bytes: Uint8Array): void {
    this.#statement('INSERT INTO pieces VALUES (?, ?, ?)').run(id, number, bytes);
  }

  #dropPieces(id: number): void {
    this.#statement('DELETE FROM pieces WHERE id = ?').run(id);
  }

  #piece(id: number, number: number): Uint8Array {
    const piece = this.#statement('SELECT bytes FROM pieces WHERE id = ? AND number = ?').get(id, number);
    if (piece === undefined) throw new Error('the object was replaced while it was read');
    return piece['bytes'] as Uint8Array;
  }

  *#pieces({ id, pieces }: StoredFile): Generator<Uint8Array> {
    for (let number = 0; number < pieces; number += 1) yield this.#piece(id, number);
  }

  /** Takes over what the version before kept, in a table of its own. */
  #takeOver(): void {
    if (this.#statement("SELECT 1 FROM sqlite_master WHERE name = 'objects'").get() === undefined) return;
    this.#inTransaction(() => {
      for (const row of this.#database.prepare('SELECT * FROM objects').iterate())
        this.#store(String(row['key']), row['body'] as Uint8Array, {
          metadata: JSON.parse(String(row['metadata'])) as Record<string, string>,
          writtenAt: String(row['written_at']),
        });
      this.#database.exec('DROP TABLE objects');
    });
  }
}
