import { isoTime } from '../../shared/clock.ts';
import type { Dialect } from '../../shared/csv/dialect.ts';
import { type Encoding, utf8 } from '../../shared/csv/encoding.ts';
import { type FileFault, fileFault, type fileWarningCatalogue } from '../../shared/csv/file-fault.ts';
import { importIdOf, type Upload } from '../../shared/import-id.ts';
import { prefixes } from '../../shared/keys.ts';
import { documentsColumn } from '../../shared/lead/attached-documents.ts';
import { headerName } from '../../shared/lead/header.ts';
import { type Manifest, packReleased, readManifest, settleManifest } from '../../shared/ledger/manifest.ts';
import { formatVersion } from '../../shared/ledger/stored-json.ts';
import { exceedsMaxRejected, type ImportOptions, readOptions } from '../../shared/options.ts';
import type { ParserDependencies } from './dependencies.ts';
import { askEarlierImports, claimLeads, type EarlierImport } from './earlier-imports.ts';
import { mappingOf } from './mapping-of.ts';
import { openSource, type Source } from './open-source.ts';
import { releaseBatches } from './release.ts';
import { type Fate, keptCells } from './settle-row.ts';
import { stageBatches } from './stage.ts';
import { type RefusedSurvey, type Survey, surveyFile } from './survey.ts';

const commaSeparated: Dialect = { delimiter: ',', lineEnding: '\n', sepLine: false };

interface Import {
  readonly importId: string;
  readonly upload: Upload;
  readonly options: ImportOptions;
}

/** The manifest of an import of which nothing is known but that it happened. */
const emptyManifest = ({ importId, upload, options }: Import, { clock, chance }: ParserDependencies): Manifest => ({
  version: formatVersion,
  importId,
  run: chance.token(),
  source: {
    bucket: upload.bucket,
    key: upload.key,
    versionId: upload.versionId ?? null,
    bytes: 0,
    encoding: utf8,
    dialect: commaSeparated,
  },
  dryRun: options.dryRun,
  startedAt: isoTime(Date.parse(upload.eventTime)),
  stagedAt: isoTime(clock.now()),
  giveUpAt: isoTime(Date.parse(upload.eventTime) + options.giveUpAfterMs),
  header: [],
  headerQuoted: [],
  columns: { mapped: {}, ignored: [] },
  rows: 0,
  batches: 0,
  released: '',
  warnings: [],
  fileError: null,
});

const errorOf = ({ code, message, line }: FileFault): Manifest['fileError'] => ({ code, message, line });

/** The options of an upload: what `validate/` means, what its metadata says, what the stack has as defaults. */
const optionsOf = (
  upload: Upload,
  metadata: Readonly<Record<string, string>>,
  defaults: ImportOptions,
): ImportOptions | FileFault => {
  const read = readOptions(metadata, defaults);
  if ('faults' in read) return fileFault('invalid_option', read.faults.map(({ message }) => message).join(' '));
  return upload.key.startsWith(prefixes.validate) ? { ...read.options, dryRun: true } : read.options;
};

const columnsOf = ({ plan }: Survey): Manifest['columns'] => ({
  mapped: Object.fromEntries([...plan.header.names].map(([column, name]) => [name.trim(), column])),
  ignored: [...plan.header.ignored],
});

const fileWarnings = (encoding: Encoding, rows: number): Manifest['warnings'] => {
  const codes: (keyof typeof fileWarningCatalogue | false)[] = [
    encoding.name === 'windows-1252' && 'read_as_windows_1252',
    encoding.name === 'macintosh' && 'read_as_macintosh',
    rows === 0 && 'no_rows',
  ];
  return codes.filter((code) => code !== false).map((code) => ({ code, column: '' }));
};

const refusalOf = ({ rejected, rows }: Survey, { maxRejected }: ImportOptions): FileFault | undefined => {
  if (!exceedsMaxRejected(maxRejected, rejected, rows)) return undefined;
  const message = `${rejected} of ${rows} rows are rejected, more than max-rejected allows, so nothing of the file was sent. Correct the rejected rows, or allow more.`;
  return fileFault('max_rejected_exceeded', message);
};

const changedFault = fileFault(
  'changed_while_reading',
  'The mapping file or the importer changed while this file was being imported, so its rows no longer mean the same. Nothing was sent; drop the file again.',
);

/** Stages a surveyed file, all rows of it, and says in the manifest what is to be released. */
const stageSurvey = async (
  task: Import,
  source: Source,
  survey: Survey,
  fate: Fate,
  earlier: readonly EarlierImport[],
  dependencies: ParserDependencies,
): Promise<Manifest> => {
  const { importId, options } = task;
  const empty = emptyManifest(task, dependencies);
  const csv = await source.open(survey.format.encoding);
  if (csv.kind === 'fault') throw new Error(`the second reading could not begin: ${csv.code}`);
  const head = {
    version: empty.version,
    importId,
    enforceMandatories: options.enforceMandatories,
    documentsHeader: headerName(survey.plan.header, documentsColumn),
    giveUpAt: empty.giveUpAt,
  };
  const settlement = { plan: survey.plan, leads: survey.leads, earlier, fate };
  const released = await stageBatches(csv.records, head, empty.run, settlement, dependencies);
  if (fate === 'send') await claimLeads(importId, empty.run, survey.leads, dependencies);
  const refusal = fate === 'refused' ? refusalOf(survey, options) : undefined;
  const { encoding, dialect } = survey.format;
  const header = keptCells(survey.header, survey.plan);
  return {
    ...empty,
    source: { ...empty.source, bytes: source.sizeBytes, encoding, dialect },
    stagedAt: isoTime(dependencies.clock.now()),
    header: [...header.cells],
    headerQuoted: [...header.quoted],
    columns: columnsOf(survey),
    rows: survey.rows,
    batches: released.length,
    released: packReleased(released),
    warnings: fileWarnings(encoding, survey.rows),
    fileError: refusal === undefined ? null : errorOf(refusal),
  };
};

const decide = async (importId: string, upload: Upload, dependencies: ParserDependencies): Promise<Manifest> => {
  const { store, defaults } = dependencies;
  const dryRun = upload.key.startsWith(prefixes.validate);
  const unread: Import = { importId, upload, options: { ...defaults, dryRun } };
  const refused = (fault: RefusedSurvey, task: Import, bytes = 0): Manifest => {
    const empty = emptyManifest(task, dependencies);
    return { ...empty, source: { ...empty.source, ...fault.format, bytes }, fileError: errorOf(fault) };
  };
  const source = await openSource(store, upload);
  if (source.kind === 'fault') return refused(source, unread);
  const options = optionsOf(upload, source.metadata, defaults);
  if ('kind' in options) return refused(options, unread, source.sizeBytes);
  const task: Import = { importId, upload, options };
  const mapped = await mappingOf(store, upload.key, options.mapping);
  if (mapped.kind === 'fault') return refused(mapped, task, source.sizeBytes);
  const today = upload.eventTime.slice(0, 10);
  const context = { mapping: mapped.mapping, enforceMandatories: options.enforceMandatories, today };
  const survey = await surveyFile(source, context);
  if (survey.kind === 'fault') return refused(survey, task, source.sizeBytes);
  const refusal = refusalOf(survey, options);
  if (refusal !== undefined) return stageSurvey(task, source, survey, 'refused', [], dependencies);
  const earlier = await askEarlierImports(importId, upload.key, survey.leads, !options.dryRun, dependencies);
  if (earlier.kind === 'changed') return refused(changedFault, task, source.sizeBytes);
  return stageSurvey(task, source, survey, options.dryRun ? 'dry_run' : 'send', earlier.imports, dependencies);
};

/** Whether an event announces a file to import: not a folder made in the console, not another prefix. */
const isImport = (key: string): boolean =>
  (key.startsWith(prefixes.incoming) || key.startsWith(prefixes.validate)) && !key.endsWith('/');

/**
 * Imports one upload: reads it to its end, settles duplicates, stages its rows as batches, and only then releases them.
 * Running it twice, or twice at once, comes to one manifest and to the same batches released.
 */
export const importFile = async (upload: Upload, dependencies: ParserDependencies): Promise<void> => {
  const { store, log } = dependencies;
  if (!isImport(upload.key)) {
    log('upload_ignored');
    return;
  }
  const importId = importIdOf(upload);
  const manifest =
    (await readManifest(store, importId)) ??
    (await settleManifest(store, await decide(importId, upload, dependencies)));
  if (manifest.fileError === null) log('import_staged', { importId, rows: manifest.rows, batches: manifest.batches });
  else log('import_refused', { importId, code: manifest.fileError.code, line: manifest.fileError.line ?? undefined });
  await releaseBatches(manifest, dependencies);
};

/**
 * Ends an import whose attempts all failed. It gets a report that says so, and nothing of it is sent; if it had been
 * staged before, its batches are released.
 */
export const abandonImport = async (upload: Upload, dependencies: ParserDependencies): Promise<void> => {
  const { store, log, defaults } = dependencies;
  if (!isImport(upload.key)) return;
  const importId = importIdOf(upload);
  const task: Import = { importId, upload, options: { ...defaults, dryRun: upload.key.startsWith(prefixes.validate) } };
  const fault = fileFault(
    'importer_failed',
    'The importer could not read this file after several attempts. Nothing was sent. Tell the engineer who looks after the importer, then drop the file again.',
  );
  const manifest = await settleManifest(store, { ...emptyManifest(task, dependencies), fileError: errorOf(fault) });
  // Where a manifest was there already, only its release had failed: that is made up for, and nothing is abandoned.
  if (manifest.fileError?.code === fault.code) log('import_abandoned', { importId, code: fault.code });
  await releaseBatches(manifest, dependencies);
};
