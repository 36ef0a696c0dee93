import { z } from 'zod';
import { importIdSchema } from '../keys.ts';
import { documentsColumn } from '../lead/attached-documents.ts';
import type { Lead } from '../lead/lead.ts';
import type { ProblemCode } from '../lead/problem.ts';
import { formatVersion } from './stored-json.ts';

/** A problem as it is kept: the code may be of a newer version, so it is not narrowed here. */
export const problemSchema = z.object({
  code: z.string().transform((code) => code as ProblemCode),
  column: z.string().optional(),
  message: z.string(),
  tip: z.string().optional(),
});

const warningSchema = z.object({ code: z.string().transform((code) => code as ProblemCode), column: z.string() });

/** Statuses that the parser settles by itself. */
const settledSchema = z.object({
  status: z.enum(['rejected', 'duplicate', 'not_sent', 'valid']),
  problems: z.array(problemSchema),
  leadId: z.string().optional(),
});

/** What there is to do for a row. */
const workSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('settled'), ...settledSchema.shape }),
  z.object({
    kind: z.literal('create'),
    lead: z.custom<Lead>((value) => typeof value === 'object' && value !== null),
    documents: z.array(z.string()),
    /** Whether another row of the file could not be told from this one in the API's listing. */
    twin: z.boolean(),
    /** Hash of what the listing shows of the lead, hexadecimal. */
    visible: z.string(),
    /** Hash of the lead, hexadecimal. */
    fingerprint: z.string(),
  }),
  z.object({
    kind: z.literal('documents_only'),
    leadId: z.string(),
    /** Those that are still missing. */
    documents: z.array(z.string()),
    /** Those that an earlier import attached, with their ids. */
    attached: z.array(z.object({ name: z.string(), id: z.string() })),
  }),
]);

const rowSchema = z.object({
  /** Line of the file where the row starts. */
  line: z.int().positive(),
  /** The cells that a report writes back, as the file has them. */
  cells: z.array(z.string()),
  /** Positions of those cells that stand in quotes; a batch of an earlier version does not know. */
  quoted: z.array(z.int().nonnegative()).default([]),
  warnings: z.array(warningSchema),
  work: workSchema,
});

/** `state/batches/<import>/<run>/<n>.json`: at most 25 consecutive rows of a file. */
export const batchSchema = z.object({
  version: z.literal(formatVersion),
  importId: importIdSchema,
  batch: z.int().nonnegative(),
  enforceMandatories: z.boolean(),
  /** The file's own name of the column that names documents; a batch of an earlier version does not know. */
  documentsHeader: z.string().default(documentsColumn),
  /** After this nothing of the batch is sent any more. */
  giveUpAt: z.iso.datetime(),
  rows: z.array(rowSchema),
});

export type Batch = z.output<typeof batchSchema>;
export type BatchRow = z.output<typeof rowSchema>;
export type CreateWork = Extract<BatchRow['work'], { kind: 'create' }>;
export type DocumentsOnlyWork = Extract<BatchRow['work'], { kind: 'documents_only' }>;

/** Whether a batch has something for the submitter. */
export const hasWork = (rows: readonly BatchRow[]): boolean => rows.some((row) => row.work.kind !== 'settled');

/** The message that releases a batch: pointers only, never personal data. */
export const batchMessageSchema = z.object({
  version: z.literal(formatVersion),
  importId: importIdSchema,
  run: z.string(),
  batch: z.int().nonnegative(),
});

export type BatchMessage = z.output<typeof batchMessageSchema>;
