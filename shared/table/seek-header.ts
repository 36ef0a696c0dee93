import { type PlaceWord, placesAtBegin } from '../words/counted.ts';
import { type FileFault, fileFault } from '../words/file-fault.ts';
import { unguardCell } from './formula-guard.ts';
import { reportColumnOf, reportColumns } from './report-columns.ts';
import { eachRecord, type HeaderRules, type OpenTable, type RecordGroup, type TableRecord } from './table.ts';

/** Records among which the header is. */
const headerWithin = 20;
/** Records among which it is looked for, to say where it is. */
const headerSoughtWithin = 200;

export interface FoundHeader {
  /** Whether it is the header by its names, and not for want of another. */
  readonly isSure: boolean;
  readonly header: TableRecord;
  readonly linesAbove: readonly number[];
  /** What follows the header. */
  readonly groups: AsyncGenerator<RecordGroup>;
  readonly close: () => Promise<void>;
}

async function* behind(first: RecordGroup, groups: AsyncGenerator<RecordGroup>): AsyncGenerator<RecordGroup> {
  try {
    yield first;
    yield* groups;
  } finally {
    await groups.return(undefined);
  }
}

const firstIs: HeaderRules = { isHeader: () => true, knownNames: () => 1, namesIn: () => 0 };

/** What stands in rows and in no name. */
const isValue = (cell: string): boolean => /@|\d{3}/.test(cell);

/** The names of two lines, as where cells of both are merged: the upper one counts where the lower one is empty. */
const joined = (upper: TableRecord, lower: TableRecord): TableRecord => {
  const width = Math.max(upper.cells.length, lower.cells.length);
  const cells = Array.from({ length: width }, (_, at) => lower.cells[at]?.trim() || (upper.cells[at] ?? ''));
  return { ...lower, cells };
};

/** A header whose names stand on two lines: together they name more than each of them. */
const twoLineHeader = (
  records: RecordGroup,
  { isHeader, namesIn }: HeaderRules,
): { readonly at: number; readonly header: TableRecord } | undefined => {
  for (const [at, lower] of records.entries()) {
    const upper = records[at - 1];
    if (upper?.kind !== 'record' || lower.kind !== 'record' || lower.cells.some(isValue)) continue;
    const header = joined(upper, lower);
    const names = namesIn(header.cells);
    if (isHeader(header.cells) && [upper, lower].every(({ cells }) => namesIn(cells) < names)) return { at, header };
  }
  return undefined;
};

/** Where the record is of which most names are known; the first one where of none. */
const likeliest = (records: RecordGroup, { knownNames }: HeaderRules): number => {
  const known = records.map((each) => (each.kind === 'record' ? knownNames(each.cells) : 0));
  return Math.max(0, known.indexOf(Math.max(0, ...known)));
};

/** Finds the header among the first records: the one that is it, one that may be it, otherwise the first. */
export const seekHeader = async (
  groups: AsyncGenerator<RecordGroup>,
  rules: HeaderRules = firstIs,
  word: PlaceWord = 'line',
): Promise<FoundHeader | FileFault | undefined> => {
  const { isHeader } = rules;
  let taken: RecordGroup = [];
  const placeOf = (is: (cells: readonly string[]) => boolean, from: number, to: number): number =>
    taken.slice(from, to).findIndex((each) => each.kind === 'record' && is(each.cells));
  const firstThat = (is: (cells: readonly string[]) => boolean): number => placeOf(is, 0, headerWithin);
  /** Whether the header is among them, and the line below it. */
  const isFound = (): boolean => firstThat(isHeader) !== -1 && firstThat(isHeader) + 1 < taken.length;
  while (taken.length < headerSoughtWithin && !isFound()) {
    const next = await groups.next();
    if (next.done === true) break;
    taken = [...taken, ...next.value];
  }
  const alone = firstThat(isHeader);
  const twoLines = twoLineHeader(taken.slice(0, alone === -1 ? headerWithin : alone + 2), rules);
  const tooFar = alone === -1 && twoLines === undefined ? placeOf(isHeader, headerWithin, headerSoughtWithin) : -1;
  const farHeader = tooFar === -1 ? undefined : taken[headerWithin + tooFar];
  if (farHeader?.kind === 'record') {
    await groups.return(undefined);
    const what = `${placesAtBegin(word, [farHeader.line])} looks like the header, and it is too far down: it is looked for in the first ${headerWithin} lines with content.`;
    return fileFault('header_too_far_down', what, farHeader.line);
  }
  const isSure = alone !== -1 || twoLines !== undefined;
  const at = twoLines?.at ?? (alone === -1 ? likeliest(taken.slice(0, headerWithin), rules) : alone);
  const header = twoLines?.header ?? taken[at];
  const close = async (): Promise<void> => void (await groups.return(undefined));
  const above = taken.slice(0, twoLines === undefined ? at : at - 1);
  const linesAbove = above.flatMap((each) => (each.kind === 'record' ? [each.line] : []));
  if (header?.kind === 'record')
    return { isSure, header, linesAbove, groups: behind(taken.slice(at + 1), groups), close };
  await close();
  return header;
};

/** Undoes the guards of an earlier report: only a file that has `lead__Status` is one. */
async function* withoutGuards(groups: AsyncIterable<RecordGroup>): AsyncGenerator<RecordGroup> {
  for await (const group of groups) {
    yield group.map((record) =>
      record.kind === 'fault' ? record : { ...record, cells: record.cells.map(unguardCell) },
    );
  }
}

/** A file whose header was found, as every kind of file comes to it. What an earlier report has guarded is as it was. */
export const tableOf = (
  { header, linesAbove, groups: found, close }: FoundHeader,
  rest: Pick<OpenTable, 'format'> & Partial<Pick<OpenTable, 'merges' | 'tableEnd' | 'warnings'>>,
): OpenTable => {
  const { cells, quoted, line: headerLine } = header;
  const isReport = cells.some((name) => reportColumnOf(name) === reportColumns.status);
  const groups = isReport ? withoutGuards(found) : found;
  return {
    kind: 'table',
    header: { cells: isReport ? cells.map(unguardCell) : cells, quoted },
    headerLine,
    linesAbove,
    groups,
    records: eachRecord(groups),
    warnings: [],
    merges: [],
    close,
    ...rest,
  };
};
