import { Readable } from 'node:stream';
import {
  createdLeadsKey,
  mappingWorkbookFile,
  previewFile,
  reportFiles,
  reportPrefix,
  retryWorkbookFile,
  unconfirmedFile,
  unconfirmedWorkbookFile,
} from '../../shared/bucket/keys.ts';
import { type EpochMs, isoTime } from '../../shared/clock.ts';
import type { Dialect } from '../../shared/csv/dialect.ts';
import { type Encoding, encodeText, markBytes, utf8 } from '../../shared/csv/encoding.ts';
import { writeRecords } from '../../shared/csv/write.ts';
import { writeMappingWorkbook } from '../../shared/header/write-mapping-workbook.ts';
import { fingerprintFileHead } from '../../shared/memory/fingerprint-file.ts';
import { belongsInRetry } from '../../shared/report/status.ts';
import { type KnownProof, optionalFilesOf, type Summary, summaryOf } from '../../shared/report/summary.ts';
import { Tally } from '../../shared/report/tally.ts';
import { withFinding } from '../../shared/state/endings.ts';
import type { Manifest } from '../../shared/state/manifest.ts';
import type { Proof } from '../../shared/state/proof.ts';
import type { Cells, TableFormat } from '../../shared/table/table.ts';
import { isOwn, leadEntry, withSharedLead } from './created-leads.ts';
import type { ReporterDependencies } from './dependencies.ts';
import { type Draft, OptionalDraft, openDraft } from './draft-upload.ts';
import { type EndedRow, endedBatches } from './ended-rows.ts';
import { LeadIds } from './lead-ids.ts';
import { reportHtml } from './page/html.ts';
import { type ProblemGroup, ProblemGroups } from './page/problem-groups.ts';
import { previewCells, previewHeader } from './preview-cells.ts';
import { reportCells, reportHeader } from './report-cells.ts';
import { RetryWorkbookDraft, workbookType } from './retry-workbook.ts';
import { withLookup } from './unconfirmed-rows.ts';

/** The totals of a report do not come to the rows of the file: nothing of it is published. */
class TotalsMismatch extends Error {
  override readonly name = 'TotalsMismatch';
}

/** The files of a report that are written; absent: what is there stays. */
interface Drafts {
  readonly report?: Draft;
  readonly retry?: Draft;
  /** The same for a spreadsheet. */
  readonly retryWorkbook?: RetryWorkbookDraft;
  /** Rows of which nobody knows whether their leads are there. */
  readonly unconfirmed?: OptionalDraft;
  readonly unconfirmedWorkbook?: RetryWorkbookDraft;
  /** What each row would be sent as; absent where rows are sent. */
  readonly preview?: Draft;
  /** What later imports must know: the leads that were created or may have been. */
  readonly createdLeads?: Draft;
}

/** What a report is written of. */
export interface Written {
  readonly manifest: Manifest;
  readonly cancelledAt: EpochMs | undefined;
  readonly proof: KnownProof;
}

interface Collected {
  readonly tally: Tally;
  /** Rows whose leads were created in this import. */
  readonly created: number;
  readonly groups: readonly ProblemGroup[];
  readonly finishedAt: string;
}

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

/** Adds to each row what was found of its lead in the list; rows come in the order of the findings. */
const withFindings = (proof: KnownProof): ((row: EndedRow) => EndedRow) => {
  const findings = typeof proof === 'string' ? [] : proof.findings;
  const byLine = new Map(findings.map((finding) => [finding.line, finding]));
  return (row) => {
    const finding = byLine.get(row.line);
    return finding === undefined ? row : { ...row, state: withFinding(finding, row.state) };
  };
};

/** What each file of rows begins with. */
const headOf = ({ source, header, headerQuoted }: Manifest): Buffer => {
  const { encoding, dialect } = source.format ?? plainFormat;
  const names = writeRecords([reportHeader({ cells: header, quoted: headerQuoted })], dialect, encoding);
  return Buffer.concat([markBytes(encoding), sepLine(dialect, encoding), names]);
};

/** Of a file that was only checked the file itself is imported, and no retry file. */
const ofDryRun = (row: EndedRow): EndedRow => {
  const problems = row.state.problems.map((each) => ({ ...each, tip: each.tip.replaceAll('retry.csv', 'the file') }));
  return { ...row, state: { ...row.state, problems } };
};

/** Streams every row into the drafts and counts it on the way. */
const collect = async (
  { manifest, cancelledAt, proof }: Written,
  drafts: Drafts,
  { store, timeZone }: ReporterDependencies,
): Promise<Collected> => {
  const { encoding, dialect } = manifest.source.format ?? plainFormat;
  const mark = markFor(encoding);
  const write = async (draft: Pick<Draft, 'write'> | undefined, rows: readonly EndedRow[]): Promise<void> => {
    const cells = rows.map((row) => reportCells(row, mark));
    await draft?.write(writeRecords(cells, dialect, encoding));
  };
  const { sent } = manifest.columns;
  const ids = new LeadIds(manifest.rows);
  const found = withFindings(proof);
  const tally = new Tally();
  const problems = new ProblemGroups();
  let created = 0;
  let finishedAt = manifest.stagedAt;
  let isPaced = false;
  for (const { code, column, lines } of manifest.warnings) tally.warn(code, column, lines);
  const head = headOf(manifest);
  await Promise.all([
    drafts.report?.write(head),
    drafts.retry?.write(head),
    drafts.createdLeads?.write(fingerprintFileHead),
    drafts.preview?.write(Buffer.concat([markBytes(marked), previewText([previewHeader(sent)])])),
  ]);
  for await (const batch of endedBatches(store, manifest, cancelledAt !== undefined)) {
    const ended = batch.rows.map((row) => found(withSharedLead(row, ids)));
    const rows = manifest.mode === 'dry-run' ? ended.map(ofDryRun) : ended;
    if (batch.finishedAt !== undefined) finishedAt = later(finishedAt, batch.finishedAt);
    isPaced ||= batch.isPaced;
    created += rows.filter(isOwn).length;
    for (const row of rows) {
      tally.add(row);
      problems.add(row);
    }
    const shown = rows.map((row) => withLookup(row, manifest, timeZone));
    await write(drafts.report, shown);
    const again = rows.filter(({ state }) => belongsInRetry(state.status));
    await write(drafts.retry, again);
    await drafts.retryWorkbook?.add(again);
    const doubtful = shown.filter(({ state }) => state.status === 'unconfirmed');
    await write(drafts.unconfirmed, doubtful);
    await drafts.unconfirmedWorkbook?.add(doubtful);
    await drafts.createdLeads?.write(Buffer.concat(rows.map(leadEntry)));
    await drafts.preview?.write(
      previewText(rows.map((row) => previewCells(row, sent)).filter((cells) => cells !== undefined)),
    );
  }
  if (isPaced) tally.warn('paced_by_api');
  if (tally.cancelled > 0 && cancelledAt !== undefined) finishedAt = later(finishedAt, isoTime(cancelledAt));
  return { tally, created, groups: problems.groups, finishedAt };
};

/** Guarantee 1: every data row that the parser counted has ended once, or nothing is published. */
const assertTotals = (manifest: Manifest, tally: Tally, { log }: ReporterDependencies): void => {
  if (tally.rows === manifest.rows) return;
  log('totals_mismatch', { importId: manifest.importId, rows: tally.rows, expected: manifest.rows });
  throw new TotalsMismatch('the rows of the report are not the rows of the file');
};

const bytesOf = (text: string): Readable => Readable.from([Buffer.from(text, 'utf8')]);

/** Writes the page and, last of all, the summary: it says that all is there. */
const writePage = async (
  { manifest }: Written,
  { groups }: Collected,
  summary: Summary,
  { store, timeZone }: ReporterDependencies,
): Promise<void> => {
  const prefix = reportPrefix(manifest.source.key, manifest.importId);
  const { options, columns } = manifest;
  const page = reportHtml(summary, { groups, guesses: columns.guesses, options, timeZone });
  await store.upload(`${prefix}${reportFiles.html}`, bytesOf(page), 'text/html; charset=utf-8');
};

const writeSummary = (summary: Summary, { store }: ReporterDependencies): Promise<void> => {
  const prefix = reportPrefix(summary.source.key, summary.importId);
  const text = `${JSON.stringify(summary, null, 2)}\n`;
  return store.upload(`${prefix}${reportFiles.summary}`, bytesOf(text), 'application/json');
};

const discard = (drafts: Drafts): Promise<unknown> =>
  Promise.all(Object.values(drafts).map((draft: Pick<Draft, 'discard'>) => draft.discard()));

/** Throws the drafts away where something goes wrong. */
const withDrafts = async <Result>(drafts: Drafts, write: () => Promise<Result>): Promise<Result> => {
  try {
    return await write();
  } catch (error) {
    await discard(drafts);
    throw error;
  }
};

const reportDraft = (manifest: Manifest, { store }: ReporterDependencies): Draft => {
  const prefix = reportPrefix(manifest.source.key, manifest.importId);
  return openDraft(store, `${prefix}${reportFiles.report}`, 'text/csv');
};

/** Writes the whole report of an import. Running it twice, or twice at once, writes the same bytes. */
export const writeReport = async (written: Written, dependencies: ReporterDependencies): Promise<Summary> => {
  const { manifest } = written;
  const { store } = dependencies;
  const prefix = reportPrefix(manifest.source.key, manifest.importId);
  const drafts = {
    report: reportDraft(manifest, dependencies),
    retry: openDraft(store, `${prefix}${reportFiles.retry}`, 'text/csv'),
    retryWorkbook: new RetryWorkbookDraft(store, `${prefix}${retryWorkbookFile}`, manifest),
    unconfirmed: new OptionalDraft(() => openDraft(store, `${prefix}${unconfirmedFile}`, 'text/csv'), headOf(manifest)),
    unconfirmedWorkbook: new RetryWorkbookDraft(store, `${prefix}${unconfirmedWorkbookFile}`, manifest),
    createdLeads: openDraft(store, createdLeadsKey(manifest.importId), 'application/octet-stream'),
    ...(manifest.mode === 'dry-run' && { preview: openDraft(store, `${prefix}${previewFile}`, 'text/csv') }),
  };
  return withDrafts(drafts, async () => {
    const collected = await collect(written, drafts, dependencies);
    assertTotals(manifest, collected.tally, dependencies);
    // The created leads first: once a report says that a lead was created, every later import knows it too.
    await drafts.createdLeads.finish();
    await drafts.report.finish();
    await drafts.retry.finish();
    const has = {
      retryWorkbook: await drafts.retryWorkbook.finish(),
      unconfirmed: await drafts.unconfirmed.finish(),
      unconfirmedWorkbook: await drafts.unconfirmedWorkbook.finish(),
    };
    const summary = summaryOf(manifest, collected, has, written.proof);
    await drafts.preview?.finish();
    if (manifest.asked !== null)
      await store.upload(
        `${prefix}${mappingWorkbookFile}`,
        Readable.from([await writeMappingWorkbook(manifest.asked)]),
        workbookType,
      );
    await writePage(written, collected, summary, dependencies);
    await writeSummary(summary, dependencies);
    return summary;
  });
};

/**
 * Writes what a proof has found into a report that is there: the rows, where one of them has a finding, and the page.
 * @param told hears of it before the summary says so
 */
export const rewriteReport = async (
  written: Written & { readonly proof: Proof },
  published: Summary,
  told: (summary: Summary) => Promise<void>,
  dependencies: ReporterDependencies,
): Promise<void> => {
  const { manifest, proof } = written;
  const drafts = proof.findings.length > 0 ? { report: reportDraft(manifest, dependencies) } : {};
  await withDrafts(drafts, async () => {
    const collected = await collect(written, drafts, dependencies);
    assertTotals(manifest, collected.tally, dependencies);
    await drafts.report?.finish();
    const summary = summaryOf(manifest, collected, optionalFilesOf(published), proof);
    await writePage(written, collected, summary, dependencies);
    await told(summary);
    await writeSummary(summary, dependencies);
  });
};
