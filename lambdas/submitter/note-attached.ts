import type { ObjectStore } from '../../shared/bucket/object-store.ts';
import { noteAttached } from '../../shared/memory/attached-documents.ts';
import { type Batch, documentNamingOf } from '../../shared/state/batch.ts';
import { findDocuments } from '../../shared/state/documents.ts';
import type { Ended } from '../../shared/state/row-state.ts';

/** Documents that rows have attached to leads which they came with. */
const attachedBy = (states: readonly Ended[]) =>
  states.flatMap(({ createdAt, leadId, documents }) =>
    createdAt !== undefined || leadId === undefined
      ? []
      : documents.flatMap((document) => ('id' in document ? [{ leadId, ...document }] : [])),
  );

/** Notes which documents the rows of a batch have attached to leads that were there before, so that none is attached again. */
export const noteAttachedToEarlier = async (
  batch: Batch,
  states: readonly Ended[],
  store: ObjectStore,
): Promise<void> => {
  const attached = attachedBy(states);
  const names = attached.map(({ name }) => name);
  const { found } = await findDocuments(store, names, documentNamingOf(batch));
  const facts = new Map(found.map((one) => [one.name, one]));
  const documents = attached.flatMap(({ leadId, name, id }) => {
    const document = facts.get(name);
    return document === undefined ? [] : [{ leadId, id, key: document.key, etag: document.etag }];
  });
  await noteAttached(store, batch, documents);
};
