import { limits } from '../limits.ts';
import { unescaped } from './cell-text.ts';
import { tooLarge } from './workbook-fault.ts';
import { readAllXml } from './xml.ts';

/** A list of texts in one piece of memory: a workbook of a million rows may have as many as cells. */
class TextList {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #ends = new Uint32Array(1024);
  #length = 0;
  /** Each character of ASCII is a byte, and needs no decoding. */
  #isAscii = true;

  add(text: string): void {
    const start = this.#end;
    const most = start + text.length * 3;
    if (most > limits.maxSharedTextBytes || this.#length === limits.maxSharedTexts)
      throw tooLarge('The workbook holds more text than can be imported at once.');
    if (most > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], Math.max(most, this.#bytes.length * 2));
    if (this.#length === this.#ends.length) {
      const ends = new Uint32Array(this.#ends.length * 2);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    const written = this.#bytes.write(text, start);
    if (written !== text.length) this.#isAscii = false;
    this.#ends[this.#length] = start + written;
    this.#length += 1;
  }

  get #end(): number {
    return this.#length === 0 ? 0 : (this.#ends[this.#length - 1] ?? 0);
  }

  at(index: number): string | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.#length) return undefined;
    const start = index === 0 ? 0 : this.#ends[index - 1];
    return this.#bytes.toString(this.#isAscii ? 'latin1' : 'utf8', start, this.#ends[index]);
  }
}

/** Texts that cells refer to by their number. */
export type SharedStrings = Pick<TextList, 'at'>;

export const noStrings: SharedStrings = { at: () => undefined };

/** Reads the texts of a workbook: runs joined, what only says how they are spoken left out. */
export const readSharedStrings = async (bytes: AsyncIterable<Uint8Array>): Promise<SharedStrings> => {
  const list = new TextList();
  let text = '';
  let isText = false;
  let phonetic = 0;
  await readAllXml(bytes, {
    open: (name) => {
      if (name === 'si') text = '';
      else if (name === 't') isText = phonetic === 0;
      else if (name === 'rPh') phonetic += 1;
    },
    close: (name) => {
      if (name === 'si') list.add(unescaped(text));
      else if (name === 't') isText = false;
      else if (name === 'rPh') phonetic -= 1;
    },
    text: (piece) => {
      if (isText) text += piece;
    },
  });
  return list;
};
