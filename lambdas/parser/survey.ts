import type { Encoding } from '../../shared/csv/encoding.ts';
import {
  type CsvFile,
  type CsvFormat,
  type HeaderRules,
  type KnownFormat,
  type OpenCsv,
  readCsv,
} from '../../shared/csv/open.ts';
import type { Cells, CsvRecord } from '../../shared/csv/records.ts';
import { knownColumnOf } from '../../shared/header/column-name.ts';
import { matchHeader, type SeenHeader } from '../../shared/header/header.ts';
import type { Mapping } from '../../shared/header/mapping.ts';
import { limits } from '../../shared/limits.ts';
import { shown } from '../../shared/words/escaping.ts';
import { type FileFault, fileFault } from '../../shared/words/file-fault.ts';
import { FingerprintTable } from './fingerprint-table.ts';
import { FileEvidence, type FileFacts, plainFacts } from './row/file-facts.ts';
import { keptCells } from './row/kept-cells.ts';
import { type RowReading, readRecord } from './row/row.ts';
import { type RowPlan, valuesOf } from './row/row-plan.ts';
import { constantFault } from './row/row-values.ts';
import { rowShape, withTornRows } from './row/torn-rows.ts';
import type { Spool } from './spool.ts';
import { understand } from './spooled-row.ts';

/** What reading the whole file found. Nothing has been written for it yet. */
export interface Survey {
  readonly kind: 'survey';
  readonly format: CsvFormat;
  readonly header: Cells;
  /** Lines with content above the header. */
  readonly linesAbove: readonly number[];
  readonly plan: RowPlan;
  readonly rows: number;
  readonly rejected: number;
  readonly leads: FingerprintTable;
}

/** A file that is refused; its format, and what its header was taken for, where that was found before. */
export type RefusedSurvey = FileFault & { readonly format?: CsvFormat; readonly columns?: SeenHeader };

/** What the survey depends on beside the file. */
export interface SurveyContext {
  readonly mapping: Mapping;
  readonly header: HeaderRules;
  /** What somebody has said of the file's encoding. */
  readonly encoding: Encoding['name'] | undefined;
  readonly enforceMandatories: boolean;
  /** `YYYY-MM-DD` of the upload, so that a second reading of the file agrees with the first. */
  readonly today: string;
}

const planFor = (
  { header, headerLine, format }: OpenCsv,
  { mapping, enforceMandatories, today }: SurveyContext,
  facts: FileFacts,
): { readonly kind: 'plan'; readonly plan: RowPlan } | RefusedSurvey => {
  const matched = matchHeader(header.cells, mapping, enforceMandatories);
  if ('fault' in matched) {
    const { code, what, seen } = matched.fault;
    return { ...fileFault(code, what, headerLine), ...(seen !== undefined && { columns: seen }) };
  }
  const plan: RowPlan = {
    header: matched.plan,
    format: { delimiter: format.dialect.delimiter, encoding: format.encoding.name },
    mapping,
    values: valuesOf(mapping),
    enforceMandatories,
    rules: { dates: mapping.dates, today, isContradicted: facts.dateOrders.some((order) => order !== mapping.dates) },
    facts,
  };
  for (const column of mapping.constants.keys()) {
    const fault = constantFault(plan, column);
    if (fault !== undefined)
      return fileFault('invalid_mapping', `The constant for ${column} in the mapping file cannot be used: ${fault}.`);
  }
  return { kind: 'plan', plan };
};

/** Names by which a line that is no row is known as the header of another table. */
const leastNames = 3;

/** Whether a row that cannot be read is a header of its own: two files were made one, or a second table begins. */
const isOtherHeader = (cells: readonly string[], { header }: SurveyContext): boolean => {
  if (cells.some((cell) => /[@\d]/.test(cell))) return false;
  const names = cells.filter((cell) => knownColumnOf(cell) !== undefined).length;
  return (
    header.isHeader(cells) || (names >= leastNames && names * 2 > cells.filter((cell) => cell.trim() !== '').length)
  );
};

/** Every row of a file by what is known of the file so far, and what the rows together say of it. */
const readAll = async (
  csv: OpenCsv,
  context: SurveyContext,
  { facts, spool }: { readonly facts: FileFacts; readonly spool: Spool },
): Promise<{ readonly kind: 'read'; readonly survey: Survey; readonly facts: FileFacts } | RefusedSurvey> => {
  const { format, header, headerLine, linesAbove } = csv;
  const planned = planFor(csv, context, facts);
  if (planned.kind === 'fault') {
    await csv.close();
    return { ...planned, format };
  }
  const { plan } = planned;
  const leads = new FingerprintTable();
  const evidence = new FileEvidence(plan.header);
  let rows = 0;
  let rejected = 0;
  const readOne = (record: CsvRecord): RowReading['kind'] => {
    const { line, cells } = record;
    const reading = readRecord(record, plan);
    if (reading.kind !== 'no_lead') evidence.add(cells);
    if (reading.kind === 'rejected') rejected += 1;
    const row = understand(line, keptCells(record, plan), reading);
    if (row.kind === 'unsent')
      leads.add({ lead: row.fingerprint, visible: row.visibleFingerprint, core: row.coreFingerprint }, line);
    spool.add(row);
    return reading.kind;
  };
  for await (const group of withTornRows(csv.groups, rowShape(plan.header))) {
    for (const record of group) {
      if (record.kind === 'fault') return { ...record, format };
      rows += 1;
      if (rows > limits.maxRows)
        return { ...fileFault('too_many_rows', `The file has more than ${limits.maxRows} rows.`, record.line), format };
      if (readOne(record) === 'rejected' && isOtherHeader(record.cells, context)) {
        const what = `Line ${record.line} is another header than the one on line ${headerLine}: its columns are others, or in another order.`;
        return { ...fileFault('second_header', what, record.line), format };
      }
    }
  }
  const undivided = evidence.otherDelimiter;
  if (undivided !== undefined) {
    const what = `The rows are separated by ${undivided} and the header on line ${headerLine} by ${format.dialect.delimiter === '\t' ? 'a tab' : format.dialect.delimiter}.`;
    return { ...fileFault('unknown_delimiter', what, headerLine), format };
  }
  const shifted = evidence.shiftedBy;
  if (shifted !== undefined) {
    const what = `Every row has ${shifted.cells} cells and the header ${header.cells.length} names, of which ${shown(shifted.name.trim())} is not known.`;
    return { ...fileFault('shifted_columns', what, headerLine), format };
  }
  const survey: Survey = {
    kind: 'survey',
    format,
    header,
    linesAbove,
    plan,
    rows,
    rejected,
    leads,
  };
  return { kind: 'read', survey, facts: evidence.facts };
};

const isSame = (one: FileFacts, other: FileFacts): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Reads the file to its end before anything is decided: its format, its header, every row. What only the whole file shows,
 * such as whether short rows are its habit, is known after a reading: where that changes how rows are read, it is read again.
 * @param spool keeps the rows as they were understood
 */
export const surveyFile = async (
  file: CsvFile,
  context: SurveyContext,
  spool: Spool,
): Promise<Survey | RefusedSurvey> => {
  const { encoding: name } = context;
  const known: KnownFormat = {
    header: context.header,
    ...(name !== undefined && { encoding: { name, mark: false }, isTold: true }),
  };
  let facts = plainFacts;
  for (;;) {
    const reading = { facts, spool };
    const read = await readCsv(
      file,
      (csv) => {
        spool.clear();
        return readAll(csv, context, reading);
      },
      known,
    );
    if (read.kind === 'fault') return read;
    if (isSame(read.facts, facts)) return read.survey;
    ({ facts } = read);
  }
};
