import * as z from 'zod/mini';
import { importIdSchema, manifestKey } from '../bucket/keys.ts';
import type { ObjectStore } from '../bucket/object-store.ts';
import { readState, stateVersionSchema } from '../bucket/stored-json.ts';
import { encodingNames } from '../csv/encoding.ts';
import { mappingSheetsSchema } from '../header/mapping-sheets.ts';
import type { FaultCode } from '../words/file-fault.ts';
import { batchPagesSchema } from './batch-pages.ts';
import { statuses } from './row-state.ts';

const formatSchema = z.object({
  encoding: z.object({
    name: z.enum(encodingNames),
    mark: z.boolean(),
  }),
  dialect: z.object({
    delimiter: z.enum([',', ';', '\t', '|']),
    lineEnding: z.enum(['\n', '\r\n', '\r']),
    sepLine: z.boolean(),
  }),
  /** The sheet of a workbook that was read. */
  sheet: z.optional(z.string()),
});

const sourceSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  versionId: z.nullable(z.string()),
  bytes: z.int().check(z.nonnegative()),
  /** Null where the file was refused before it was found. */
  format: z.nullable(formatSchema),
});

const faultSchema = z.object({
  kind: z.literal('fault'),
  code: z.custom<FaultCode>((value) => typeof value === 'string'),
  what: z.string(),
  tip: z.string(),
  line: z.nullable(z.int()),
  sheets: z.optional(z.array(z.string())),
});

/** `state/manifests/<import>.json`: what was decided about a file. It exists once, and whoever wrote it was right. */
const manifestSchema = z.object({
  version: stateVersionSchema,
  importId: importIdSchema,
  source: sourceSchema,
  mode: z.enum(['import', 'dry-run']),
  /** The parser run whose batches count; those of another run are never looked at. */
  run: z.string(),
  startedAt: z.iso.datetime(),
  /** When the file was staged or refused. */
  stagedAt: z.iso.datetime(),
  giveUpAt: z.iso.datetime(),
  /** The header cells that the report writes back, and the whole mapping for the summary. */
  header: z.array(z.string()),
  /** Positions of the header cells that are in quotes. */
  headerQuoted: z.array(z.int().check(z.nonnegative())),
  columns: z.object({
    mapped: z.record(z.string(), z.string()),
    ignored: z.array(z.string()),
    /** Those of them that the mapping file keeps out on purpose. */
    keptOut: z.array(z.string()),
    /** The columns of lumi that the file or its mapping has something for, in lumi's order. */
    sent: z.array(z.string()),
    /** For headers that were not understood, the column that each may stand for. */
    guesses: z.record(z.string(), z.string()),
  }),
  /** Columns that are filled in and not sent, and in how many rows. */
  notSent: z.array(z.object({ header: z.string(), filled: z.int() })),
  /** The mapping file that was used, and why. */
  mapping: z.nullable(
    z.object({ key: z.string(), versionId: z.nullable(z.string()), found: z.enum(['option', 'folder', 'header']) }),
  ),
  /** What somebody has to say of the columns and texts of the file, for its `mapping.xlsx`; null where nothing is to be said. */
  asked: z.nullable(mappingSheetsSchema),
  /** Options of the upload, as they were given. */
  options: z.record(z.string(), z.string()),
  rows: z.int().check(z.nonnegative()),
  /** Where its batches lie. */
  pages: batchPagesSchema,
  /** One bit a batch, most significant first, base64: set where the submitter has something to do. */
  released: z.base64(),
  /** Rows that ended in the parser, by status. */
  ended: z.partialRecord(z.enum(statuses), z.int().check(z.nonnegative())),
  /** Warnings of the file as a whole. */
  warnings: z.array(z.object({ code: z.string(), column: z.string(), lines: z.array(z.int()) })),
  /** Why the file is refused as a whole; none where it is not. */
  faults: z.array(faultSchema),
});

export type Manifest = z.output<typeof manifestSchema>;

export const readManifest = async (store: ObjectStore, importId: string): Promise<Manifest | undefined> =>
  (await readState(store, manifestKey(importId), manifestSchema))?.value;

/** Writes the manifest unless there is one; answers the one that counts from now on. */
export const writeManifestOnce = async (store: ObjectStore, manifest: Manifest): Promise<Manifest> => {
  const written = await store.put(manifestKey(manifest.importId), JSON.stringify(manifest), { ifAbsent: true });
  if (written.kind === 'written') return manifest;
  const winner = await readManifest(store, manifest.importId);
  if (winner === undefined) throw new Error('the manifest was refused as existing, and is not there');
  return winner;
};

/** Packs the batches that are released into the manifest's bits. */
export const packReleased = (released: readonly boolean[]): string => {
  const bytes = Buffer.alloc(Math.ceil(released.length / 8));
  for (const [batch, isReleased] of released.entries()) {
    if (isReleased) bytes[batch >> 3] = (bytes[batch >> 3] ?? 0) | (0x80 >> (batch & 7));
  }
  return bytes.toString('base64');
};

/** The numbers of the released batches, ascending. */
export const releasedBatches = ({ released, pages }: Pick<Manifest, 'released' | 'pages'>): number[] => {
  const bytes = Buffer.from(released, 'base64');
  const isReleased = (batch: number): boolean => ((bytes[batch >> 3] ?? 0) & (0x80 >> (batch & 7))) !== 0;
  return [...pages.flat().keys()].filter(isReleased);
};
