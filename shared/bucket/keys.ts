import { hash } from 'node:crypto';
import * as z from 'zod/mini';

/** The bucket's layout: every prefix once, for the stories, the stack and the laptop alike. */
export const prefixes = {
  incoming: 'incoming/',
  validate: 'validate/',
  documents: 'documents/',
  mappings: 'mappings/',
  reports: 'reports/',
  control: 'control/',
  state: 'state/',
  batches: 'state/batches/',
  manifests: 'state/manifests/',
  journals: 'state/journals/',
  outcomes: 'state/outcomes/',
  possibleLeads: 'state/fingerprints/',
  claimedLeads: 'state/claims/',
  createdLeads: 'state/ledgers/',
  mergedLeads: 'state/merged/',
  uploads: 'state/uploads/',
  ended: 'state/ended/',
  cancelled: 'state/cancelled/',
  proofs: 'state/proofs/',
  proving: 'state/proving/',
  erased: 'state/erased/',
  attached: 'state/attached/',
} as const;

/** The total order of imports (see `shared/memory/register.ts`). */
export const registerKey = 'state/register.json';

/** `20261123T032500Z-1a2b3c4d`; safe as a part of a key. */
export const importIdSchema = z.string().check(z.regex(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/));

const padded = (batch: number): string => String(batch).padStart(5, '0');

/** Several batches, one behind the other. */
export const pageKey = (importId: string, run: string, page: number): string =>
  `${prefixes.batches}${importId}/${run}/${padded(page)}.jsonl`;
export const manifestKey = (importId: string): string => `${prefixes.manifests}${importId}.json`;
export const journalKey = (importId: string, batch: number): string =>
  `${journalsPrefix(importId)}${padded(batch)}.json`;
export const journalsPrefix = (importId: string): string => `${prefixes.journals}${importId}/`;
export const outcomesPrefix = (importId: string): string => `${prefixes.outcomes}${importId}/`;
export const outcomesKey = (importId: string, batch: number): string =>
  `${outcomesPrefix(importId)}${padded(batch)}.json`;
/** Which batch outcomes are of; undefined where a key is of something else. */
export const batchOfOutcomes = (key: string): number | undefined =>
  key.startsWith(prefixes.outcomes) ? batchOfKey(key) : undefined;
/** What an import may send, written before it enters the register. The digest keeps two readings of one file apart. */
export const possibleLeadsKey = (importId: string, digest: string): string =>
  `${prefixes.possibleLeads}${importId}-${digest}`;
/** What a staged import sends: its leads without those that it left to earlier imports. Written where there are such. */
export const claimedLeadsKey = (importId: string, run: string): string => `${prefixes.claimedLeads}${importId}/${run}`;
/** What an import did create or may have created, written when it ends. */
export const createdLeadsKey = (importId: string): string => `${prefixes.createdLeads}${importId}`;

/** What an import attached to leads that were there before. */
export const attachedPrefix = (importId: string): string => `${prefixes.attached}${importId}/`;
export const attachedKey = (importId: string, batch: number): string =>
  `${attachedPrefix(importId)}${padded(batch)}.json`;

/** What many ended imports created, in one file. */
export const mergedLeadsKey = (name: string): string => `${prefixes.mergedLeads}${name}`;

/** Which import an upload is, by its identity. */
export const uploadKey = (identity: string): string => `${prefixes.uploads}${identity}.json`;
/** Says that an import has ended and its report was written. */
export const endedKey = (importId: string): string => `${prefixes.ended}${importId}.json`;

/** What came of holding an import against the API's list, and how far that is. */
export const proofKey = (importId: string): string => `${prefixes.proofs}${importId}.json`;
export const provingKey = (importId: string): string => `${prefixes.proving}${importId}.json`;

/** Says that objects of an import were erased, and nothing of whom. */
export const erasedKey = (importId: string): string => `${prefixes.erased}${importId}.json`;

/** What a person writes to have an import held against the API's list once more. */
export const verifyKey = (importId: string): string => `${prefixes.control}${importId}/verify`;
/** What a person writes to cancel an import. */
export const cancelKey = (importId: string): string => `${prefixes.control}${importId}/cancel`;
/** Says that an import was cancelled, for good. */
export const cancelledKey = (importId: string): string => `${prefixes.cancelled}${importId}.json`;

/** The import that a key names: a manifest's, an outcomes object's, a mark's, a proof's, or that of what a person asks for. */
export const importIdOfKey = (key: string): string | undefined => {
  const match = /^(?:state\/(?:manifests|outcomes|ended|proofs)|control)\/([^/.]+)/.exec(key);
  return match?.[1] !== undefined && importIdSchema.safeParse(match[1]).success ? match[1] : undefined;
};

/** The batch number of the key of a journal or of outcomes. */
export const batchOfKey = (key: string): number => Number(/(\d+)\.json$/.exec(key)?.[1]);

/** What a report's own names leave of the 1,024 bytes of an S3 key; a longer path is named by its hash. */
const maxPathBytes = 950;

/** A file's name without what says that it is a table: `leads.csv.gz` is `leads`. */
export const withoutEnding = (name: string): string => name.replace(/\.(?:csv(?:\.gz)?|xlsx|xlsm|xls)$/i, '');

/** Where the four report files of an import go: `reports/<path without .csv>/<import id>/`. */
export const reportPrefix = (sourceKey: string, importId: string): string => {
  const path = withoutEnding(sourceKey.slice(sourceKey.indexOf('/') + 1));
  const named = Buffer.byteLength(path) > maxPathBytes ? `${hash('sha256', path).slice(0, 16)}` : path;
  return `${prefixes.reports}${named}/${importId}/`;
};

/** The four files of a report, by their names below its prefix. */
export const reportFiles = {
  report: 'report.csv',
  retry: 'retry.csv',
  html: 'report.html',
  summary: 'summary.json',
} as const;

/** The rows to correct once more, for who works in a spreadsheet; not where they are too many for one. */
export const retryWorkbookFile = 'retry.xlsx';

/** Rows of which nobody knows whether their leads are there, where there are such rows: as CSV, and for who works in a spreadsheet. */
export const unconfirmedFile = 'unconfirmed.csv';
export const unconfirmedWorkbookFile = 'unconfirmed.xlsx';

/** What somebody has to say of the columns and texts of a file, where that is so. */
export const mappingWorkbookFile = 'mapping.xlsx';

/** What a report has beside them after a dry run. */
export const previewFile = 'preview.csv';

/** What not every report has. */
export const optionalFiles: readonly string[] = [
  retryWorkbookFile,
  unconfirmedFile,
  unconfirmedWorkbookFile,
  mappingWorkbookFile,
  previewFile,
];

/** What the names of mapping files begin with that a command line has brought, and of those that were only tried by a check. */
export const ownMappings = 'cli-';
export const triedMappings = `${ownMappings}check-`;

/** The name of a mapping file without what a command line has put around it. */
export const plainMappingName = (name: string): string => name.replace(/^cli-(?:check-)?(.*)-[0-9a-f]{8}$/, '$1');

/** What people call a mapping file: its key, or the name of their own file where a command line has brought it. */
export const spokenMapping = (key: string): string => {
  const [, name = '', ending = ''] = /^mappings\/(.*)(\.[a-z]+)$/.exec(key) ?? [];
  const plain = plainMappingName(name);
  return plain === name ? key : `${plain}${ending}`;
};

/** The bucket of an importer that runs on one machine. */
export const localBucketName = 'lumi-lead-importer-local';
