import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** An object of the embedded bucket as it is kept on disk. */
export interface ArchivedObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** When it was written, ISO 8601: the time of its S3 event, for good. */
  readonly writtenAt: string;
}

/** Another process has the state directory. */
export class StateDirectoryInUse extends Error {
  override readonly name = 'StateDirectoryInUse';
}

/**
 * The embedded bucket on disk: each object is there, whole, before its PUT is answered, so that killing the process
 * loses nothing that was acknowledged. One process at a time: SQLite's exclusive lock is the lock of the directory.
 */
export class ObjectArchive {
  readonly #database: DatabaseSync;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(join(directory, 'bucket.sqlite'));
    try {
      this.#database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN EXCLUSIVE; COMMIT');
    } catch (error) {
      if (error instanceof Error && /locked|busy/i.test(error.message)) {
        throw new StateDirectoryInUse(`another import is using the state directory ${directory}`);
      }
      throw error;
    }
    this.#database.exec(
      'CREATE TABLE IF NOT EXISTS objects (key TEXT PRIMARY KEY, body BLOB NOT NULL, content_type TEXT NOT NULL, metadata TEXT NOT NULL, written_at TEXT NOT NULL)',
    );
  }

  put({ key, body, contentType, metadata, writtenAt }: ArchivedObject): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO objects (key, body, content_type, metadata, written_at) VALUES (?, ?, ?, ?, ?)')
      .run(key, body, contentType, JSON.stringify(metadata), writtenAt);
  }

  delete(key: string): void {
    this.#database.prepare('DELETE FROM objects WHERE key = ?').run(key);
  }

  *all(): Generator<ArchivedObject> {
    for (const row of this.#database.prepare('SELECT * FROM objects ORDER BY key').iterate()) {
      yield {
        key: String(row['key']),
        body: row['body'] as Uint8Array,
        contentType: String(row['content_type']),
        metadata: JSON.parse(String(row['metadata'])) as Record<string, string>,
        writtenAt: String(row['written_at']),
      };
    }
  }

  close(): void {
    this.#database.close();
  }
}
