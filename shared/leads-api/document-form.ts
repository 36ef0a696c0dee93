import type { DocumentUpload } from './answers.ts';
import { documentType } from './document-type.ts';

/** How a document's bytes travel: `base64` as the API documents it, or `binary` as most servers read it. */
export type DocumentEncoding = 'base64' | 'binary';

/** A multipart body whose length is known before its first byte is read. */
export interface DocumentForm {
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** RFC 2045: lines of at most 76 characters, so 57 bytes each. */
const lineBytes = 57;
const lineCharacters = 76;

const base64Bytes = (sizeBytes: number): number => {
  const characters = Math.ceil(sizeBytes / 3) * 4;
  const lines = Math.ceil(characters / lineCharacters);
  return characters + Math.max(0, lines - 1) * 2;
};

const wrapped = (bytes: Buffer): string =>
  bytes
    .toString('base64')
    .match(/.{1,76}/g)
    ?.join('\r\n') ?? '';

/** Encodes a stream in whole lines, wherever its chunks are cut. */
async function* base64Lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  for await (const chunk of bytes) {
    const all = Buffer.concat([rest, chunk]);
    const whole = all.length - (all.length % lineBytes);
    rest = all.subarray(whole);
    if (whole === 0) continue;
    yield Buffer.from(`${first ? '' : '\r\n'}${wrapped(all.subarray(0, whole))}`, 'latin1');
    first = false;
  }
  if (rest.length > 0) yield Buffer.from(`${first ? '' : '\r\n'}${wrapped(rest)}`, 'latin1');
}

/** RFC 7578: a file name inside quotes, with what would end it percent-encoded. */
const quotedName = (name: string): string => name.replaceAll(/["\r\n]/g, (character) => encodeURIComponent(character));

/**
 * The body of a document upload, as `docs/leads-api.md` describes it: one part named `document`.
 * @param boundary a token that does not occur in the document
 */
export const documentForm = (
  { filename, sizeBytes, body: bytes }: Omit<DocumentUpload, 'leadId'>,
  encoding: DocumentEncoding,
  boundary: string,
): DocumentForm => {
  const head = Buffer.from(
    [
      `--${boundary}`,
      `Content-Disposition: form-data; name="document"; filename="${quotedName(filename)}"`,
      `Content-Type: ${documentType(filename)}`,
      `Content-Transfer-Encoding: ${encoding}`,
      '',
      '',
    ].join('\r\n'),
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const contentBytes = encoding === 'base64' ? base64Bytes(sizeBytes) : sizeBytes;
  async function* body(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* encoding === 'base64' ? base64Lines(bytes) : bytes;
    yield tail;
  }
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    sizeBytes: head.length + contentBytes + tail.length,
    body: body(),
  };
};
