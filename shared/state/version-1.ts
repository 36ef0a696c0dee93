import * as z from 'zod/mini';
import { importIdSchema } from '../bucket/keys.ts';
import { documentsColumn } from '../lead/attached-documents.ts';
import type { Lead } from '../lead/lead.ts';
import { limits } from '../limits.ts';
import { endedSchema, rowStateSchema, type StateOf } from './row-state.ts';

/**
 * What the importer before version 2 of its state has written: batches, journals and outcomes whose rows had other
 * shapes. They are read, never written.
 */

const [unsentSchema, , attachingSchema] = rowStateSchema.def.options;

const outcomeSchema = z.omit(endedSchema, { state: true });
const toEnded = (outcome: z.output<typeof outcomeSchema>): StateOf<'ended'> => ({ state: 'ended', ...outcome });

const workSchema = z.discriminatedUnion('kind', [
  z.extend(z.omit(outcomeSchema, { documents: true }), { kind: z.literal('settled') }),
  z.object({
    kind: z.literal('create'),
    lead: z.custom<Lead>((value) => typeof value === 'object' && value !== null),
    documents: z.array(z.string()),
    twin: z.boolean(),
    visible: z.string(),
    fingerprint: z.string(),
  }),
  z.object({
    kind: z.literal('documents_only'),
    leadId: z.string(),
    documents: z.array(z.string()),
    attached: z.array(z.object({ name: z.string(), id: z.string() })),
  }),
]);

const workToRow = (work: z.output<typeof workSchema>) => {
  if (work.kind === 'settled') {
    const { kind: _, ...outcome } = work;
    return { documents: [], state: toEnded({ ...outcome, documents: [] }) };
  }
  if (work.kind === 'create') {
    const { lead: payload, twin, visible: visibleFingerprint, fingerprint, documents } = work;
    const lead = { payload, twin, visibleFingerprint, fingerprint };
    return { lead, documents, state: { state: 'unsent' as const, tries: 0 } };
  }
  const { leadId, documents, attached } = work;
  return { documents, state: { state: 'attaching' as const, leadId, documents: attached, problems: [], tries: 0 } };
};

const rowSchema = z.pipe(
  z.object({
    line: z.int().check(z.positive()),
    cells: z.array(z.string()),
    quoted: z._default(z.array(z.int().check(z.nonnegative())), []),
    warnings: z.array(z.object({ code: z.string(), column: z.string() })),
    work: workSchema,
  }),
  z.transform(({ work, ...row }) => ({ ...row, ...workToRow(work) })),
);

const head = { version: z.literal(1), importId: importIdSchema, batch: z.int().check(z.nonnegative()) };

export const batchOfVersion1 = z.pipe(
  z.object({
    ...head,
    enforceMandatories: z.boolean(),
    documentsHeader: z._default(z.string(), documentsColumn),
    giveUpAt: z.iso.datetime(),
    rows: z.array(rowSchema),
  }),
  z.transform(({ giveUpAt, ...batch }) => ({
    ...batch,
    version: 2 as const,
    reference: 'none' as const,
    documentsFolder: '',
    // It knew the moment only.
    giveUpAfterMs: limits.maxGiveUpAfterMs,
    latestEndAt: giveUpAt,
  })),
);

const progressSchema = z.pipe(
  z.discriminatedUnion('state', [
    unsentSchema,
    z.object({ state: z.literal('maybe'), tries: z.int() }),
    attachingSchema,
    z.object({ state: z.literal('settled'), outcome: outcomeSchema }),
  ]),
  z.transform((progress) => (progress.state === 'settled' ? toEnded(progress.outcome) : progress)),
);

export const journalOfVersion1 = z.pipe(
  z.object({
    ...head,
    owner: z.string(),
    leaseUntil: z.number(),
    sends: z._default(z.boolean(), true),
    attempt: z.int().check(z.positive()),
    firstAttemptAt: z.number(),
    sentUntil: z.number(),
    lastTrouble: z.optional(z.string()),
    /** Null where the parser had ended the row. */
    rows: z.array(z.nullable(progressSchema)),
  }),
  z.transform(({ sentUntil, rows, ...journal }) => ({
    ...journal,
    version: 2 as const,
    leasedAt: journal.firstAttemptAt,
    // It knew the times of the batch only, not of each row.
    states: rows
      .filter((row) => row !== null)
      .map((row) =>
        row.state === 'maybe'
          ? { state: 'in_doubt' as const, tries: row.tries, sentAt: journal.firstAttemptAt, until: sentUntil }
          : row,
      ),
  })),
);

export const outcomesOfVersion1 = z.pipe(
  z.object({ ...head, settledAt: z.iso.datetime(), outcomes: z.array(z.nullable(outcomeSchema)) }),
  z.transform(({ settledAt, outcomes, ...rest }) => ({
    ...rest,
    version: 2 as const,
    finishedAt: settledAt,
    states: outcomes.filter((outcome) => outcome !== null).map(toEnded),
  })),
);
