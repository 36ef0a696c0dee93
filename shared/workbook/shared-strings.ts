import { grown } from '../grown.ts';
import { limits } from '../limits.ts';
import { unescaped } from './cell-text.ts';
import { lengthened, tooLarge } from './workbook-fault.ts';
import { readAllXml } from './xml.ts';

/** So many texts are one text, of which each is a slice. */
const textsInBlock = 1024;

/** A list of texts in few pieces of memory: a workbook of a million rows may have as many as cells. */
class TextList {
  readonly #blocks: string[] = [];
  /** Texts after those of the last block. */
  #open: string[] = [];
  #openLength = 0;
  /** Where each text ends in its block. */
  #ends = new Uint32Array(textsInBlock);
  #count = 0;
  #characters = 0;

  add(text: string): void {
    this.#characters += text.length;
    if (this.#characters > limits.maxSharedCharacters || this.#count === limits.maxSharedTexts)
      throw tooLarge('The workbook holds more text than can be imported at once.');
    this.#ends = grown(this.#ends, this.#count + 1);
    this.#open.push(text);
    this.#openLength += text.length;
    this.#ends[this.#count] = this.#openLength;
    this.#count += 1;
    if (this.#count % textsInBlock === 0) this.close();
  }

  /** Makes a block of the texts that are in none. */
  close(): void {
    this.#blocks.push(this.#open.join(''));
    this.#open = [];
    this.#openLength = 0;
  }

  at(index: number): string | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.#count) return undefined;
    const start = index % textsInBlock === 0 ? 0 : this.#ends[index - 1];
    return this.#blocks[Math.floor(index / textsInBlock)]?.slice(start, this.#ends[index]);
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
      if (isText) text = lengthened(text, piece);
    },
  });
  list.close();
  return list;
};
