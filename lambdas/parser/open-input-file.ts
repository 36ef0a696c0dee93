import { fromMetadata } from '../../shared/bucket/metadata-text.ts';
import { abandonBody, type ObjectStore } from '../../shared/bucket/object-store.ts';
import type { CreatedObject } from '../../shared/bucket/s3-event.ts';
import { limits } from '../../shared/limits.ts';
import { TableFile } from '../../shared/table/open-by-kind.ts';
import { type FileFault, fileFault } from '../../shared/words/file-fault.ts';

/** An upload that can be read as often as needed. */
export interface InputFile {
  readonly kind: 'input';
  readonly table: TableFile;
  readonly sizeBytes: number;
  /** The options that travel with the upload. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The object went away between two readings: the next attempt will see it as missing. */
class InputVanished extends Error {
  override readonly name = 'InputVanished';
}

/** Finds the version of the object that was announced, and refuses by its size what is too much. */
export const openInputFile = async (store: ObjectStore, upload: CreatedObject): Promise<InputFile | FileFault> => {
  const version = upload.versionId === undefined ? {} : { versionId: upload.versionId };
  const object = await store.get(upload.key, version);
  if (object === undefined) return fileFault('source_missing', 'The file was removed before it could be read.');
  await abandonBody(object.body);
  const { sizeBytes, etag } = object;
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).map(([name, value]) => [name, fromMetadata(value)]),
  );
  if (sizeBytes > limits.maxFileBytes) {
    const message = `The file has ${sizeBytes} bytes: expected at most ${limits.maxFileBytes}.`;
    return fileFault('file_too_large', message);
  }
  const open = async (): Promise<AsyncIterable<Uint8Array>> => {
    const again = await store.get(upload.key, { ...version, ifMatch: etag });
    if (again === undefined) throw new InputVanished('the upload was removed while it was read');
    return again.body;
  };
  return { kind: 'input', sizeBytes, metadata, table: new TableFile(upload.key, open) };
};
