import { abandonBody, type ObjectStore } from '../../shared/aws/object-store.ts';
import type { Encoding } from '../../shared/csv/encoding.ts';
import { type FileFault, fileFault } from '../../shared/csv/file-fault.ts';
import { guessSingleByte, type OpenCsv, openCsv } from '../../shared/csv/open.ts';
import type { Upload } from '../../shared/import-id.ts';
import { limits } from '../../shared/limits.ts';

/** An upload that can be read from its first byte as often as needed. */
export interface Source {
  readonly kind: 'source';
  readonly sizeBytes: number;
  /** The options that travel with the upload. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Opens the CSV; an encoding that was settled before is believed. */
  open(encoding?: Encoding): Promise<OpenCsv | FileFault>;
  /** The encoding of a file that is not UTF-8, by all of its bytes. */
  singleByteEncoding(): Promise<Encoding>;
}

/** The object went away between two readings: the next attempt will see it as missing. */
class SourceVanished extends Error {
  override readonly name = 'SourceVanished';
}

/** Finds the very version of the object that was announced, and refuses by name and size what cannot be a CSV. */
export const openSource = async (store: ObjectStore, upload: Upload): Promise<Source | FileFault> => {
  const version = upload.versionId === undefined ? {} : { versionId: upload.versionId };
  const object = await store.get(upload.key, version);
  if (object === undefined) {
    return fileFault('source_missing', 'The file was removed before it could be read. Drop it again.');
  }
  await abandonBody(object.body);
  if (!/\.csv(\.gz)?$/i.test(upload.key)) {
    const message =
      'The file is not a CSV by its name: expected a name that ends in .csv or .csv.gz. In a spreadsheet choose "Save as" and "CSV UTF-8".';
    return fileFault('not_csv', message);
  }
  if (object.sizeBytes > limits.maxFileBytes) {
    const message = `The file has ${object.sizeBytes} bytes; at most ${limits.maxFileBytes} can be read. Split it into several files.`;
    return fileFault('file_too_large', message);
  }
  const gzip = /\.gz$/i.test(upload.key);
  const bytes = async (): Promise<AsyncIterable<Uint8Array>> => {
    const again = await store.get(upload.key, { ...version, ifMatch: object.etag });
    if (again === undefined) throw new SourceVanished('the upload was removed while it was read');
    return again.body;
  };
  return {
    kind: 'source',
    sizeBytes: object.sizeBytes,
    metadata: object.metadata,
    open: (encoding) => openCsv(bytes, gzip, encoding),
    singleByteEncoding: () => guessSingleByte(bytes, gzip),
  };
};
