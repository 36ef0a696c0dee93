import { prefixes, registerKey } from '../../shared/bucket/keys.ts';
import type { CreatedObject } from '../../shared/bucket/s3-event.ts';
import { DamagedState, stateVersion } from '../../shared/bucket/stored-json.ts';
import { isoTime } from '../../shared/clock.ts';
import { headerRules } from '../../shared/header/find-header.ts';
import { headerName } from '../../shared/header/header.ts';
import { noMapping } from '../../shared/header/mapping.ts';
import { exceedsMaxRejected, type ImportMode, type ImportOptions, readOptions } from '../../shared/import-options.ts';
import { documentsColumn } from '../../shared/lead/attached-documents.ts';
import { limits } from '../../shared/limits.ts';
import { AttachedBefore } from '../../shared/memory/attached-documents.ts';
import { DocumentNames } from '../../shared/state/documents.ts';
import { hasEnded, nameImport } from '../../shared/state/import-marks.ts';
import { type Manifest, readManifest, writeManifestOnce } from '../../shared/state/manifest.ts';
import { type FileFault, fileFault } from '../../shared/words/file-fault.ts';
import type { ParserDependencies } from './dependencies.ts';
import { askEarlierImports, claimLeads } from './earlier-imports.ts';
import type { SurveyContext } from './file-plan.ts';
import { type Import, refusedManifest, stagedManifest } from './manifest-of.ts';
import { type FoundMapping, mappingOf, type WrongMapping } from './mapping-of.ts';
import { type InputFile, openInputFile } from './open-input-file.ts';
import { noteReading, noteStaged } from './reading-progress.ts';
import { releaseBatches } from './release.ts';
import { EarlierRows } from './sent-before.ts';
import { Spool } from './spool.ts';
import { type BatchHead, stageBatches } from './stage-batches.ts';
import { type RefusedSurvey, type Survey, surveyFile } from './survey.ts';

/** What an upload is for by its prefix; undefined where it is no file to import, such as a folder made in the console. */
const modeOf = (key: string): ImportMode | undefined => {
  if (key.endsWith('/')) return undefined;
  if (key.startsWith(prefixes.incoming)) return 'import';
  return key.startsWith(prefixes.validate) ? 'dry-run' : undefined;
};

/** The import that an upload begins or takes further; undefined where there is nothing to do for it. */
const importOf = async (
  upload: CreatedObject,
  { store, log, defaults }: ParserDependencies,
): Promise<Import | undefined> => {
  const mode = modeOf(upload.key);
  if (mode === undefined) {
    log('upload_ignored');
    return undefined;
  }
  const importId = await nameImport(store, upload);
  if (!(await hasEnded(store, importId)))
    return { importId, upload, options: { ...defaults, mode }, given: {}, sizeBytes: 0 };
  log('import_has_ended', { importId });
  return undefined;
};

const optionsOf = ({ metadata }: InputFile, defaults: ImportOptions): ImportOptions | FileFault => {
  const read = readOptions(metadata, defaults);
  if ('options' in read) return read.options;
  return fileFault('invalid_option', read.faults.join(' '));
};

const refusalOf = ({ rejected, ignored, rows }: Survey, { maxRejected }: ImportOptions): FileFault | undefined => {
  const counted = rows - ignored;
  if (!exceedsMaxRejected(maxRejected, rejected, counted)) return undefined;
  const what = `${rejected} of ${counted} rows are rejected, more than max-rejected allows, so nothing of the file was sent.`;
  return fileFault('max_rejected_exceeded', what);
};

const changedFault = fileFault(
  'changed_while_reading',
  'The mapping file or the importer changed while this file was being imported, so its rows no longer mean the same.',
);

const registerGone = fileFault(
  'register_gone',
  `What earlier imports sent is not known any more: ${registerKey} lacks imports that were in it. Nothing was sent, since their leads would have been sent again.`,
);

/** Asks earlier imports for the leads of a file; why that says nothing, where it does not. */
const memoryFault = async (
  task: Import,
  { leads }: Survey,
  dependencies: ParserDependencies,
): Promise<FileFault | undefined> => {
  try {
    const asked = await askEarlierImports(task, leads, dependencies);
    if (asked === 'asked') return undefined;
    return asked === 'changed' ? changedFault : registerGone;
  } catch (error) {
    if (!(error instanceof DamagedState)) throw error;
    const what = `What earlier imports sent cannot be read: ${error.message}. Nothing was sent, since their leads could have been sent again.`;
    return fileFault('memory_damaged', what);
  }
};

/** A file that was read to its end, and what was decided about it. */
interface Decided {
  readonly spool: Spool;
  readonly mapping: FoundMapping;
  readonly survey: Survey;
  readonly refusal: FileFault | undefined;
}

/** Stages all rows of a file, and says in the manifest which batches are to be released. */
const stage = async (
  task: Import,
  { spool, mapping, survey, refusal }: Decided,
  dependencies: ParserDependencies,
): Promise<Manifest> => {
  const { importId, options } = task;
  const { store, chance } = dependencies;
  const run = chance.token();
  const naming = { header: headerName(survey.plan.header, documentsColumn), folder: options.documentsFolder ?? '' };
  const head: BatchHead = {
    version: stateVersion,
    importId,
    run,
    enforceMandatories: options.enforceMandatories,
    documentsHeader: naming.header,
    documentsFolder: naming.folder,
    giveUpAfterMs: options.giveUpAfterMs,
    latestEndAt: isoTime(dependencies.clock.now() + limits.maxWaitMs),
    reference: options.reference,
  };
  const { plan: rows, leads } = survey;
  const plan = {
    rows,
    leads,
    options,
    refused: refusal !== undefined,
    earlierRows: new EarlierRows(store),
    naming,
    documentNames: new DocumentNames(store, naming),
    attachedBefore: new AttachedBefore(store, naming),
  };
  const staged = await stageBatches(spool.groups(), head, plan, dependencies);
  if (options.mode === 'import' && refusal === undefined) await claimLeads(importId, run, leads, dependencies);
  return stagedManifest(task, { run, mapping, survey, staged, refusal }, dependencies);
};

/** What is wrong with a file beside its mapping. Which columns it lacks, only a mapping that says what each means can tell. */
const withWrongMapping = (survey: Survey | RefusedSurvey, { fault, rest }: WrongMapping): RefusedSurvey => {
  if (survey.kind === 'survey') return { kind: 'refused', faults: [fault], format: survey.format };
  const { faults, columns, asked, ...others } = survey;
  return rest === undefined
    ? { ...others, faults: [fault, ...faults.filter(({ code }) => code !== 'missing_column')] }
    : { ...others, columns, asked, faults: [fault, ...faults] };
};

/** A file on its way through the parser. */
interface Begun {
  readonly begun: Import;
  readonly file: InputFile;
  readonly spool: Spool;
}

/** Reads a file and decides about it, step by step; each step may refuse it. */
const decide = async ({ begun, file, spool }: Begun, dependencies: ParserDependencies): Promise<Manifest> => {
  const { store } = dependencies;
  const { upload } = begun;
  const sized = { ...begun, sizeBytes: file.sizeBytes };
  const options = optionsOf(file, begun.options);
  if ('kind' in options) return refusedManifest(sized, { faults: [options] }, dependencies);
  const task: Import = { ...sized, options, given: file.metadata };
  const { enforceMandatories, mapping: named, sheet } = options;
  const { table } = file;
  const found = await mappingOf(store, { sourceKey: upload.key, table, named, sheet, enforceMandatories });
  const mapping = found.kind === 'wrong' ? (found.rest ?? noMapping) : found.mapping;
  const context: SurveyContext = {
    mapping,
    header: headerRules(mapping, enforceMandatories),
    encoding: options.encoding ?? mapping.encoding,
    optionEncoding: options.encoding,
    sheet,
    sendsHidden: options.hidden === 'send',
    enforceMandatories,
    today: upload.eventTime.slice(0, 10),
  };
  const survey = await surveyFile(table, context, spool);
  if (found.kind === 'wrong') return refusedManifest(task, withWrongMapping(survey, found), dependencies);
  if (survey.kind === 'refused') return refusedManifest(task, survey, dependencies);
  const refusal = refusalOf(survey, options);
  if (refusal !== undefined) return stage(task, { spool, mapping: found, survey, refusal }, dependencies);
  const refused = await memoryFault(task, survey, dependencies);
  if (refused !== undefined) return refusedManifest(task, { faults: [refused] }, dependencies);
  return stage(task, { spool, mapping: found, survey, refusal }, dependencies);
};

const decideAbout = async (begun: Import, dependencies: ParserDependencies): Promise<Manifest> => {
  const file = await openInputFile(dependencies.store, begun.upload);
  if (file.kind === 'fault') return refusedManifest(begun, { faults: [file] }, dependencies);
  const spool = new Spool();
  try {
    return await decide({ begun, file, spool }, dependencies);
  } finally {
    spool.close();
    file.table.close();
  }
};

/**
 * Imports one upload: reads it to its end, finds duplicates, stages its rows as batches, and only then releases them.
 * Running it twice, or twice at once, comes to one manifest and to the same batches released.
 */
export const importFile = async (upload: CreatedObject, dependencies: ParserDependencies): Promise<void> => {
  const { store, log } = dependencies;
  const task = await importOf(upload, dependencies);
  if (task === undefined) return;
  const { importId } = task;
  const known = await readManifest(store, importId);
  if (known === undefined) await noteReading(task, dependencies);
  const manifest = known ?? (await writeManifestOnce(store, await decideAbout(task, dependencies)));
  const [refused] = manifest.faults;
  if (refused === undefined)
    log('import_staged', { importId, rows: manifest.rows, batches: manifest.pages.flat().length });
  else log('import_refused', { importId, code: refused.code, line: refused.line ?? undefined });
  await releaseBatches(manifest, dependencies);
  await noteStaged(manifest, dependencies);
};

/**
 * Ends an import whose attempts all failed. It gets a report that says so, and nothing of it is sent; if it had been
 * staged before, its batches are released.
 */
export const abandonImport = async (upload: CreatedObject, dependencies: ParserDependencies): Promise<void> => {
  const { store, log } = dependencies;
  const task = await importOf(upload, dependencies);
  if (task === undefined) return;
  const { importId } = task;
  const fault = fileFault('importer_failed', 'The importer could not read this file after several attempts.');
  const manifest = await writeManifestOnce(store, refusedManifest(task, { faults: [fault] }, dependencies));
  // Where a manifest was there already, only its release had failed: that is made up for, and nothing is abandoned.
  if (manifest.faults[0]?.code === fault.code) log('import_abandoned', { importId, code: fault.code });
  await releaseBatches(manifest, dependencies);
};
