import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { limits } from '../limits.ts';
import { lengthOf, peek } from '../table/peek.ts';
import { notCsv } from '../table/recognise-kind.ts';
import { seekHeader, tableOf } from '../table/seek-header.ts';
import type { KnownFormat, OpenBytes, OpenTable } from '../table/table.ts';
import { TableFault } from '../table/table-fault.ts';
import { type FileFault, fileFault } from '../words/file-fault.ts';
import { detectDialect } from './dialect.ts';
import { announcedEncoding, decodeText, type Encoding, NotUtf8, singleByteEncoding } from './encoding.ts';
import { faultOfHeader } from './header-fault.ts';
import { readRecords } from './records.ts';

async function* inflated(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  pipeline(Readable.from(bytes), gunzip, () => {
    // The iteration meets every error; this callback only keeps it from being unhandled.
  });
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))) throw error;
    throw new TableFault('not_gzip', 'The name ends in .gz, but the file is not gzip or is damaged.');
  }
}

async function* bounded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    sizeBytes += chunk.length;
    if (sizeBytes > limits.maxFileBytes)
      throw new TableFault('file_too_large', `The file holds more than ${limits.maxFileBytes} bytes of text.`);
    yield chunk;
  }
}

const faultIn = (error: unknown): FileFault => {
  if (error instanceof TableFault) return error.fault;
  throw error;
};

const openText = async (
  bytes: AsyncIterable<Uint8Array>,
  known: KnownFormat & { readonly encoding: Encoding },
): Promise<OpenTable | FileFault> => {
  const { encoding, isTold } = known;
  const text = await peek(decodeText(bytes, encoding, isTold), (taken) => lengthOf(taken) >= limits.headerBytes);
  const head = text.taken.join('');
  const dialect = detectDialect(head);
  const found = await seekHeader(readRecords(text.all, dialect), known.header);
  if (found === undefined)
    return fileFault('empty_file', 'The file is empty: expected a header line and one lead a row.');
  if ('kind' in found) return found;
  const fault = faultOfHeader(head, found.header, dialect);
  if (fault === undefined) return tableOf(found, { format: { encoding, dialect } });
  await found.close();
  return fault;
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
export const openCsv = async ({ open, gzip }: CsvFile, known: KnownFormat = {}): Promise<OpenTable | FileFault> => {
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
    return faultIn(error);
  }
};

/**
 * Opens a CSV and reads what is wanted of it. A file that is not UTF-8 somewhere, however late, is read again from its
 * beginning in the encoding of single bytes that its bytes speak for.
 */
export const readCsv = async <Result>(
  file: CsvFile,
  read: (csv: OpenTable) => Promise<Result>,
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
  const encoding = await singleByteEncoding(bounded(file.gzip ? inflated(raw) : raw)).catch(faultIn);
  return 'kind' in encoding ? encoding : opened({ ...known, encoding });
};
