import * as z from 'zod/mini';
import type { Problem } from '../words/problem.ts';
import type { ProblemCode } from '../words/problem-catalogue.ts';

/** How a row of a file can end, in the order in which people want to read them. */
export const statuses = [
  'created',
  'created_documents_incomplete',
  'duplicate',
  'rejected',
  'failed',
  'unconfirmed',
  'not_sent',
  'valid',
  'ignored',
] as const;

export type Status = (typeof statuses)[number];

/** A problem as it is stored; its code is one that this version has written. */
export const problemSchema = z.object({
  code: z.custom<ProblemCode>((value) => typeof value === 'string'),
  kind: z.enum(['error', 'warning']),
  column: z.optional(z.string()),
  what: z.string(),
  tip: z.string(),
});

/** What became of a document: its id at the API, or the code that says why it was not attached. */
const documentSchema = z.union([
  z.object({ name: z.string(), id: z.string() }),
  z.object({ name: z.string(), code: z.string() }),
]);

const creationSchema = {
  /** When the API answered with the lead's id, by our clock; where it was found in the listing: when it was last sent. Absent where it exists from before. */
  createdAt: z.optional(z.number()),
  /** Where it was found in the listing: the last moment at which it can have been created. */
  createdBy: z.optional(z.number()),
};

/** How a row ended, for good. */
export const endedSchema = z.object({
  state: z.literal('ended'),
  status: z.enum(statuses),
  leadId: z.optional(z.string()),
  problems: z.array(problemSchema),
  documents: z.array(documentSchema),
  /** When it was sent first, where nobody knows what came of it. */
  sentAt: z.optional(z.number()),
  ...creationSchema,
});

const triesSchema = {
  tries: z.int(),
  /** Attempts in a row in which this row alone met trouble, and when the last of them was. */
  failedAlone: z.optional(z.int()),
  failedAt: z.optional(z.number()),
  /** When it was sent first, where it was in doubt before. */
  doubtedAt: z.optional(z.number()),
  /** What kept the latest answer that was lost, as a code of trouble; absent where nobody was left to see it. */
  trouble: z.optional(z.string()),
};

const existingSchema = {
  leadId: z.string(),
  /** Of an id that a person wrote, and which lumi has not been asked for yet: whose lead it is said to be, as a listing shows it. */
  claim: z.optional(z.object({ email: z.optional(z.string()), phone: z.optional(z.string()) })),
  documents: z.array(documentSchema),
  /** Documents whose answers were lost, and how often that was while the API answered for others. */
  lost: z.optional(z.array(z.object({ name: z.string(), times: z.int() }))),
  problems: z.array(problemSchema),
  tries: z.int(),
  ...creationSchema,
  doubtedAt: z.optional(z.number()),
};

/** Looks that came to nothing: since when, how many with a settle time between them, and the last. */
const looksSchema = z.object({
  since: z.number(),
  looks: z.int(),
  lookedAt: z.number(),
  /** When the newest known lead that the last of them showed was created, where it lacked one that is as old. */
  cutAt: z.optional(z.number()),
  /** How often in a row it was cut at the same one. */
  cuts: z.optional(z.int()),
});

export type Looks = Readonly<z.output<typeof looksSchema>>;

/** Where a row is on its way from the parser to the report. */
export const rowStateSchema = z.discriminatedUnion('state', [
  /** Its lead is not at the API. */
  z.object({
    state: z.literal('unsent'),
    ...triesSchema,
    /** It was in doubt, and the listing had its time without showing it; no lead that was created later says that it would. */
    byTime: z.optional(z.boolean()),
  }),
  /** Its lead may be at the API: to be looked for before anything else is done with it. */
  z.object({
    state: z.literal('in_doubt'),
    ...triesSchema,
    /** When it was first sent, by our clock. */
    sentAt: z.number(),
    /** When it was last sent; what was sent before has been proven not to be there. */
    lastSentAt: z.optional(z.number()),
    /** The last moment at which the API can have created it, by our clock. */
    until: z.number(),
    /** When a listing that lacks it says that it was not created, though no lead is known from after it. */
    absentFrom: z.optional(z.number()),
    /** Listings that had had their time and left it open. */
    open: z.optional(looksSchema),
    /** The latest looks, where none of them could be read. */
    unread: z.optional(looksSchema),
  }),
  /** Its lead is at the API; documents without an entry are still to be attached. */
  z.object({ state: z.literal('attaching'), ...existingSchema }),
  /** All is done, but it was in doubt and sent again: a second lead of it is looked for once. */
  z.object({
    state: z.literal('verifying'),
    ...existingSchema,
    doubtedAt: z.number(),
    createdAt: z.number(),
    unread: z.optional(looksSchema),
  }),
  endedSchema,
]);

export type RowState = z.output<typeof rowStateSchema>;
export type StateName = RowState['state'];
export type StateOf<Name extends StateName> = Extract<RowState, { state: Name }>;
export type Ended = StateOf<'ended'>;

/** Every way from one state to the next. A row that has ended stays as it is. */
const transitions: Readonly<Record<StateName, readonly StateName[]>> = {
  unsent: ['unsent', 'in_doubt', 'ended'],
  in_doubt: ['in_doubt', 'unsent', 'attaching', 'ended'],
  attaching: ['attaching', 'verifying', 'ended'],
  verifying: ['verifying', 'ended'],
  ended: [],
};

/** The next state of a row; throws where there is no way to it. */
export const transition = (from: RowState, to: RowState): RowState => {
  if (!transitions[from.state].includes(to.state)) throw new Error(`a row cannot go from ${from.state} to ${to.state}`);
  return to;
};

/** How a row ends, with what is known of it. */
export const ended = (
  status: Status,
  problems: readonly Problem[],
  {
    leadId,
    documents = [],
    createdAt,
    createdBy,
    sentAt,
  }: Partial<Pick<Ended, 'leadId' | 'documents' | 'createdAt' | 'createdBy' | 'sentAt'>> = {},
): Ended => ({
  state: 'ended',
  status,
  problems: [...problems],
  documents,
  ...(leadId !== undefined && { leadId }),
  ...(createdAt !== undefined && { createdAt }),
  ...(createdBy !== undefined && { createdBy }),
  ...(sentAt !== undefined && { sentAt }),
});
