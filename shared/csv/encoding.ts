/** Encodings that are found by the bytes of a file. */
const foundEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'macintosh'] as const;
/** Encodings that only somebody can know who knows where a file comes from. */
const toldEncodings = ['windows-1250', 'windows-1251', 'gbk', 'big5', 'shift_jis'] as const;

/** Every encoding that an option or a mapping file may name. */
export const encodingNames = [...foundEncodings, ...toldEncodings] as const;

/** How a file's bytes are text. Each is read as a stream and written back as it was, mark included. */
export interface Encoding {
  readonly name: (typeof encodingNames)[number];
  /** Whether the file begins with a byte-order mark. */
  readonly mark: boolean;
}

/** For a file that says nothing of itself: UTF-8 until a byte proves otherwise. */
export const utf8: Encoding = { name: 'utf-8', mark: false };

/** For a file without a mark whose bytes are not UTF-8. */
export const windows1252: Encoding = { name: 'windows-1252', mark: false };

/** Mac Roman, as spreadsheets of old Macintoshes write it. */
const macintosh: Encoding = { name: 'macintosh', mark: false };

const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));

/**
 * Tells Mac Roman from Windows-1252 by all bytes of a file that is not UTF-8. Mac Roman has its accented letters from
 * 0x80 to 0x9F, Windows-1252 from 0xC0 on; and only a Macintosh ends its lines with CR alone. Without that sign, or where
 * the letters do not speak for it, the file is Windows-1252.
 */
export const singleByteEncoding = async (bytes: AsyncIterable<Uint8Array>): Promise<Encoding> => {
  let lineFeeds = 0;
  let endsLikeWindows = false;
  let carriageReturns = 0;
  let macLetters = 0;
  let windowsLetters = 0;
  let before: number | undefined;
  for await (const chunk of bytes) {
    for (const [index, byte] of chunk.entries()) {
      // A line feed alone may be a line break inside a cell; one after a carriage return ends a line.
      if (byte === 0x0a) lineFeeds += 1;
      if (byte === 0x0a && before === 0x0d) endsLikeWindows = true;
      if (byte === 0x0d) carriageReturns += 1;
      const besideLetter = byte >= 0x80 && (isLetter(before) || isLetter(chunk[index + 1]));
      if (besideLetter && byte <= 0x9f) macLetters += 1;
      if (besideLetter && byte >= 0xc0) windowsLetters += 1;
      before = byte;
    }
  }
  return !endsLikeWindows && carriageReturns > lineFeeds && macLetters > windowsLetters ? macintosh : windows1252;
};

/** The encoding that the first bytes announce by a byte-order mark, otherwise UTF-8. */
export const announcedEncoding = (head: Uint8Array): Encoding => {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { name: 'utf-8', mark: true };
  if (head[0] === 0xff && head[1] === 0xfe) return { name: 'utf-16le', mark: true };
  if (head[0] === 0xfe && head[1] === 0xff) return { name: 'utf-16be', mark: true };
  return utf8;
};

/** Thrown while decoding where the bytes are not UTF-8, so that the file is read again as Windows-1252. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8';
}

/**
 * Decodes a stream of bytes, wherever its chunks are cut; a byte-order mark is not part of the text.
 * UTF-8 without a mark throws `NotUtf8` at the first invalid sequence; elsewhere such a sequence becomes U+FFFD,
 * which is a problem of its row.
 * @param isTold whether somebody has said that this is the encoding: then no other one is tried
 */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  isTold = false,
): AsyncGenerator<string> {
  const fatal = encoding.name === 'utf-8' && !encoding.mark && !isTold;
  const decoder = new TextDecoder(encoding.name, { fatal });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new NotUtf8('the bytes are not UTF-8');
    }
  };
  for await (const chunk of bytes) {
    const text = decode(chunk);
    if (text !== '') yield text;
  }
  const rest = decode();
  if (rest !== '') yield rest;
}

type CodePage = Exclude<Encoding['name'], 'utf-8' | 'utf-16le' | 'utf-16be'>;

/** The bytes of every character that a code page can write, by trying all one and two bytes. */
const characterBytes = (name: CodePage): ReadonlyMap<string, Uint8Array> => {
  const decoder = new TextDecoder(name);
  const bytes = new Map<string, Uint8Array>();
  const add = (given: Uint8Array): void => {
    const character = decoder.decode(given);
    const isOne = character !== '' && !character.includes('\ufffd') && [...character].length === 1;
    if (isOne && !bytes.has(character)) bytes.set(character, given);
  };
  for (let byte = 0; byte < 256; byte += 1) add(Uint8Array.of(byte));
  if (name !== 'gbk' && name !== 'big5' && name !== 'shift_jis') return bytes;
  for (let first = 0x81; first < 256; first += 1)
    for (let second = 0x40; second < 256; second += 1) add(Uint8Array.of(first, second));
  return bytes;
};

const codePages = new Map<CodePage, ReadonlyMap<string, Uint8Array>>();

const bytesOf = (name: CodePage): ReadonlyMap<string, Uint8Array> => {
  const known = codePages.get(name) ?? characterBytes(name);
  codePages.set(name, known);
  return known;
};

const questionMark = Uint8Array.of(0x3f);

/** The byte-order mark of an encoding, or nothing where the file had none. */
export const markBytes = (encoding: Encoding): Buffer =>
  encoding.mark ? encodeText('\uFEFF', encoding) : Buffer.alloc(0);

/** Text as bytes of the encoding; what a code page cannot write becomes `?`. */
export const encodeText = (text: string, encoding: Encoding): Buffer => {
  switch (encoding.name) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    default: {
      const bytes = bytesOf(encoding.name);
      const written: number[] = [];
      for (const character of text) written.push(...(bytes.get(character) ?? questionMark));
      return Buffer.from(written);
    }
  }
};
