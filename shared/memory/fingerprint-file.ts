import { DamagedState, isReadable, otherVersion, stateVersion } from '../bucket/stored-json.ts';
import { coreBytes, fingerprintBytes, visibleBytes } from './fingerprint.ts';

/** One entry of a fingerprint file. */
export interface LeadEntry {
  readonly lead: Buffer;
  readonly visible: Buffer;
  readonly core: Buffer;
  /** Line of the row in its file. */
  readonly line: number;
  /** The lead's id where it is known; empty for a provisional or unconfirmed one. */
  readonly leadId: string;
}

const fileMark = Buffer.from('leads', 'latin1');

/** How a fingerprint file begins: what it is, and of which version of the state. */
export const fingerprintFileHead = Buffer.concat([fileMark, Buffer.of(stateVersion)]);

const coreAt = fingerprintBytes + visibleBytes;
const lineAt = coreAt + coreBytes;
/** fingerprint, visible fingerprint, core fingerprint, line (unsigned 32 bits, big endian), length of the id, the id. */
const headBytes = lineAt + 4 + 1;

/** An entry as bytes. Binary, because millions of them are read for a new file. */
export const encodeFingerprint = (entry: LeadEntry): Buffer => {
  const id = Buffer.from(entry.leadId, 'utf8');
  const bytes = Buffer.alloc(headBytes + id.length);
  entry.lead.copy(bytes, 0);
  entry.visible.copy(bytes, fingerprintBytes);
  entry.core.copy(bytes, coreAt);
  bytes.writeUInt32BE(entry.line, lineAt);
  bytes.writeUInt8(id.length, headBytes - 1);
  id.copy(bytes, headBytes);
  return bytes;
};

/** Length of the entry that begins at `at`; undefined where the bytes end inside it. */
const entryLength = (bytes: Buffer, at: number): number | undefined => {
  if (bytes.length - at < headBytes) return undefined;
  const length = headBytes + bytes.readUInt8(at + headBytes - 1);
  return bytes.length - at < length ? undefined : length;
};

const decodeAt = (bytes: Buffer, at: number, length: number): LeadEntry => ({
  lead: bytes.subarray(at, at + fingerprintBytes),
  visible: bytes.subarray(at + fingerprintBytes, at + coreAt),
  core: bytes.subarray(at + coreAt, at + lineAt),
  line: bytes.readUInt32BE(at + lineAt),
  leadId: bytes.toString('utf8', at + headBytes, at + length),
});

const checkHead = (bytes: Buffer): void => {
  if (!bytes.subarray(0, fileMark.length).equals(fileMark))
    throw new DamagedState('it does not begin as a file of fingerprints does');
  const version = bytes.readUInt8(fileMark.length);
  if (!isReadable(version)) throw otherVersion('a file of fingerprints', version);
};

/**
 * Reads a fingerprint file as a stream, wherever its chunks are cut.
 * @param visit is shown every entry in turn; the entry's buffers are only good until it returns
 * @throws where the file is of another version of the state, or ends inside an entry
 */
export const visitFingerprints = async (
  bytes: AsyncIterable<Uint8Array>,
  visit: (entry: LeadEntry) => void,
): Promise<void> => {
  let rest: Buffer = Buffer.alloc(0);
  let hasHead = false;
  for await (const chunk of bytes) {
    const all =
      rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([rest, chunk]);
    let at = 0;
    if (!hasHead && all.length >= fingerprintFileHead.length) {
      checkHead(all);
      hasHead = true;
      at = fingerprintFileHead.length;
    }
    if (!hasHead) {
      rest = all;
      continue;
    }
    for (let length = entryLength(all, at); length !== undefined; length = entryLength(all, at)) {
      visit(decodeAt(all, at, length));
      at += length;
    }
    rest = all.subarray(at);
  }
  if (!hasHead || rest.length > 0) throw new DamagedState('a file of fingerprints ends too early');
};
