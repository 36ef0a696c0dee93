import { Readable } from 'node:stream';
import {
  createdLeadsKey,
  mappingWorkbookFile,
  previewFile,
  reportFiles,
  reportPrefix,
  retryWorkbookFile,
} from '../../shared/bucket/keys.ts';
import { getText } from '../../shared/bucket/object-store.ts';
import { type EpochMs, isoTime } from '../../shared/clock.ts';
import type { Dialect } from '../../shared/csv/dialect.ts';
import { type Encoding, encodeText, markBytes, utf8 } from '../../shared/csv/encoding.ts';
import { writeRecords } from '../../shared/csv/write.ts';
import { writeMappingWorkbook } from '../../shared/header/write-mapping-workbook.ts';
import { errorFields } from '../../shared/log.ts';
import { encodeFingerprint, fingerprintFileHead } from '../../shared/memory/fingerprint-file.ts';
import { belongsInRetry, isDoubt } from '../../shared/report/status.ts';
import { rowsMaybeTwice, rowsWithSameLead, type Summary, summaryOf } from '../../shared/report/summary.ts';
import { Tally } from '../../shared/report/tally.ts';
import { readCancellation } from '../../shared/state/cancellation.ts';
import { withLeadOf } from '../../shared/state/endings.ts';
import { hasEnded, markEnded } from '../../shared/state/import-marks.ts';
import { type Manifest, readManifest } from '../../shared/state/manifest.ts';
import { batchesUnderWay } from '../../shared/state/outcomes.ts';
import type { Status } from '../../shared/state/row-state.ts';
import type { Cells, TableFormat } from '../../shared/table/table.ts';
import type { ReporterDependencies } from './dependencies.ts';
import { type Draft, openDraft } from './draft-upload.ts';
import { type EndedRow, endedBatches } from './ended-rows.ts';
import { LeadIds } from './lead-ids.ts';
import { noticeOf } from './notice.ts';
import { reportHtml } from './page/html.ts';
import { type ProblemGroup, ProblemGroups } from './page/problem-groups.ts';
import { previewCells, previewHeader } from './preview-cells.ts';
import { reportCells, reportHeader } from './report-cells.ts';
import { RetryWorkbookDraft, workbookType } from './retry-workbook.ts';

/** The totals of a report do not come to the rows of the file: nothing of it is published. */
class TotalsMismatch extends Error {
  override readonly name = 'TotalsMismatch';
}

interface Drafts {
  readonly report: Draft;
  readonly retry: Draft;
  /** The same for a spreadsheet. */
  readonly retryWorkbook: RetryWorkbookDraft;
  /** What each row would be sent as; absent where rows are sent. */
  readonly preview?: Draft;
  /** What later imports must know: the leads that were created or may have been. */
  readonly createdLeads: Draft;
}

interface Collected {
  readonly tally: Tally;
  readonly groups: readonly ProblemGroup[];
  readonly finishedAt: string;
}

const isCreated = (status: Status): boolean => status === 'created' || status === 'created_documents_incomplete';

/** The entry of a row whose lead was created or may have been; nothing for any other row. */
const leadEntry = ({ line, lead, state }: EndedRow): Buffer => {
  const { status, leadId = '' } = state;
  const isHeld = isCreated(status) || status === 'unconfirmed';
  if (lead === undefined || !isHeld) return Buffer.alloc(0);
  const bytes = (hash: string): Buffer => Buffer.from(hash, 'hex');
  const [visible, core] = [bytes(lead.visibleFingerprint), bytes(lead.coreFingerprint)];
  return encodeFingerprint({ lead: bytes(lead.fingerprint), visible, core, line, leadId });
};

/** A row, with the one further up that has the same lead, where there is one. */
const withSharedLead = (row: EndedRow, ids: LeadIds): EndedRow => {
  const { line, lead, state } = row;
  if (state.leadId === undefined || !isCreated(state.status)) return row;
  const other = ids.add(state.leadId, line);
  // Rows that came with the id of their lead may have the same one; a person looks at a row in doubt already.
  const isTold = other === undefined || lead === undefined || state.problems.some(isDoubt);
  return isTold ? row : { ...row, state: withLeadOf(other, state) };
};

const later = (one: string, other: string): string => (one > other ? one : other);

/** Excel's own line that names the delimiter, where the file began with one. */
const sepLine = ({ sepLine: has, delimiter, lineEnding }: Dialect, encoding: Encoding): Buffer =>
  has ? encodeText(`sep=${delimiter}${lineEnding}`, encoding) : Buffer.alloc(0);

/**
 * What is added to every tip. The few rows of a retry file could be valid UTF-8 by chance though they are
 * Windows-1252, and would then be read as other text: a no-break space, a byte that is no UTF-8 there, keeps the
 * encoding recognisable and is invisible.
 */
const markFor = ({ name }: Encoding): string => (name === 'windows-1252' || name === 'macintosh' ? '\u00a0' : '');

/** What a report is written in whose file was refused before its own format was found. */
const plainFormat: TableFormat = { encoding: utf8, dialect: { delimiter: ',', lineEnding: '\n', sepLine: false } };

/** `preview.csv` is ours and not the file's: what every spreadsheet opens. */
const marked: Encoding = { name: 'utf-8', mark: true };
const previewText = (rows: readonly Cells[]): Buffer =>
  writeRecords(rows, { delimiter: ',', lineEnding: '\r\n', sepLine: false }, marked);

/** Streams every row into the drafts and counts it on the way. */
const collect = async (
  manifest: Manifest,
  cancelledAt: EpochMs | undefined,
  drafts: Drafts,
  { store }: ReporterDependencies,
): Promise<Collected> => {
  const { encoding, dialect } = manifest.source.format ?? plainFormat;
  const mark = markFor(encoding);
  const encoded = (rows: readonly Cells[]): Buffer => writeRecords(rows, dialect, encoding);
  const write = (draft: Draft, rows: readonly EndedRow[]): Promise<void> =>
    draft.write(encoded(rows.map((row) => reportCells(row, mark))));
  const { sent } = manifest.columns;
  const ids = new LeadIds(manifest.rows);
  const tally = new Tally();
  const problems = new ProblemGroups();
  let finishedAt = manifest.stagedAt;
  let isPaced = false;
  for (const { code, column, lines } of manifest.warnings) tally.warn(code, column, lines);
  const head = Buffer.concat([
    markBytes(encoding),
    sepLine(dialect, encoding),
    encoded([reportHeader({ cells: manifest.header, quoted: manifest.headerQuoted })]),
  ]);
  await Promise.all([
    drafts.report.write(head),
    drafts.retry.write(head),
    drafts.createdLeads.write(fingerprintFileHead),
    drafts.preview?.write(Buffer.concat([markBytes(marked), previewText([previewHeader(sent)])])),
  ]);
  for await (const batch of endedBatches(store, manifest, cancelledAt !== undefined)) {
    const rows = batch.rows.map((row) => withSharedLead(row, ids));
    if (batch.finishedAt !== undefined) finishedAt = later(finishedAt, batch.finishedAt);
    isPaced ||= batch.isPaced;
    for (const row of rows) {
      tally.add(row);
      problems.add(row);
    }
    await write(drafts.report, rows);
    const again = rows.filter(({ state }) => belongsInRetry(state.status));
    await write(drafts.retry, again);
    await drafts.retryWorkbook.add(again);
    await drafts.createdLeads.write(Buffer.concat(rows.map(leadEntry)));
    await drafts.preview?.write(
      previewText(rows.map((row) => previewCells(row, sent)).filter((cells) => cells !== undefined)),
    );
  }
  if (isPaced) tally.warn('paced_by_api');
  if (tally.cancelled > 0 && cancelledAt !== undefined) finishedAt = later(finishedAt, isoTime(cancelledAt));
  return { tally, groups: problems.groups, finishedAt };
};

/** Guarantee 1: every data row that the parser counted has ended once, or nothing is published. */
const assertTotals = (manifest: Manifest, tally: Tally, { log }: ReporterDependencies): void => {
  if (tally.rows === manifest.rows) return;
  log('totals_mismatch', { importId: manifest.importId, rows: tally.rows, expected: manifest.rows });
  throw new TotalsMismatch('the rows of the report are not the rows of the file');
};

const bytesOf = (text: string): Readable => Readable.from([Buffer.from(text, 'utf8')]);

const publish = async (
  manifest: Manifest,
  cancelledAt: EpochMs | undefined,
  drafts: Drafts,
  dependencies: ReporterDependencies,
): Promise<Summary> => {
  const { store, timeZone } = dependencies;
  const { options } = manifest;
  const collected = await collect(manifest, cancelledAt, drafts, dependencies);
  assertTotals(manifest, collected.tally, dependencies);
  const prefix = reportPrefix(manifest.source.key, manifest.importId);
  // The created leads first: once a report says that a lead was created, every later import knows it too. The summary last: it says that all is there.
  await drafts.createdLeads.finish();
  await drafts.report.finish();
  await drafts.retry.finish();
  const hasWorkbook = await drafts.retryWorkbook.finish();
  const summary = summaryOf(manifest, collected, hasWorkbook);
  await drafts.preview?.finish();
  if (manifest.asked !== null)
    await store.upload(
      `${prefix}${mappingWorkbookFile}`,
      Readable.from([await writeMappingWorkbook(manifest.asked)]),
      workbookType,
    );
  await store.upload(
    `${prefix}${reportFiles.html}`,
    bytesOf(reportHtml(summary, { groups: collected.groups, guesses: manifest.columns.guesses, options, timeZone })),
    'text/html; charset=utf-8',
  );
  await store.upload(
    `${prefix}${reportFiles.summary}`,
    bytesOf(`${JSON.stringify(summary, null, 2)}\n`),
    'application/json',
  );
  return summary;
};

/**
 * Tells that an import has ended, once its summary is there, and marks it so. Whoever is told may be told twice, where this
 * is interrupted, and an import is never held up by a notice that fails.
 */
const end = async (
  summary: Summary,
  { options }: Manifest,
  { store, log, notify }: ReporterDependencies,
): Promise<void> => {
  const { importId } = summary;
  if (!(await hasEnded(store, importId))) {
    const [unconfirmed, twice, shared] = [
      summary.statuses.unconfirmed,
      rowsMaybeTwice(summary),
      rowsWithSameLead(summary),
    ];
    if (unconfirmed > 0) log('rows_unconfirmed', { importId, rows: unconfirmed });
    if (twice > 0) log('leads_maybe_twice', { importId, rows: twice });
    if (shared > 0) log('rows_share_lead', { importId, rows: shared });
    await notify(noticeOf(summary, options)).catch((error: unknown) =>
      log('notice_failed', { importId, ...errorFields(error) }),
    );
  }
  await markEnded(store, importId);
};

/** Whether every batch has its outcomes, or, once the import is cancelled, every batch that was begun. */
const isComplete = async (
  manifest: Manifest,
  cancelledAt: EpochMs | undefined,
  { store, completeness }: ReporterDependencies,
): Promise<boolean> =>
  (await completeness.of(manifest)) ||
  (cancelledAt !== undefined && (await batchesUnderWay(store, manifest.importId)).length === 0);

/**
 * Writes the report of an import once it is complete; before that it only says how far it is, as every further outcome asks
 * again. Running it twice, or twice at once, writes the same bytes.
 */
export const reportImport = async (importId: string, dependencies: ReporterDependencies): Promise<void> => {
  const { store, clock, log, completeness, progress, woken } = dependencies;
  const manifest = await readManifest(store, importId);
  if (manifest === undefined) return;
  const prefix = reportPrefix(manifest.source.key, importId);
  const published = await getText(store, `${prefix}${reportFiles.summary}`);
  if (published !== undefined) return end(JSON.parse(published.text) as Summary, manifest, dependencies);
  const cancelledAt = await readCancellation(store, importId, clock);
  if (!(await isComplete(manifest, cancelledAt, dependencies)))
    return progress.note(manifest, completeness.finishedOf(manifest), dependencies);
  // A report that is gone was erased.
  if (await hasEnded(store, importId)) return;
  const drafts: Drafts = {
    report: openDraft(store, `${prefix}${reportFiles.report}`, 'text/csv'),
    retry: openDraft(store, `${prefix}${reportFiles.retry}`, 'text/csv'),
    retryWorkbook: new RetryWorkbookDraft(store, `${prefix}${retryWorkbookFile}`, manifest),
    createdLeads: openDraft(store, createdLeadsKey(importId), 'application/octet-stream'),
    ...(manifest.mode === 'dry-run' && { preview: openDraft(store, `${prefix}${previewFile}`, 'text/csv') }),
  };
  let summary: Summary;
  try {
    summary = await publish(manifest, cancelledAt, drafts, dependencies);
  } catch (error) {
    await Promise.all(Object.values(drafts).map((draft: Pick<Draft, 'discard'>) => draft.discard()));
    throw error;
  }
  await end(summary, manifest, dependencies);
  completeness.forget(importId);
  woken.delete(importId);
  await progress.end(manifest, summary, dependencies);
  log('import_reported', { importId, rows: manifest.rows });
};
