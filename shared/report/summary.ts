import {
  mappingWorkbookFile,
  previewFile,
  reportFiles,
  reportPrefix,
  retryWorkbookFile,
  unconfirmedFile,
  unconfirmedWorkbookFile,
} from '../bucket/keys.ts';
import { lineEndingName } from '../csv/dialect.ts';
import type { Encoding } from '../csv/encoding.ts';
import type { ImportMode } from '../import-options.ts';
import type { Manifest } from '../state/manifest.ts';
import type { Proof } from '../state/proof.ts';
import { statuses } from '../state/row-state.ts';
import { reportColumns } from '../table/report-columns.ts';
import type { PlaceWord } from '../words/counted.ts';
import { type FaultCode, type FileFault, faultSentence } from '../words/file-fault.ts';
import { needsPerson } from './status.ts';
import type { Tally } from './tally.ts';

/** `summary.json`. Stable: partners' own tools may rely on its members. */
export interface Summary {
  readonly importId: string;
  readonly source: {
    readonly bucket: string;
    readonly key: string;
    readonly versionId: string | null;
    readonly bytes: number;
    /** These three are null for a workbook, and where the file was refused before they were found. */
    readonly encoding: string | null;
    readonly delimiter: string | null;
    readonly lineEnding: string | null;
    /** The sheet of a workbook that was read; null for a CSV. */
    readonly sheet: string | null;
  };
  readonly mode: ImportMode;
  readonly state: 'completed' | 'refused' | 'cancelled';
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly rows: number;
  readonly statuses: Tally['statuses'];
  readonly documents: { readonly attached: number; readonly failed: number };
  readonly columns: {
    readonly mapped: Readonly<Record<string, string>>;
    readonly ignored: readonly string[];
    /** Those of the ignored ones that the mapping file keeps out on purpose. */
    readonly keptOut: readonly string[];
  };
  /** Columns that are filled in and not sent. */
  readonly notSent: Manifest['notSent'];
  /** The mapping file that was used, and why; null where none was. */
  readonly mapping: Manifest['mapping'];
  readonly warnings: Tally['warnings'];
  readonly errors: Tally['errors'];
  /** Why the file was refused as a whole, in one piece: the code and the line of the first of `faults`; null where it was not. */
  readonly fileError: { readonly code: FaultCode; readonly message: string; readonly line: number | null } | null;
  readonly faults: readonly FileFault[];
  /** What holding the created rows against the list of leads has come to; null where nothing was created. */
  readonly proof: {
    /** `not_made`: nobody has asked for it. */
    readonly state: 'pending' | 'not_made' | Proof['state'];
    readonly checkedAt: string | null;
    readonly there: number;
    readonly notThere: number;
    readonly twice: number;
    readonly other: number;
  } | null;
  /** Keys in the bucket; `preview` after a dry run. */
  readonly reports: {
    readonly report: string;
    readonly retry: string;
    /** Absent where there are no such rows, or they are too many or too long for a workbook. */
    readonly retryWorkbook?: string;
    /** Where rows are unconfirmed; the workbook as for the retry file. */
    readonly unconfirmed?: string;
    readonly unconfirmedWorkbook?: string;
    readonly html: string;
    /** Where something has to be said of the columns or texts of the file. */
    readonly mapping?: string;
    readonly preview?: string;
  };
}

const encodingName = ({ name, mark }: Encoding): string => (name === 'utf-8' && mark ? 'utf-8-bom' : name);

const stateOf = ({ faults }: Manifest, { cancelled }: Tally): Summary['state'] => {
  if (faults.length > 0) return 'refused';
  return cancelled > 0 ? 'cancelled' : 'completed';
};

const fileErrorOf = (faults: readonly FileFault[]): Summary['fileError'] => {
  const [first] = faults;
  if (first === undefined) return null;
  return { code: first.code, message: faults.map(faultSentence).join(' '), line: first.line };
};

const errorOfFault = ({ code, what, line }: FileFault): Tally['errors'][number] => ({
  code,
  column: '',
  message: what,
  count: 1,
  lines: line === null ? [] : [line],
});

/** How a CSV is written, or which sheet of a workbook was read. */
const writtenAs = (format: Manifest['source']['format']) => {
  if (format === null || format.sheet !== undefined)
    return { encoding: null, delimiter: null, lineEnding: null, sheet: format?.sheet ?? null };
  const { encoding, dialect } = format;
  return {
    encoding: encodingName(encoding),
    delimiter: dialect.delimiter,
    lineEnding: lineEndingName(dialect.lineEnding),
    sheet: null,
  };
};

/** What reading all rows of an import as they ended has come to. */
interface Counted {
  readonly tally: Tally;
  /** Rows whose leads were created in this import. */
  readonly created: number;
  /** When the last row ended, so that a second run of the reporter writes the same bytes. */
  readonly finishedAt: string;
}

/** What is known of the leads at lumi: that the list was asked, or only whether it will be. */
export type KnownProof = Proof | 'pending' | 'not_made';

const proofOf = (known: KnownProof, created: number): Summary['proof'] => {
  if (created === 0) return null;
  if (typeof known === 'string') return { state: known, checkedAt: null, there: 0, notThere: 0, twice: 0, other: 0 };
  const { state, checkedAt, there, notThere, twice, other } = known;
  return { state, checkedAt, there, notThere, twice, other };
};

/** Files that not every report has, and whether this one has them. */
export type OptionalFiles = Readonly<Record<'retryWorkbook' | 'unconfirmed' | 'unconfirmedWorkbook', boolean>>;

/** Those of a report that is there. */
export const optionalFilesOf = ({ reports }: Pick<Summary, 'reports'>): OptionalFiles => ({
  retryWorkbook: reports.retryWorkbook !== undefined,
  unconfirmed: reports.unconfirmed !== undefined,
  unconfirmedWorkbook: reports.unconfirmedWorkbook !== undefined,
});

export const summaryOf = (
  manifest: Manifest,
  { tally, finishedAt, created }: Counted,
  has: OptionalFiles,
  proof: KnownProof,
): Summary => {
  const { importId, source } = manifest;
  const { format } = source;
  const prefix = reportPrefix(source.key, importId);
  return {
    importId,
    source: {
      bucket: source.bucket,
      key: source.key,
      versionId: source.versionId,
      bytes: source.bytes,
      ...writtenAs(format),
    },
    mode: manifest.mode,
    state: stateOf(manifest, tally),
    startedAt: manifest.startedAt,
    finishedAt,
    rows: tally.rows,
    statuses: tally.statuses,
    documents: tally.documents,
    columns: {
      mapped: manifest.columns.mapped,
      ignored: manifest.columns.ignored,
      keptOut: manifest.columns.keptOut,
    },
    notSent: manifest.notSent,
    mapping: manifest.mapping,
    warnings: tally.warnings,
    errors: [...manifest.faults.map(errorOfFault), ...tally.errors],
    fileError: fileErrorOf(manifest.faults),
    faults: manifest.faults,
    proof: proofOf(proof, created),
    reports: {
      report: `${prefix}${reportFiles.report}`,
      retry: `${prefix}${reportFiles.retry}`,
      ...(has.retryWorkbook && { retryWorkbook: `${prefix}${retryWorkbookFile}` }),
      ...(has.unconfirmed && { unconfirmed: `${prefix}${unconfirmedFile}` }),
      ...(has.unconfirmedWorkbook && { unconfirmedWorkbook: `${prefix}${unconfirmedWorkbookFile}` }),
      html: `${prefix}${reportFiles.html}`,
      ...(manifest.asked !== null && { mapping: `${prefix}${mappingWorkbookFile}` }),
      ...(manifest.mode === 'dry-run' && { preview: `${prefix}${previewFile}` }),
    },
  };
};

/** What a row's place is called for who reads of it. */
export const placeWordOf = ({ source }: Pick<Summary, 'source'>): PlaceWord => (source.sheet === null ? 'line' : 'row');

/** The file in which unconfirmed rows are answered: the workbook, where there is one. */
export const unconfirmedFileOf = ({ reports }: Pick<Summary, 'reports'>): string =>
  reports.unconfirmedWorkbook === undefined ? unconfirmedFile : unconfirmedWorkbookFile;

/** The file that holds the rows to correct: the workbook, where there is one. */
export const retryFileOf = ({ reports }: Pick<Summary, 'reports'>): string =>
  reports.retryWorkbook === undefined ? reportFiles.retry : retryWorkbookFile;

type Counts = Pick<Summary, 'statuses' | 'warnings' | 'errors'>;

const rowsWith = ({ warnings }: Pick<Summary, 'warnings'>, wanted: string): number =>
  warnings.find(({ code }) => code === wanted)?.count ?? 0;

/** Rows that were created and for which a second lead was found. */
export const rowsMaybeTwice = (summary: Pick<Summary, 'warnings'>): number => rowsWith(summary, 'maybe_twice');

/** Rows that the API answered with the lead of a row further up. */
export const rowsWithSameLead = (summary: Pick<Summary, 'warnings'>): number => rowsWith(summary, 'same_lead');

/** Rows whose leads the list does not show although they were created. */
export const rowsNotAtLumi = (summary: Pick<Summary, 'warnings'>): number => rowsWith(summary, 'not_at_lumi');

/** Rows whose ids are the leads of somebody else. */
export const rowsOfOthers = (summary: Pick<Summary, 'warnings'>): number => rowsWith(summary, 'other_lead');

/** Rows that were not sent because an earlier import sent their lead and could not find out whether it was created. */
export const rowsUnconfirmedBefore = (summary: Pick<Summary, 'warnings'>): number =>
  rowsWith(summary, 'duplicate_of_unconfirmed');

/** Rows that need a person for such a reason. An id that a person wrote is another matter: it is of the column with the ids. */
export const rowsInError = ({ errors }: Pick<Summary, 'errors'>, wanted: string): number =>
  errors
    .filter(({ code, column }) => code === wanted && column !== reportColumns.leadId)
    .reduce((sum, { count }) => sum + count, 0);

/** Rows with a warning that are good otherwise: what else needs a person has it among its errors. */
const goodRowsWith = (summary: Counts, wanted: string): number =>
  rowsWith(summary, wanted) - rowsInError(summary, wanted);

/** Rows that ended so that an import is not all right, each once. */
const rowsNotRight = (summary: Counts): number => {
  const open = statuses.filter(needsPerson).reduce((sum, status) => sum + summary.statuses[status], 0);
  const doubtful = ['not_at_lumi', 'maybe_twice', 'other_lead', 'same_lead'];
  return open + doubtful.reduce((sum, code) => sum + goodRowsWith(summary, code), 0);
};

/** Rows that a person has to look at: for some a lead is missing although this import is all right. */
export const rowsForPerson = (summary: Counts): number => rowsNotRight(summary) + rowsUnconfirmedBefore(summary);
