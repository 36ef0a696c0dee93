import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { LeadPayload } from './lead-payload.ts';
import type { StoredLead } from './lead-view.ts';

/** A document as the sandbox received it, decoded. */
export interface StoredDocument {
  readonly id: string;
  readonly leadId: string;
  readonly filename: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** 24 hexadecimal digits, as the ids of the document are. */
export const newId = (): string => randomBytes(12).toString('hex');

const storedLead = (row: Record<string, SQLOutputValue>): StoredLead => ({
  id: String(row['id']),
  createdAt: String(row['created_at']),
  payload: JSON.parse(String(row['payload'])) as LeadPayload,
});

/** The sandbox's leads and documents: in memory, or in a file that outlives it. */
export class LeadStore {
  readonly #database: DatabaseSync;

  constructor(file: string | undefined) {
    if (file !== undefined) mkdirSync(dirname(file), { recursive: true });
    this.#database = new DatabaseSync(file ?? ':memory:');
    // A killed process loses nothing by this; a power failure may lose the last leads of what is only a sandbox.
    this.#database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
       CREATE TABLE IF NOT EXISTS leads (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, created_at TEXT NOT NULL, payload TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS documents (id TEXT PRIMARY KEY, lead_id TEXT NOT NULL, filename TEXT NOT NULL, content_type TEXT NOT NULL, content BLOB NOT NULL);`,
    );
  }

  addLead(payload: LeadPayload, createdAt: string): StoredLead {
    const id = newId();
    this.#database
      .prepare('INSERT INTO leads (id, created_at, payload) VALUES (?, ?, ?)')
      .run(id, createdAt, JSON.stringify(payload));
    return { id, createdAt, payload };
  }

  lead(id: string): StoredLead | undefined {
    const row = this.#database.prepare('SELECT * FROM leads WHERE id = ?').get(id);
    return row === undefined ? undefined : storedLead(row);
  }

  /** Leads created between two moments, newest first, one page. */
  page(from: string, to: string, pageSize: number, pageIndex: number): readonly StoredLead[] {
    const query = 'SELECT * FROM leads WHERE created_at >= ? AND created_at <= ? ORDER BY number DESC LIMIT ? OFFSET ?';
    return this.#database
      .prepare(query)
      .all(from, to, pageSize, pageSize * pageIndex)
      .map(storedLead);
  }

  count(from: string, to: string): number {
    return Number(
      this.#database
        .prepare('SELECT count(*) AS count FROM leads WHERE created_at >= ? AND created_at <= ?')
        .get(from, to)?.['count'],
    );
  }

  all(): readonly StoredLead[] {
    return this.#database.prepare('SELECT * FROM leads ORDER BY number').all().map(storedLead);
  }

  addDocument(document: Omit<StoredDocument, 'id'>): StoredDocument {
    const id = newId();
    const { leadId, filename, contentType, content } = document;
    this.#database
      .prepare('INSERT INTO documents (id, lead_id, filename, content_type, content) VALUES (?, ?, ?, ?, ?)')
      .run(id, leadId, filename, contentType, content);
    return { ...document, id };
  }

  documents(): readonly StoredDocument[] {
    return this.#database
      .prepare('SELECT * FROM documents ORDER BY rowid')
      .all()
      .map((row) => ({
        id: String(row['id']),
        leadId: String(row['lead_id']),
        filename: String(row['filename']),
        contentType: String(row['content_type']),
        content: row['content'] as Uint8Array,
      }));
  }

  close(): void {
    this.#database.close();
  }
}
