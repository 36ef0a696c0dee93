import * as z from 'zod/mini';
import { importIdSchema } from '../bucket/keys.ts';
import { stateVersionSchema } from '../bucket/stored-json.ts';
import type { Lead } from '../lead/lead.ts';
import type { DocumentNaming } from './documents.ts';
import { problemSchema, type RowState, rowStateSchema } from './row-state.ts';

/** A lead as it is sent, and what tells it from others. */
const leadToSendSchema = z.object({
  payload: z.custom<Lead>((value) => typeof value === 'object' && value !== null),
  /** Hash of the lead, hexadecimal. */
  fingerprint: z.string(),
  /** Hash of what the listing shows of the lead, hexadecimal. */
  visibleFingerprint: z.string(),
  /** Hash of what the lead keeps however well its row is understood, hexadecimal. */
  coreFingerprint: z.string(),
  /** Whether another row of the file could not be told from this one in the API's listing. */
  twin: z.boolean(),
});

/** Many texts: a schema for each would be a fifth of what reading a batch takes. */
const textsSchema = z.custom<string[]>(
  (value) => Array.isArray(value) && value.every((text) => typeof text === 'string'),
);

const rowSchema = z.object({
  /** Line of the file where the row starts. */
  line: z.int().check(z.positive()),
  /** The cells that a report writes back, as the file has them. */
  cells: textsSchema,
  /** Positions of those cells that are in quotes. */
  quoted: z.array(z.int().check(z.nonnegative())),
  /** What was noticed and keeps the row from nothing. */
  warnings: z.array(problemSchema),
  /** Absent where the row sends none: it has ended, or its lead exists and only documents are missing. */
  lead: z.optional(leadToSendSchema),
  /** Documents that are to be attached. */
  documents: textsSchema,
  /** What a person has answered of its lead: kept, so that a report of this import asks for no more than is open. */
  answered: z.optional(
    z.object({
      /** That the lead is not there. */
      none: z.boolean(),
      /** The import that had left it open; absent where the row does not say. */
      importId: z.optional(z.string()),
    }),
  ),
  state: rowStateSchema,
});

/** A line of `state/batches/<import>/<run>/<page>.jsonl`: at most `rowsPerBatch` consecutive rows of a file, as they were staged. */
export const batchSchema = z.object({
  version: stateVersionSchema,
  importId: importIdSchema,
  batch: z.int().check(z.nonnegative()),
  enforceMandatories: z.boolean(),
  /** The file's own name of the column that names documents. */
  documentsHeader: z.string(),
  /** What the names of documents are below, itself below `documents/`; empty: nothing. */
  documentsFolder: z.string(),
  /** From the first receipt of its message on; after that nothing of the batch is sent any more. */
  giveUpAfterMs: z.number().check(z.positive()),
  /** However long the batch waits for its turn, after this nothing of it is sent any more. */
  latestEndAt: z.iso.datetime(),
  /** Whether a reference is appended to the notes of every lead that is sent. */
  reference: z.enum(['none', 'notes']),
  rows: z.array(rowSchema),
});

export type Batch = z.output<typeof batchSchema>;
export type Row = z.output<typeof rowSchema>;
export type LeadToSend = z.output<typeof leadToSendSchema>;

/** What a row that has yet to be sent says, beside its lead. */
type UnsentParts = Readonly<Pick<Row, 'line' | 'answered'>> & {
  readonly [Name in 'cells' | 'quoted' | 'warnings' | 'documents']: readonly Row[Name][number][];
};

/** JSON of a row that has yet to be sent, with the JSON of its lead that its fingerprint was made of. */
export const unsentRowText = (
  { documents, ...parts }: UnsentParts,
  lead: Readonly<Record<'payload' | 'fingerprint' | 'visibleFingerprint' | 'coreFingerprint', string>>,
): string => {
  const about = JSON.stringify(parts).slice(0, -1);
  const { payload, fingerprint, visibleFingerprint, coreFingerprint } = lead;
  const hashes = `"fingerprint":"${fingerprint}","visibleFingerprint":"${visibleFingerprint}","coreFingerprint":"${coreFingerprint}"`;
  const sent = `{"payload":${payload},${hashes},"twin":false}`;
  return `${about},"lead":${sent},"documents":${JSON.stringify(documents)},"state":{"state":"unsent","tries":0}}`;
};

/** JSON of a batch, from the JSON of its rows. */
export const batchText = (head: Omit<Batch, 'rows'>, rows: readonly string[]): string =>
  `${JSON.stringify(head).slice(0, -1)},"rows":[${rows.join(',')}]}`;

/** How the file of a batch names documents. */
export const documentNamingOf = ({ documentsHeader, documentsFolder }: Batch): DocumentNaming => ({
  header: documentsHeader,
  folder: documentsFolder,
});

/** Rows that the parser left to the submitter. Journals and outcomes hold one state for each, in this order. */
export const openRows = (rows: readonly Row[]): Row[] => rows.filter(({ state }) => state.state !== 'ended');

/** All rows of a batch, those that the parser left open in their later states. Throws where these are not as many. */
export const withStates = (rows: readonly Row[], states: readonly RowState[]): Row[] => {
  const open = openRows(rows).length;
  if (open !== states.length) throw new Error(`${states.length} states were stored for ${open} open rows`);
  const next = states.values();
  return rows.map((row) => (row.state.state === 'ended' ? row : { ...row, state: next.next().value ?? row.state }));
};
