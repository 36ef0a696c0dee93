import * as z from 'zod/mini';
import { importIdSchema, proofKey } from '../bucket/keys.ts';
import type { ObjectStore } from '../bucket/object-store.ts';
import { readState, stateVersion, stateVersionSchema } from '../bucket/stored-json.ts';
import { batchMessageSchema } from './batch-message.ts';

/** The message that asks for the proof of an import: what it created is held against the API's list of leads. */
export const proofMessageSchema = z.object({
  version: stateVersionSchema,
  importId: importIdSchema,
  /** Tells one proof of an import from the next. */
  askedAt: z.iso.datetime(),
  /** When the last row ended: from then on the list is given its time. */
  endedAt: z.iso.datetime(),
  /** Whether the proof ends with the next attempt, whatever that comes to: it was a dead letter. */
  last: z.boolean(),
});

export type ProofMessage = z.output<typeof proofMessageSchema>;

export const proofMessage = (importId: string, askedAt: string, endedAt: string): string => {
  const message: ProofMessage = { version: stateVersion, importId, askedAt, endedAt, last: false };
  return JSON.stringify(message);
};

/** When a person has asked for a proof, by what the command line has written for it; undefined where it says nothing. */
export const proofAskedAt = (text: string | undefined): string | undefined =>
  z.iso.datetime().safeParse(text?.trim()).data;

/** What the queue of batches carries: work for who may ask the API. */
export const workMessageSchema = z.union([batchMessageSchema, proofMessageSchema]);

const count = z.int().check(z.nonnegative());

/** A row whose lead is not at lumi as the import's report says. */
const findingSchema = z.object({
  line: z.int(),
  code: z.enum(['not_at_lumi', 'maybe_twice', 'other_lead', 'same_lead']),
  leadId: z.string(),
  /** The second lead of the row, or where the row's own lead seems to be. */
  otherId: z.optional(z.string()),
  /** The earlier import that the API answered with the same lead. */
  importId: z.optional(z.string()),
});

export type Finding = z.output<typeof findingSchema>;

/** `state/proofs/<import>.json`: what holding an import against the API's list has come to. Made anew where somebody asks for it. */
export const proofSchema = z.object({
  version: stateVersionSchema,
  importId: importIdSchema,
  askedAt: z.iso.datetime(),
  state: z.enum(['done', 'not_possible']),
  checkedAt: z.iso.datetime(),
  /** Created rows whose lead is there as it was sent, is not there, is there twice, is another one. */
  there: count,
  notThere: count,
  twice: count,
  other: count,
  /** By their lines, ascending; of very many only the first. */
  findings: z.array(findingSchema),
});

export type Proof = z.output<typeof proofSchema>;

export const readProof = async (store: ObjectStore, importId: string): Promise<Proof | undefined> =>
  (await readState(store, proofKey(importId), proofSchema))?.value;

/** Writes what came of a proof, once for each time that it was asked for: of two at once the first counts. */
export const writeProofOnce = async (store: ObjectStore, proof: Proof): Promise<void> => {
  const key = proofKey(proof.importId);
  const known = await readState(store, key, proofSchema);
  if (known !== undefined && known.value.askedAt >= proof.askedAt) return;
  await store.put(key, JSON.stringify(proof), known === undefined ? { ifAbsent: true } : { ifMatch: known.etag });
};

/** How far a listing was read that does not end within one invocation. */
const readingSchema = z.object({
  way: count,
  index: count,
  count,
  hasGrown: z.boolean(),
});

/** What the listing has shown, in flat arrays as base64: an import may have a million leads. */
const sightingsSchema = z.object({
  shown: z.base64(),
  looks: z.base64(),
  identities: z.base64(),
  earliest: z.nullable(z.number()),
  others: z.array(z.object({ id: z.string(), look: z.string(), createdAt: z.nullable(z.number()) })),
});

/** `state/proving/<import>.json`: how far a proof is. */
export const provingSchema = z.object({
  version: stateVersionSchema,
  importId: importIdSchema,
  askedAt: z.iso.datetime(),
  /** Listings that left something open, and when the next one is due. */
  looks: count,
  dueAt: z.number(),
  /** Listings in a row that could not be read. */
  unread: count,
  /** A listing of which a part was read. */
  reading: z.optional(z.extend(readingSchema, { sightings: sightingsSchema })),
});

export type Proving = z.output<typeof provingSchema>;
export type Reading = z.output<typeof readingSchema>;
export type StoredSightings = z.output<typeof sightingsSchema>;
