import { askMapping, decidedIn } from '../../shared/header/ask-mapping.ts';
import type { SeenHeader } from '../../shared/header/header.ts';
import type { MappingSheets } from '../../shared/header/mapping-sheets.ts';
import { columnsOf } from '../../shared/header/mapping-words.ts';
import { type Guesses, maskedName } from '../../shared/header/missing-column.ts';
import { proposeMapping } from '../../shared/header/propose-mapping.ts';
import { limits } from '../../shared/limits.ts';
import type { TableFile } from '../../shared/table/open-by-kind.ts';
import type { Cells, KnownFormat, OpenTable, RecordGroup, TableFormat, TableRecord } from '../../shared/table/table.ts';
import { type FileFault, fileFault } from '../../shared/words/file-fault.ts';
import { planFor, type SurveyContext, widened } from './file-plan.ts';
import { FileReading, faultsOfAll, isOtherHeader, type NotSent, otherHeaderFault } from './file-reading.ts';
import type { FingerprintTable } from './fingerprint-table.ts';
import type { ColumnSample } from './row/column-sample.ts';
import { CoveredCells } from './row/covered-cells.ts';
import { type FileFacts, plainFacts } from './row/file-facts.ts';
import type { RowPlan } from './row/row-plan.ts';
import { rowShape, withTornRows } from './row/torn-rows.ts';
import type { Spool } from './spool.ts';

/** What reading the whole file found. Nothing has been written for it yet. */
export interface Survey {
  readonly kind: 'survey';
  readonly format: TableFormat;
  readonly header: Cells;
  readonly headerLine: number;
  /** Lines with content above the header. */
  readonly linesAbove: readonly number[];
  readonly warnings: OpenTable['warnings'];
  readonly plan: RowPlan;
  readonly rows: number;
  readonly rejected: number;
  /** Rows that are no leads: totals, remarks, headings. */
  readonly ignored: number;
  readonly leads: FingerprintTable;
  readonly notSent: NotSent;
  /** What somebody has to say of its columns and texts; absent where nothing is to be said. */
  readonly asked?: MappingSheets | undefined;
}

/** A file that is refused, with all that was found against it; its format, and what its header was taken for, where that was found. */
export interface RefusedSurvey {
  readonly kind: 'refused';
  readonly faults: readonly FileFault[];
  readonly format?: TableFormat;
  readonly columns?: SeenHeader | undefined;
  readonly warnings?: OpenTable['warnings'];
  readonly asked?: MappingSheets | undefined;
}

/** What somebody has to say of a file: asked where the importer says most of it by itself. */
const askOf = ({ columns, filled }: ColumnSample, context: SurveyContext): MappingSheets | undefined => {
  const { mapping, enforceMandatories, today } = context;
  return askMapping({ columns, filled, mapping, enforceMandatories, rules: { dates: mapping.dates, today } });
};

/** What the columns of a file may be, as `map` would propose it; a name that may be a value is not repeated. */
const guessesFrom = ({ columns }: ColumnSample, { mapping, today }: SurveyContext): Guesses => {
  const proposed = proposeMapping(columns, decidedIn(mapping), { dates: mapping.dates, today }).columns;
  return new Map(
    proposed
      .filter(({ title, certainty }) => certainty !== 'known' && maskedName(title) === title)
      .flatMap(({ title, meaning }) => columnsOf(meaning).map((column) => [column, title] as const)),
  );
};

/** Second headers that are told of one file: somebody who joined more files than that knows it by then. */
const toldFaults = 10;

/** Every row of a file by what is known of the file so far, and what the rows together say of it. A fault does not hide those behind it. */
const readAll = async (
  csv: OpenTable,
  context: SurveyContext,
  { facts, spool }: { readonly facts: FileFacts; readonly spool: Spool },
): Promise<
  | { readonly kind: 'read'; readonly survey: Survey; readonly facts: FileFacts; readonly sample: ColumnSample }
  | RefusedSurvey
> => {
  const { format, header, headerLine, linesAbove, warnings } = csv;
  const { plan, faults: ofPlan } = planFor(csv, context, facts);
  const reading = new FileReading(plan, spool);
  const faults: FileFault[] = [];
  const covered = new CoveredCells(facts.merges);
  const { isSheet } = plan.format;
  let rows = 0;
  const faultOf = (record: TableRecord): FileFault | undefined => {
    rows += 1;
    if (rows > limits.maxRows)
      return fileFault('too_many_rows', `The file has more than ${limits.maxRows} rows.`, record.line);
    const isRefused = ofPlan.length + faults.length > 0;
    const mayBeHeader = isRefused ? reading.note(record) : reading.add(covered.emptied(record)) === 'rejected';
    if (!mayBeHeader || faults.length >= toldFaults || !isOtherHeader(record.cells, context.header)) return undefined;
    return otherHeaderFault(record, csv, context.mapping);
  };
  /** Whether more can be read behind a group. */
  const addGroup = (group: RecordGroup): boolean => {
    for (const record of group) {
      const fault = record.kind === 'fault' ? record : faultOf(record);
      if (fault === undefined) continue;
      faults.push(fault);
      if (record.kind === 'fault' || fault.code === 'too_many_rows') return false;
    }
    return true;
  };
  const groups = isSheet ? csv.groups : withTornRows(csv.groups, rowShape(plan.header));
  for await (const group of groups) if (!addGroup(group)) break;
  faults.push(...faultsOfAll(reading, csv));
  if (ofPlan.length + faults.length > 0) {
    const { columns, faults: told } = planFor(csv, context, facts, guessesFrom(reading.sample, context));
    const all = [...told, ...faults];
    // What a damaged workbook shows besides is no fault of whoever wrote it.
    const damaged = all.filter(({ code }) => code === 'workbook_damaged');
    const asked = columns === undefined ? undefined : askOf(reading.sample, context);
    return { kind: 'refused', faults: damaged.length > 0 ? damaged : all, format, warnings, columns, asked };
  }
  const { leads, rejected, ignored, notSent, evidence, sample } = reading;
  const survey: Survey = {
    kind: 'survey',
    format,
    header: widened(header, facts),
    headerLine,
    linesAbove,
    warnings,
    plan,
    rows,
    rejected,
    ignored,
    leads,
    notSent,
  };
  const merges = csv.merges.filter(({ bottom }) => bottom > headerLine);
  const found = { ...evidence.facts, width: Math.max(evidence.facts.width, facts.width), merges };
  return { kind: 'read', survey, facts: withEffect(found, plan), sample };
};

/** Of the facts those that change how rows are read: a file is read again for nothing else, such as dates that are day first as they should be. */
const withEffect = (facts: FileFacts, { mapping, format }: RowPlan): FileFacts => ({
  ...facts,
  dateOrders: facts.dateOrders.filter((order) => order !== mapping.dates),
  brokenText: facts.brokenText && format.encoding === 'windows-1252',
});

/** A workbook says itself how its text is written. */
const refuseEncoding = async (csv: OpenTable): Promise<RefusedSurvey> => {
  await csv.close();
  const what = 'The option encoding is for a CSV: a workbook says itself how its text is written.';
  return { kind: 'refused', faults: [fileFault('invalid_option', what)], format: csv.format };
};

const isSame = (one: FileFacts, other: FileFacts): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Reads the file to its end before anything is decided: its format, its header, every row. What only the whole file shows,
 * such as whether short rows are its habit, is known after a reading: where that changes how rows are read, it is read again.
 * @param spool keeps the rows as they were understood
 */
export const surveyFile = async (
  file: TableFile,
  context: SurveyContext,
  spool: Spool,
): Promise<Survey | RefusedSurvey> => {
  const { encoding: name } = context;
  const known: KnownFormat = {
    header: context.header,
    sheet: context.sheet,
    ...(name !== undefined && { encoding: { name, mark: false }, isTold: true }),
  };
  let facts = plainFacts;
  for (;;) {
    const reading = { facts, spool };
    const read = await file.read((csv) => {
      if (csv.format.sheet !== undefined && context.optionEncoding !== undefined) return refuseEncoding(csv);
      spool.clear();
      return readAll(csv, context, reading);
    }, known);
    if (read.kind === 'fault') return { kind: 'refused', faults: [read] };
    if (read.kind === 'refused') return read;
    const { survey, sample } = read;
    // Where all columns are sent and no row is rejected, nobody has to say anything.
    const mayAsk = survey.rejected > 0 || survey.notSent.length > 0;
    if (isSame(read.facts, facts)) return { ...survey, asked: mayAsk ? askOf(sample, context) : undefined };
    ({ facts } = read);
  }
};
