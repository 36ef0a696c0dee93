import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { limits } from '../limits.ts';
import { type FileFault, fileFault } from '../words/file-fault.ts';
import { type Dialect, detectDialect } from './dialect.ts';
import { announcedEncoding, decodeText, type Encoding, NotUtf8, singleByteEncoding } from './encoding.ts';
import { unguardCell } from './formula-guard.ts';
import { faultOfHeader } from './header-fault.ts';
import { notCsv } from './input-file-kind.ts';
import { type Cells, type CsvRecord, eachRecord, type RecordGroup, readRecords } from './records.ts';
import { reportColumnOf, reportColumns } from './report-columns.ts';

/** Opens the file once more from its first byte. */
export type OpenBytes = () => Promise<AsyncIterable<Uint8Array>>;

/** How a file is written. The first reading finds it; every further reading is told. */
export interface CsvFormat {
  readonly encoding: Encoding;
  readonly dialect: Dialect;
}

/** What is known of a file before it is read. */
export interface KnownFormat extends Partial<CsvFormat> {
  /** Whether somebody has said which encoding it is; a byte-order mark says more. */
  readonly isTold?: boolean;
  /** Absent: the first record is the header. */
  readonly header?: HeaderRules;
}

/** How a header is told from what stands above it. */
export interface HeaderRules {
  /** Whether a record is the header, whatever comes behind it. */
  readonly isHeader: (cells: readonly string[]) => boolean;
  /** Whether it is where no other is. */
  readonly mayBeHeader: (cells: readonly string[]) => boolean;
}

/** A file whose header has been read; what is behind it can be read once, in groups or one record after the other. */
export interface OpenCsv {
  readonly kind: 'csv';
  readonly format: CsvFormat;
  readonly header: Cells;
  /** Line on which the header starts. */
  readonly headerLine: number;
  /** Lines with content above it: a title, a date. */
  readonly linesAbove: readonly number[];
  readonly groups: AsyncGenerator<RecordGroup>;
  readonly records: AsyncGenerator<CsvRecord | FileFault>;
  /** Lets go of a file that is not read on. */
  readonly close: () => Promise<void>;
}

/** More bytes than the limit, seen while they stream by. */
class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
}

async function* inflated(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  pipeline(Readable.from(bytes), gunzip, () => {
    // The iteration meets every error; this callback only keeps it from being unhandled.
  });
  yield* gunzip as AsyncIterable<Uint8Array>;
}

async function* bounded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    sizeBytes += chunk.length;
    if (sizeBytes > limits.maxFileBytes) throw new TooManyBytes('the file is larger than the limit');
    yield chunk;
  }
}

/** Takes items until `enough`, and gives them back together with an iteration that starts again at the first. */
const peek = async <Item>(items: AsyncIterable<Item>, enough: (taken: readonly Item[]) => boolean) => {
  const iterator = items[Symbol.asyncIterator]();
  const taken: Item[] = [];
  let done = false;
  while (!done && !enough(taken)) {
    const next = await iterator.next();
    if (next.done === true) done = true;
    else taken.push(next.value);
  }
  async function* all(): AsyncGenerator<Item> {
    try {
      yield* taken;
      if (!done) yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
  return { taken, all: all(), close: async () => void (await iterator.return?.()) };
};

const lengthOf = (items: readonly { readonly length: number }[]): number =>
  items.reduce((sum, item) => sum + item.length, 0);

const faultOfStream = (error: unknown): FileFault => {
  if (error instanceof TooManyBytes) {
    const message = `The file holds more than ${limits.maxFileBytes} bytes of text.`;
    return fileFault('file_too_large', message);
  }
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
    return fileFault('not_gzip', 'The name ends in .gz, but the file is not gzip or is damaged.');
  }
  throw error;
};

async function* faultsAsItems(groups: AsyncIterable<RecordGroup>): AsyncGenerator<RecordGroup> {
  try {
    yield* groups;
  } catch (error) {
    if (error instanceof NotUtf8) throw error;
    yield [faultOfStream(error)];
  }
}

/** Undoes the guards of an earlier report: only a file that has `lead__Status` is one. */
async function* withoutGuards(groups: AsyncIterable<RecordGroup>): AsyncGenerator<RecordGroup> {
  for await (const group of groups) {
    yield group.map((record) =>
      record.kind === 'fault' ? record : { ...record, cells: record.cells.map(unguardCell) },
    );
  }
}

/** Records among which the header is. */
const headerWithin = 20;
/** Records among which it is looked for, to say where it is. */
const headerSoughtWithin = 200;

interface FoundHeader {
  readonly header: CsvRecord;
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

const firstIs: HeaderRules = { isHeader: () => true, mayBeHeader: () => true };

/** Finds the header among the first records: the one that is it, one that may be it, otherwise the first. */
const findHeader = async (
  groups: AsyncGenerator<RecordGroup>,
  { header: { isHeader, mayBeHeader } = firstIs }: KnownFormat,
): Promise<FoundHeader | FileFault | undefined> => {
  let taken: RecordGroup = [];
  const placeOf = (is: (cells: readonly string[]) => boolean, from: number, to: number): number =>
    taken.slice(from, to).findIndex((each) => each.kind === 'record' && is(each.cells));
  const firstThat = (is: (cells: readonly string[]) => boolean): number => placeOf(is, 0, headerWithin);
  while (taken.length < headerSoughtWithin && firstThat(isHeader) === -1) {
    const next = await groups.next();
    if (next.done === true) break;
    taken = [...taken, ...next.value];
  }
  const tooFar = firstThat(isHeader) === -1 ? placeOf(isHeader, headerWithin, headerSoughtWithin) : -1;
  const farHeader = tooFar === -1 ? undefined : taken[headerWithin + tooFar];
  if (farHeader?.kind === 'record') {
    await groups.return(undefined);
    const what = `Line ${farHeader.line} looks like the header, and it is too far down: it is looked for in the first ${headerWithin} lines with content.`;
    return fileFault('header_too_far_down', what, farHeader.line);
  }
  const at = [firstThat(isHeader), firstThat(mayBeHeader), 0].find((place) => place !== -1) ?? 0;
  const header = taken[at];
  const close = async (): Promise<void> => void (await groups.return(undefined));
  const linesAbove = taken.slice(0, at).flatMap((each) => (each.kind === 'record' ? [each.line] : []));
  if (header?.kind === 'record') return { header, linesAbove, groups: behind(taken.slice(at + 1), groups), close };
  await close();
  return header;
};

const openText = async (
  bytes: AsyncIterable<Uint8Array>,
  known: KnownFormat & { readonly encoding: Encoding },
): Promise<OpenCsv | FileFault> => {
  const { encoding, isTold } = known;
  const text = await peek(decodeText(bytes, encoding, isTold), (taken) => lengthOf(taken) >= limits.headerBytes);
  const head = text.taken.join('');
  const dialect = known.dialect ?? detectDialect(head);
  const found = await findHeader(faultsAsItems(readRecords(text.all, dialect)), known);
  if (found === undefined)
    return fileFault('empty_file', 'The file is empty: expected a header line and one lead a row.');
  if ('kind' in found) return found;
  const { header, linesAbove, close } = found;
  const fault = faultOfHeader(head, found.header, dialect);
  if (fault !== undefined) {
    await close();
    return fault;
  }
  const { cells, quoted, line: headerLine } = header;
  const isReport = cells.some((name) => reportColumnOf(name) === reportColumns.status);
  const groups = isReport ? withoutGuards(found.groups) : found.groups;
  return {
    kind: 'csv',
    format: { encoding, dialect },
    header: { cells: isReport ? cells.map(unguardCell) : cells, quoted },
    headerLine,
    linesAbove,
    groups,
    records: eachRecord(groups),
    close,
  };
};

/** A CSV that can be read from its first byte as often as needed. */
export interface CsvFile {
  readonly open: OpenBytes;
  readonly gzip: boolean;
}

/**
 * Opens a CSV: decompresses it, finds encoding and dialect where they are not known, reads the header. What is no CSV is
 * a fault. Throws `NotUtf8`, here or while its records are read, where the bytes turn out to be another encoding.
 */
export const openCsv = async ({ open, gzip }: CsvFile, known: KnownFormat = {}): Promise<OpenCsv | FileFault> => {
  const raw = await open();
  const plain = bounded(gzip ? inflated(raw) : raw);
  try {
    const bytes = await peek(plain, (taken) => lengthOf(taken) >= 4096);
    const head = Buffer.concat(bytes.taken);
    const announced = announcedEncoding(head);
    const encoding = known.encoding === undefined || announced.mark ? announced : known.encoding;
    const fault = notCsv(head, encoding);
    if (fault === undefined) return await openText(bytes.all, { ...known, encoding });
    await bytes.close();
    return fault;
  } catch (error) {
    if (error instanceof NotUtf8) throw error;
    return faultOfStream(error);
  }
};

/**
 * Opens a CSV and reads what is wanted of it. A file that is not UTF-8 somewhere, however late, is read again from its
 * beginning in the encoding of single bytes that its bytes speak for.
 */
export const readCsv = async <Result>(
  file: CsvFile,
  read: (csv: OpenCsv) => Promise<Result>,
  known: KnownFormat = {},
): Promise<Result | FileFault> => {
  const opened = async (format: KnownFormat): Promise<Result | FileFault> => {
    const csv = await openCsv(file, format);
    return csv.kind === 'fault' ? csv : read(csv);
  };
  try {
    return await opened(known);
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
  }
  const raw = await file.open();
  const encoding = await singleByteEncoding(bounded(file.gzip ? inflated(raw) : raw)).catch(faultOfStream);
  return 'kind' in encoding ? encoding : opened({ ...known, encoding });
};
