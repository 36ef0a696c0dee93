import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { attachedKey, prefixes } from '../bucket/keys.ts';
import type { ObjectStore } from '../bucket/object-store.ts';
import { readState, stateVersion, stateVersionSchema } from '../bucket/stored-json.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { type DocumentNaming, documentKeyOf } from '../state/documents.ts';

/** `state/attached/<import>/<n>.json`: documents that were attached to leads which were there before, by what they are. */
const attachedSchema = z.object({
  version: stateVersionSchema,
  /** A mark of lead and document, and the document's id at the API. */
  documents: z.record(z.string(), z.string()),
});

/** A document that a lead has: the same key with another content is another document. */
interface Attached {
  readonly leadId: string;
  readonly key: string;
  readonly etag: string;
}

const markOf = ({ leadId, key, etag }: Attached): string =>
  hash('sha256', [leadId, key, etag].join('\n'), 'hex').slice(0, 32);

const concurrentReads = 8;

/** Notes what a batch has attached to leads that were there before. Nothing is written where that is nothing. */
export const noteAttached = async (
  store: ObjectStore,
  { importId, batch }: { readonly importId: string; readonly batch: number },
  documents: readonly (Attached & { readonly id: string })[],
): Promise<void> => {
  if (documents.length === 0) return;
  const marks = Object.fromEntries(documents.map((document) => [markOf(document), document.id]));
  await store.put(attachedKey(importId, batch), JSON.stringify({ version: stateVersion, documents: marks }));
};

/** What earlier imports attached to leads that were there before; read once it is asked for. */
export class AttachedBefore {
  readonly #store: ObjectStore;
  readonly #naming: DocumentNaming;
  #marks: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(store: ObjectStore, naming: DocumentNaming) {
    this.#store = store;
    this.#naming = naming;
  }

  /** The id of a document that a lead has by an earlier import; undefined where none has attached it as it is now. */
  async idOf(leadId: string, name: string): Promise<string | undefined> {
    this.#marks ??= this.#read();
    const marks = await this.#marks;
    if (marks.size === 0) return undefined;
    const key = documentKeyOf(this.#naming, name);
    const facts = await this.#store.head(key);
    return facts === undefined ? undefined : marks.get(markOf({ leadId, key, etag: facts.etag }));
  }

  async #read(): Promise<ReadonlyMap<string, string>> {
    const keys: string[] = [];
    for await (const { key } of this.#store.list(prefixes.attached)) keys.push(key);
    const stored = await mapConcurrently(keys, concurrentReads, (key) => readState(this.#store, key, attachedSchema));
    return new Map(stored.flatMap((one) => Object.entries(one?.value.documents ?? {})));
  }
}
