import { knownColumnOf } from '../../shared/header/column-name.ts';
import { columnsNamed, isFilled } from '../../shared/header/header.ts';
import type { Mapping } from '../../shared/header/mapping.ts';
import { requiredColumns } from '../../shared/lead/lead.ts';
import { fingerprintOf } from '../../shared/memory/fingerprint.ts';
import type { HeaderRules, OpenTable, TableRecord } from '../../shared/table/table.ts';
import { placesAtBegin } from '../../shared/words/counted.ts';
import { shown } from '../../shared/words/escaping.ts';
import { type FileFault, fileFault } from '../../shared/words/file-fault.ts';
import type { Problem } from '../../shared/words/problem.ts';
import { withPlaces } from './file-plan.ts';
import { FingerprintTable } from './fingerprint-table.ts';
import { ColumnSample } from './row/column-sample.ts';
import { FileEvidence } from './row/file-facts.ts';
import { keptCells } from './row/kept-cells.ts';
import { noLeadOf } from './row/no-lead.ts';
import { type PlainRowReader, plainRowReader } from './row/plain-row.ts';
import { readRecord } from './row/row.ts';
import type { RowPlan } from './row/row-plan.ts';
import type { RowReading } from './row/row-reading.ts';
import { spokenDelimiter } from './row/undivided.ts';
import type { Spool } from './spool.ts';
import { understand } from './spooled-row.ts';

/** Positions that are not sent, and in how many rows each is filled in; none that is empty throughout. */
export type NotSent = readonly { readonly position: number; readonly filled: number }[];

/** Whether a row is a whole lead, and nothing is wrong with it but that it has fewer cells than the header. */
const isOnlyShort = (
  cells: readonly string[],
  problems: readonly Problem[],
  { header, mapping, enforceMandatories }: RowPlan,
): boolean =>
  problems.every(({ code }) => code === 'too_few_cells') &&
  requiredColumns(enforceMandatories).every(
    (column) => mapping.constants.has(column) || isFilled(header, cells, column),
  );

/** What the rows of a file say together. */
export class FileReading {
  readonly #plan: RowPlan;
  readonly #readPlain: PlainRowReader;
  readonly #spool: Spool;
  readonly leads = new FingerprintTable();
  readonly evidence: FileEvidence;
  readonly sample: ColumnSample;
  rejected = 0;
  ignored = 0;

  constructor(plan: RowPlan, spool: Spool) {
    this.#plan = plan;
    this.#readPlain = plainRowReader(plan);
    this.#spool = spool;
    this.evidence = new FileEvidence(plan.header, plan.format.isSheet);
    this.sample = new ColumnSample(plan.header.titles, plan.header.columns);
  }

  add(record: TableRecord): RowReading['kind'] {
    const { line, cells } = record;
    const plan = this.#plan;
    const reading = this.#readPlain(record) ?? readRecord(record, plan);
    if (reading.kind !== 'no_lead') {
      this.evidence.add(cells, reading.kind !== 'rejected' || isOnlyShort(cells, reading.problems, plan));
      this.sample.add(cells);
    }
    if (reading.kind === 'rejected') this.rejected += 1;
    if (reading.kind === 'no_lead') this.ignored += 1;
    const kept = plan.format.isSheet ? { ...record, cells: withPlaces(cells, plan.header.titles.length) } : record;
    const row = understand(line, keptCells(kept, plan), reading);
    if (row.kind === 'unsent')
      this.leads.add({ lead: row.fingerprint, visible: row.visibleFingerprint, core: row.coreFingerprint }, line);
    else if (reading.kind === 'documents_only' && reading.lead !== undefined)
      this.leads.addThere(fingerprintOf(reading.lead), line);
    this.#spool.add(row);
    return reading.kind;
  }

  /** Notes what a row of a file says that is refused already; whether it is a row. */
  note(record: TableRecord): boolean {
    if (noLeadOf(record, this.#plan) !== undefined) return false;
    this.evidence.add(record.cells, false);
    this.sample.add(record.cells);
    return true;
  }

  get notSent(): NotSent {
    const { ignored, columns, titles, kept } = this.#plan.header;
    const nameless = kept.filter((position) => columns[position] === undefined && titles[position]?.trim() === '');
    return [...ignored, ...nameless].flatMap((position) => {
      const filled = this.sample.filled[position] ?? 0;
      return filled === 0 ? [] : [{ position, filled }];
    });
  }
}

/** Names by which a line that is no row is known as the header of another table. */
const leastNames = 3;

/** Whether a row that cannot be read is a header of its own: two files were made one, or a second table begins. */
export const isOtherHeader = (cells: readonly string[], header: HeaderRules): boolean => {
  if (cells.some((cell) => /[@\d]/.test(cell))) return false;
  const names = cells.filter((cell) => knownColumnOf(cell) !== undefined).length;
  return (
    header.isHeader(cells) || (names >= leastNames && names * 2 > cells.filter((cell) => cell.trim() !== '').length)
  );
};

/** What is wrong with another header, by the columns that both name. */
export const otherHeaderFault = (
  { cells, line }: TableRecord,
  { header, headerLine, format }: OpenTable,
  mapping: Mapping,
): FileFault => {
  const word = format.sheet === undefined ? 'line' : 'row';
  const [these, those] = [columnsNamed(cells, mapping), columnsNamed(header.cells, mapping)];
  const isSame = these.size === those.size && [...these].every((column) => those.has(column));
  const how = isSame ? 'its columns are in another order' : 'its columns are others';
  const what = `${placesAtBegin(word, [line])} is another header than the one on ${word} ${headerLine}: ${how}.`;
  return fileFault('second_header', what, line);
};

/** What only all rows together show against a file. */
export const faultsOfAll = ({ evidence }: FileReading, { format, headerLine, header }: OpenTable): FileFault[] => {
  const { otherDelimiter: undivided, shiftedBy: shifted } = evidence;
  const { delimiter } = format.dialect;
  const quoted = 'Each row stands in quotes as a whole, so it is one cell, and the header does not.';
  const separators = `The rows are separated by ${spokenDelimiter(undivided ?? '')} and the header on line ${headerLine} by ${spokenDelimiter(delimiter)}.`;
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
