import type { CreatedObject } from '../../shared/bucket/s3-event.ts';
import { stateVersion } from '../../shared/bucket/stored-json.ts';
import { isoTime } from '../../shared/clock.ts';
import type { HeaderPlan } from '../../shared/header/header.ts';
import type { ImportOptions } from '../../shared/import-options.ts';
import { canonicalColumns } from '../../shared/lead/lead.ts';
import { type Manifest, packReleased } from '../../shared/state/manifest.ts';
import type { OpenWarning } from '../../shared/table/table.ts';
import type { FileFault, fileWarningCatalogue } from '../../shared/words/file-fault.ts';
import { foldedName } from '../../shared/words/folded-name.ts';
import { lettersOf } from '../../shared/workbook/cell-place.ts';
import type { ParserDependencies } from './dependencies.ts';
import type { FoundMapping } from './mapping-of.ts';
import { keptCells } from './row/kept-cells.ts';
import type { StagedBatches } from './stage-batches.ts';
import type { RefusedSurvey, Survey } from './survey.ts';

/** One import on its way through the parser. */
export interface Import {
  readonly importId: string;
  readonly upload: CreatedObject;
  readonly options: ImportOptions;
  /** Those of them that the upload itself names, as it does; none while they have not been understood. */
  readonly given: Readonly<Record<string, string>>;
  /** 0 while the file has not been looked at. */
  readonly sizeBytes: number;
}

const noColumns: Manifest['columns'] = { mapped: {}, ignored: [], keptOut: [], sent: [], guesses: {} };

/** What the manifests of staged and refused files have in common. */
const emptyManifest = (
  { importId, upload, options, given, sizeBytes }: Import,
  run: string,
  { clock }: ParserDependencies,
): Manifest => ({
  version: stateVersion,
  importId,
  run,
  source: {
    bucket: upload.bucket,
    key: upload.key,
    versionId: upload.versionId ?? null,
    bytes: sizeBytes,
    format: null,
  },
  mode: options.mode,
  startedAt: isoTime(Date.parse(upload.eventTime)),
  stagedAt: isoTime(clock.now()),
  giveUpAt: isoTime(Date.parse(upload.eventTime) + options.giveUpAfterMs),
  header: [],
  headerQuoted: [],
  columns: noColumns,
  notSent: [],
  mapping: null,
  asked: null,
  options: { ...given },
  rows: 0,
  pages: [],
  released: '',
  ended: {},
  warnings: [],
  faults: [],
});

/** What was noticed while the file was opened; in place of a column the names that it is about. */
const openWarning = ({ code, about }: OpenWarning): Manifest['warnings'][number] => ({
  code,
  column: about,
  lines: [],
});

const storedFault = ({ kind, code, what, tip, line, sheets }: FileFault): Manifest['faults'][number] => ({
  kind,
  code,
  what,
  tip,
  line,
  ...(sheets !== undefined && { sheets: [...sheets] }),
});

/** The manifest of a file of which nothing is staged; its format where that was found. */
export const refusedManifest = (
  task: Import,
  { faults, format, columns = noColumns, warnings = [], asked }: Omit<RefusedSurvey, 'kind'>,
  dependencies: ParserDependencies,
): Manifest => {
  const empty = emptyManifest(task, dependencies.chance.token(), dependencies);
  return {
    ...empty,
    source: { ...empty.source, format: format ?? null },
    columns: {
      mapped: { ...columns.mapped },
      ignored: [...columns.ignored],
      keptOut: [],
      sent: [],
      guesses: { ...columns.guesses },
    },
    asked: asked ?? null,
    warnings: warnings.map(openWarning),
    faults: faults.map(storedFault),
  };
};

/** What names the unit of a number of repayments otherwise. */
const otherUnit = /month|year|yr|term/i;

const installments = 'loan.installments';

/** Whether the column of repayments may hold a term, and no mapping file has said what it holds. */
const isUnitDoubted = ({ plan: { header, mapping } }: Survey): boolean => {
  const name = header.names.get(installments) ?? '';
  return otherUnit.test(name) && !mapping.columns.some(([mapped]) => foldedName(mapped) === foldedName(name));
};

const fileWarnings = (survey: Survey): Manifest['warnings'] => {
  const { format, rows, headerLine, linesAbove, plan, warnings } = survey;
  const { encoding } = format;
  const { several } = plan.header;
  const codes: (keyof typeof fileWarningCatalogue | false)[] = [
    encoding.name === 'windows-1252' && 'read_as_windows_1252',
    encoding.name === 'macintosh' && 'read_as_macintosh',
    linesAbove.length > 0 && 'lines_above_header',
    rows === 0 && 'no_rows',
  ];
  return [
    ...codes
      .filter((code) => code !== false)
      .map((code) => ({ code, column: '', lines: code === 'lines_above_header' ? [...linesAbove] : [] })),
    ...warnings.map(openWarning),
    ...several.map((column) => ({ code: 'several_columns', column, lines: [headerLine] })),
    ...(isUnitDoubted(survey) ? [{ code: 'months_or_years', column: installments, lines: [headerLine] }] : []),
  ];
};

/** What each header of the file was taken for; one that is taken apart for both of its columns. */
const mappedHeaders = ({ titles, sources }: HeaderPlan): Record<string, string> => {
  const mapped = new Map<string, string>();
  for (const [column, all] of sources) {
    for (const { position } of all) {
      const title = titles[position]?.trim() ?? '';
      const others = mapped.get(title);
      mapped.set(title, others === undefined ? column : `${others} + ${column}`);
    }
  }
  return Object.fromEntries(mapped);
};

/** A file whose rows are staged. */
export interface StagedFile {
  readonly mapping: Pick<FoundMapping, 'source' | 'warnings'>;
  readonly run: string;
  readonly survey: Survey;
  readonly staged: StagedBatches;
  /** Why none of its good rows are sent, where that is so. */
  readonly refusal: FileFault | undefined;
}

export const stagedManifest = (
  task: Import,
  { run, mapping, survey, staged: { pages, released, ended }, refusal }: StagedFile,
  dependencies: ParserDependencies,
): Manifest => {
  const empty = emptyManifest(task, run, dependencies);
  const { plan, format, rows } = survey;
  const header = keptCells(survey.header, plan);
  const titleOf = (position: number): string => plan.header.titles[position] ?? '';
  return {
    ...empty,
    source: { ...empty.source, format },
    header: [...header.cells],
    headerQuoted: [...header.quoted],
    columns: {
      mapped: mappedHeaders(plan.header),
      ignored: plan.header.ignored.map(titleOf),
      keptOut: plan.header.keptOut.map(titleOf),
      sent: canonicalColumns.filter((column) => plan.header.sources.has(column) || plan.mapping.constants.has(column)),
      guesses: {},
    },
    notSent: survey.notSent.map(({ position, filled }) => ({
      header: titleOf(position).trim() === '' ? `(column ${lettersOf(position)})` : titleOf(position),
      filled,
    })),
    mapping: mapping.source,
    asked: survey.asked ?? null,
    rows,
    pages,
    released: packReleased(released),
    ended,
    warnings: [...fileWarnings(survey), ...mapping.warnings],
    faults: refusal === undefined ? [] : [storedFault(refusal)],
  };
};
