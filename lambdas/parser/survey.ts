import type { Encoding } from '../../shared/csv/encoding.ts';
import { askMapping } from '../../shared/header/ask-mapping.ts';
import { knownColumnOf } from '../../shared/header/column-name.ts';
import { matchHeader, type SeenHeader } from '../../shared/header/header.ts';
import type { Mapping } from '../../shared/header/mapping.ts';
import type { MappingSheets } from '../../shared/header/mapping-sheets.ts';
import { cellReaders } from '../../shared/lead/lead.ts';
import { type CellRules, isRead, Refusal } from '../../shared/lead/refusal.ts';
import { limits } from '../../shared/limits.ts';
import type {
  Cells,
  HeaderRules,
  KnownFormat,
  OpenTable,
  RecordGroup,
  TableFormat,
  TableRecord,
} from '../../shared/table/table.ts';
import type { TableFile } from '../../shared/table/table-file.ts';
import { placesAtBegin } from '../../shared/words/counted.ts';
import { shown } from '../../shared/words/escaping.ts';
import { type FileFault, fileFault } from '../../shared/words/file-fault.ts';
import { FingerprintTable } from './fingerprint-table.ts';
import { ColumnSample } from './row/column-sample.ts';
import { FileEvidence, type FileFacts, plainFacts } from './row/file-facts.ts';
import { keptCells } from './row/kept-cells.ts';
import { readRecord } from './row/row.ts';
import { type RowPlan, valuesOf } from './row/row-plan.ts';
import type { RowReading } from './row/row-reading.ts';
import { constantFault } from './row/row-values.ts';
import { rowShape, withTornRows } from './row/torn-rows.ts';
import type { Spool } from './spool.ts';
import { understand } from './spooled-row.ts';

/** What reading the whole file found. Nothing has been written for it yet. */
export interface Survey {
  readonly kind: 'survey';
  readonly format: TableFormat;
  readonly header: Cells;
  /** Lines with content above the header. */
  readonly linesAbove: readonly number[];
  readonly warnings: OpenTable['warnings'];
  readonly plan: RowPlan;
  readonly rows: number;
  readonly rejected: number;
  readonly leads: FingerprintTable;
  /** Positions that are not sent, and in how many rows each is filled in; none that is empty throughout. */
  readonly notSent: readonly { readonly position: number; readonly filled: number }[];
  /** What somebody has to say of its columns and texts; absent where nothing is to be said. */
  readonly asked?: MappingSheets | undefined;
}

/** A file that is refused, with all that was found against it; its format, and what its header was taken for, where that was found. */
export interface RefusedSurvey {
  readonly kind: 'refused';
  readonly faults: readonly FileFault[];
  readonly format?: TableFormat;
  readonly columns?: SeenHeader;
  readonly warnings?: OpenTable['warnings'];
  readonly asked?: MappingSheets | undefined;
}

/** What the survey depends on beside the file. */
export interface SurveyContext {
  readonly mapping: Mapping;
  readonly header: HeaderRules;
  /** What somebody has said of the file's encoding. */
  readonly encoding: Encoding['name'] | undefined;
  /** What an option has said of it: nothing can be said of a workbook's. */
  readonly optionEncoding: Encoding['name'] | undefined;
  /** The sheet of a workbook that somebody has named. */
  readonly sheet: string | undefined;
  /** Whether hidden rows of a workbook are sent. */
  readonly sendsHidden: boolean;
  readonly enforceMandatories: boolean;
  /** `YYYY-MM-DD` of the upload, so that a second reading of the file agrees with the first. */
  readonly today: string;
}

/** Cells with an empty one at every place up to a width. */
const withPlaces = (cells: readonly string[], width: number): readonly string[] =>
  cells.length >= width ? cells : [...cells, ...Array.from({ length: width - cells.length }, () => '')];

interface Planned {
  /** Absent where the header cannot be used. */
  readonly plan?: RowPlan;
  readonly columns?: SeenHeader;
  readonly faults: FileFault[];
}

const constantFaults = (mapping: Mapping, rules: CellRules): FileFault[] =>
  [...mapping.constants.keys()].flatMap((column) => {
    const fault = constantFault(mapping, rules, column);
    const what = `The constant for ${column} in the mapping file cannot be used: ${fault}.`;
    return fault === undefined ? [] : [fileFault('invalid_mapping', what)];
  });

/** Values of the mapping file that lumi would not take; an empty one says nothing. */
const valueFaults = ({ values }: Mapping, rules: CellRules): FileFault[] =>
  values.flatMap(([column, texts]) =>
    texts.flatMap(([text, value]) => {
      const read = String(value).trim() === '' ? undefined : cellReaders.get(column)?.(String(value), rules);
      if (!(read instanceof Refusal)) return [];
      const what = `The value for ${shown(text)} of ${column} in the mapping file cannot be used: ${read.expected}.`;
      return [fileFault('invalid_mapping', what)];
    }),
  );

/** A header with a place for each column that has content and no name. */
const widened = ({ cells, quoted }: Cells, { width }: FileFacts): Cells => ({
  cells: withPlaces(cells, width),
  quoted,
});

const planFor = (
  { header, headerLine, format, tableEnd }: OpenTable,
  { mapping, enforceMandatories, today, sendsHidden }: SurveyContext,
  facts: FileFacts,
  fits?: (column: string, position: number) => boolean,
): Planned => {
  const rules = {
    dates: mapping.dates,
    today,
    isContradicted: facts.dateOrders.some((order) => order !== mapping.dates),
  };
  const faults = [...valueFaults(mapping, rules), ...constantFaults(mapping, rules)];
  const matched = matchHeader(widened(header, facts).cells, mapping, enforceMandatories, fits);
  if ('fault' in matched) {
    const { seen, others = [] } = matched.fault;
    const ofHeader = [matched.fault, ...others].map(({ code, what }) => fileFault(code, what, headerLine));
    return { faults: [...ofHeader, ...faults], ...(seen !== undefined && { columns: seen }) };
  }
  const plan: RowPlan = {
    header: matched.plan,
    format: {
      delimiter: format.dialect.delimiter,
      encoding: format.encoding.name,
      isSheet: format.sheet !== undefined,
    },
    mapping,
    values: valuesOf(mapping),
    enforceMandatories,
    rules,
    facts,
    sendsHidden,
    tableEnd,
  };
  return { plan, faults };
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

/** Rows by which a proposal for an unknown name is checked. */
const sampledRows = 200;

/** Whether most of what stands at a position reads as a column. */
const fitOf =
  (sample: readonly (readonly string[])[], rules: CellRules) =>
  (column: string, position: number): boolean => {
    const texts = sample.map((cells) => cells[position]?.trim() ?? '').filter((text) => text !== '');
    const good = texts.filter((text) => isRead(cellReaders.get(column)?.(text, rules)));
    return texts.length > 0 && good.length * 5 >= texts.length * 4;
  };

/** What the rows of a file say together. */
class Reading {
  readonly #plan: RowPlan;
  readonly #spool: Spool;
  readonly leads = new FingerprintTable();
  readonly evidence: FileEvidence;
  readonly sample: ColumnSample;
  rejected = 0;

  constructor(plan: RowPlan, spool: Spool) {
    this.#plan = plan;
    this.#spool = spool;
    this.evidence = new FileEvidence(plan.header, plan.format.isSheet);
    this.sample = new ColumnSample(plan.header.titles, plan.header.columns);
  }

  add(record: TableRecord): RowReading['kind'] {
    const { line, cells } = record;
    const plan = this.#plan;
    const reading = readRecord(record, plan);
    if (reading.kind !== 'no_lead') {
      this.evidence.add(cells);
      this.sample.add(cells);
    }
    if (reading.kind === 'rejected') this.rejected += 1;
    const kept = plan.format.isSheet ? { ...record, cells: withPlaces(cells, plan.header.titles.length) } : record;
    const row = understand(line, keptCells(kept, plan), reading);
    if (row.kind === 'unsent')
      this.leads.add({ lead: row.fingerprint, visible: row.visibleFingerprint, core: row.coreFingerprint }, line);
    this.#spool.add(row);
    return reading.kind;
  }

  get notSent(): Survey['notSent'] {
    const { ignored, columns, titles, kept } = this.#plan.header;
    const nameless = kept.filter((position) => columns[position] === undefined && titles[position]?.trim() === '');
    return [...ignored, ...nameless].flatMap((position) => {
      const filled = this.sample.filled[position] ?? 0;
      return filled === 0 ? [] : [{ position, filled }];
    });
  }
}

/** What somebody has to say of a file: asked where the importer says most of it by itself. */
const askOf = ({ columns, filled }: ColumnSample, context: SurveyContext): MappingSheets | undefined => {
  const { mapping, enforceMandatories, today } = context;
  return askMapping({ columns, filled, mapping, enforceMandatories, rules: { dates: mapping.dates, today } });
};

/** What only all rows together show against a file. */
const faultsOfAll = ({ evidence }: Reading, { format, headerLine, header }: OpenTable): FileFault[] => {
  const { otherDelimiter: undivided, shiftedBy: shifted } = evidence;
  const { delimiter } = format.dialect;
  const quoted = 'Each row stands in quotes as a whole, so it is one cell, and the header does not.';
  const separators = `The rows are separated by ${undivided} and the header on line ${headerLine} by ${delimiter === '\t' ? 'a tab' : delimiter}.`;
  return [
    ...(undivided === undefined
      ? []
      : [fileFault('unknown_delimiter', undivided === delimiter ? quoted : separators, headerLine)]),
    ...(shifted === undefined
      ? []
      : [
          fileFault(
            'shifted_columns',
            `Every row has ${shifted.cells} cells and the header ${header.cells.length} names, of which ${shown(shifted.name.trim())} is not known.`,
            headerLine,
          ),
        ]),
  ];
};

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
  const planned = planFor(csv, context, facts);
  const { plan, faults } = planned;
  const sample: string[][] = [];
  const seen = plan === undefined ? new ColumnSample(header.cells) : undefined;
  const reading = plan === undefined ? undefined : new Reading(plan, spool);
  let rows = 0;
  const faultOf = (record: TableRecord): FileFault | undefined => {
    rows += 1;
    if (rows > limits.maxRows)
      return fileFault('too_many_rows', `The file has more than ${limits.maxRows} rows.`, record.line);
    seen?.add(record.cells);
    if (reading === undefined && sample.length < sampledRows) sample.push([...record.cells]);
    if (reading === undefined || faults.length > 0) return undefined;
    if (reading.add(record) !== 'rejected' || !isOtherHeader(record.cells, context)) return undefined;
    const word = format.sheet === undefined ? 'line' : 'row';
    const what = `${placesAtBegin(word, [record.line])} is another header than the one on ${word} ${headerLine}: its columns are others, or in another order.`;
    return fileFault('second_header', what, record.line);
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
  const groups =
    plan === undefined || plan.format.isSheet ? csv.groups : withTornRows(csv.groups, rowShape(plan.header));
  for await (const group of groups) if (!addGroup(group)) break;
  if (reading !== undefined && faults.length === 0) faults.push(...faultsOfAll(reading, csv));
  if (plan === undefined || reading === undefined) {
    const { dates } = context.mapping;
    const { columns, faults: ofHeader } = planFor(csv, context, facts, fitOf(sample, { dates, today: context.today }));
    const all = [...ofHeader, ...faults.slice(ofHeader.length)];
    const asked = seen === undefined ? undefined : askOf(seen, context);
    return { kind: 'refused', faults: all, format, warnings, ...(columns !== undefined && { columns }), asked };
  }
  if (faults.length > 0) return { kind: 'refused', faults, format, warnings };
  const { leads, rejected, notSent, evidence } = reading;
  const widest = widened(header, facts);
  const survey: Survey = {
    kind: 'survey',
    format,
    header: widest,
    linesAbove,
    warnings,
    plan,
    rows,
    rejected,
    leads,
    notSent,
  };
  const merges = rejected > 0 ? csv.merges.filter(({ bottom }) => bottom > headerLine) : [];
  const found = { ...evidence.facts, width: Math.max(evidence.facts.width, facts.width), merges };
  return {
    kind: 'read',
    survey,
    facts: withEffect(found, plan),
    sample: reading.sample,
  };
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
