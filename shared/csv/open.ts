import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { limits } from '../limits.ts';
import { type Dialect, detectDialect } from './dialect.ts';
import { announcedEncoding, decodeText, type Encoding, NotUtf8, singleByteEncoding } from './encoding.ts';
import { type FileFault, fileFault } from './file-fault.ts';
import { notCsv } from './file-kind.ts';
import { unguardCell } from './formula-guard.ts';
import { type Cells, type CsvRecord, readRecords } from './records.ts';

/** Opens the file once more from its first byte. */
export type OpenBytes = () => Promise<AsyncIterable<Uint8Array>>;

/** How a file is written, found once and then believed by every further reading. */
export interface CsvFormat {
  readonly encoding: Encoding;
  readonly dialect: Dialect;
}

/** A file whose header has been read; `records` goes on behind it and can be read once. */
export interface OpenCsv {
  readonly kind: 'csv';
  readonly format: CsvFormat;
  readonly header: Cells;
  /** Line on which the header starts. */
  readonly headerLine: number;
  readonly records: AsyncGenerator<CsvRecord | FileFault>;
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
    const message = `The file holds more than ${limits.maxFileBytes} bytes of text. Split it into several files.`;
    return fileFault('file_too_large', message);
  }
  if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
    return fileFault(
      'not_gzip',
      'The name ends in .gz, but the file is not gzip or is damaged. Compress it again, or drop the CSV itself.',
    );
  }
  throw error;
};

async function* faultsAsItems(records: AsyncIterable<CsvRecord | FileFault>): AsyncGenerator<CsvRecord | FileFault> {
  try {
    yield* records;
  } catch (error) {
    if (error instanceof NotUtf8) throw error;
    yield faultOfStream(error);
  }
}

/** Undoes the guards of an earlier report: only a file that has `lead__Status` is one. */
async function* withoutGuards(records: AsyncIterable<CsvRecord | FileFault>): AsyncGenerator<CsvRecord | FileFault> {
  for await (const record of records) {
    yield record.kind === 'fault' ? record : { ...record, cells: record.cells.map(unguardCell) };
  }
}

const openText = async (bytes: AsyncIterable<Uint8Array>, encoding: Encoding): Promise<OpenCsv | FileFault> => {
  const text = await peek(decodeText(bytes, encoding), (taken) => lengthOf(taken) >= limits.headerBytes);
  const dialect = detectDialect(text.taken.join(''));
  const records = faultsAsItems(readRecords(text.all, dialect));
  const first = await records.next();
  if (first.done === true || first.value.kind === 'fault') await records.return(undefined);
  if (first.done === true)
    return fileFault('empty_file', 'The file is empty: expected a header line and one lead a row.');
  if (first.value.kind === 'fault') return first.value;
  if (first.value.cells.length > limits.maxColumns) {
    const message = `The header has ${first.value.cells.length} columns; at most ${limits.maxColumns} can be read.`;
    await records.return(undefined);
    return fileFault('too_many_columns', message, first.value.line);
  }
  const isReport = first.value.cells.some((name) => name.trim().toLowerCase() === 'lead__status');
  const { cells, quoted } = first.value;
  return {
    kind: 'csv',
    format: { encoding, dialect },
    header: { cells: isReport ? cells.map(unguardCell) : cells, quoted },
    headerLine: first.value.line,
    records: isReport ? withoutGuards(records) : records,
  };
};

/** The encoding of a file that is not UTF-8, by all of its bytes. */
export const guessSingleByte = async (open: OpenBytes, gzip: boolean): Promise<Encoding> => {
  const raw = await open();
  return singleByteEncoding(bounded(gzip ? inflated(raw) : raw));
};

/**
 * Opens a CSV: sees through gzip, finds encoding and dialect, reads the header. What is no CSV is a fault.
 * @param gzip whether the name says that the file is compressed
 * @param encoding what an earlier reading settled; absent: found by the byte-order mark, UTF-8 otherwise
 */
export const openCsv = async (open: OpenBytes, gzip: boolean, encoding?: Encoding): Promise<OpenCsv | FileFault> => {
  const raw = await open();
  const plain = bounded(gzip ? inflated(raw) : raw);
  try {
    const bytes = await peek(plain, (taken) => lengthOf(taken) >= 4096);
    const head = Buffer.concat(bytes.taken);
    const announced = encoding ?? announcedEncoding(head);
    const fault = notCsv(head, announced);
    if (fault === undefined) return await openText(bytes.all, announced);
    await bytes.close();
    return fault;
  } catch (error) {
    if (error instanceof NotUtf8) return openCsv(open, gzip, await guessSingleByte(open, gzip));
    return faultOfStream(error);
  }
};
