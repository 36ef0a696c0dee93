import { fingerprintBytes, visibleBytes } from './fingerprint.ts';

/** One line of a fingerprint file. */
export interface LeadEntry {
  readonly lead: Buffer;
  readonly visible: Buffer;
  /** Line of the row in its file. */
  readonly line: number;
  /** The lead's id where it is known; empty for a provisional or unconfirmed one. */
  readonly leadId: string;
}

/** fingerprint, visible fingerprint, line (unsigned 32 bits, big endian), length of the id, the id. */
const headBytes = fingerprintBytes + visibleBytes + 4 + 1;

/** A record as bytes. Binary, because a million of them are read for every file of the window. */
export const encodeFingerprint = (record: LeadEntry): Buffer => {
  const id = Buffer.from(record.leadId, 'utf8');
  const bytes = Buffer.alloc(headBytes + id.length);
  record.lead.copy(bytes, 0);
  record.visible.copy(bytes, fingerprintBytes);
  bytes.writeUInt32BE(record.line, fingerprintBytes + visibleBytes);
  bytes.writeUInt8(id.length, headBytes - 1);
  id.copy(bytes, headBytes);
  return bytes;
};

const decodeAt = (bytes: Buffer, at: number): LeadEntry | undefined => {
  if (bytes.length - at < headBytes) return undefined;
  const idBytes = bytes.readUInt8(at + headBytes - 1);
  if (bytes.length - at < headBytes + idBytes) return undefined;
  return {
    lead: bytes.subarray(at, at + fingerprintBytes),
    visible: bytes.subarray(at + fingerprintBytes, at + fingerprintBytes + visibleBytes),
    line: bytes.readUInt32BE(at + fingerprintBytes + visibleBytes),
    leadId: bytes.toString('utf8', at + headBytes, at + headBytes + idBytes),
  };
};

/** Reads a fingerprint file as a stream, wherever its chunks are cut; throws where it ends inside a record. */
export async function* decodeFingerprints(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<LeadEntry> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const all = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let at = 0;
    for (let record = decodeAt(all, at); record !== undefined; record = decodeAt(all, at)) {
      yield record;
      at += headBytes + Buffer.byteLength(record.leadId);
    }
    rest = all.subarray(at);
  }
  if (rest.length > 0) throw new Error('a fingerprint file ends inside a record');
}
