import { SaxesParser } from 'saxes';
import { damaged, ownEntities, tooLarge } from './workbook-fault.ts';

/** Attributes by their names as the part writes them. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** What is done with the elements of a part, by names without a prefix: programs choose their own, and two namespaces mean the same. */
export interface XmlHandlers {
  readonly open: (name: string, attributes: Attributes) => void;
  readonly close?: (name: string) => void;
  /** The text of an element comes in one piece or in several. */
  readonly text?: (text: string) => void;
}

/** No text of a workbook, and no element, is longer. */
const longestPiece = 8 * 1024 * 1024;

/** Elements within one another: spreadsheets have some ten, each of which is kept while it is open. */
const deepest = 100;

const localName = (name: string): string => {
  const at = name.indexOf(':');
  return at === -1 ? name : name.slice(at + 1);
};

/** An attribute whose prefix the part chooses itself; others have none. */
export const prefixed = (attributes: Attributes, local: string): string | undefined =>
  Object.entries(attributes).find(([name]) => name !== local && localName(name) === local)?.[1];

/** The prefixes, with their colon, of the namespace that a root has. */
const ownPrefixes = (prefix: string, attributes: Attributes): string[] => {
  const declared = Object.entries(attributes)
    .filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'))
    .map(([name, uri]) => [name === 'xmlns' ? '' : `${localName(name)}:`, uri] as const);
  const own = declared.find(([name]) => name === prefix)?.[1];
  return [prefix, ...declared.filter(([name, uri]) => uri === own && name !== prefix).map(([name]) => name)];
};

const encodingOf = (head: Uint8Array): string => {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return /^[^>]*?encoding=["']([\w-]+)["']/.exec(Buffer.from(head.subarray(0, 200)).toString('latin1'))?.[1] ?? 'utf-8';
};

const decoderFor = (head: Uint8Array) => {
  try {
    return new TextDecoder(encodingOf(head));
  } catch {
    throw damaged('A part of the workbook is in an encoding that is not known.');
  }
};

const ignore = (): void => undefined;

/**
 * Reads a part of a workbook as XML, a piece at a time; it goes on when asked for the next one.
 * @throws TableFault where it is no whole XML, or names entities of its own
 */
export async function* readXml(bytes: AsyncIterable<Uint8Array>, handlers: XmlHandlers): AsyncGenerator<void> {
  let [fed, fedAtTag, depth] = [0, 0, 0];
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('error', () => {
    throw damaged('The workbook is damaged: a part of it is cut off or no XML.');
  });
  parser.on('doctype', () => {
    throw ownEntities();
  });
  const { close = ignore, text: addText = ignore } = handlers;
  // The namespace of its root is that of all elements that mean something here, whichever prefix they have.
  parser.on('opentag', ({ name: root, attributes }) => {
    const name = localName(root);
    const prefixes = ownPrefixes(root.slice(0, -name.length), attributes);
    const isPlain = prefixes.every((prefix) => prefix === '');
    const local = (each: string): string => {
      const own = localName(each);
      return prefixes.includes(each.slice(0, -own.length)) ? own : each;
    };
    const open = isPlain ? handlers.open : (each: string, its: Attributes) => handlers.open(local(each), its);
    parser.on('opentag', (tag) => {
      fedAtTag = fed;
      depth += 1;
      if (depth > deepest) throw damaged('A part of the workbook is nested deeper than any that a spreadsheet has.');
      open(tag.name, tag.attributes);
    });
    parser.on('closetag', (tag) => {
      depth -= 1;
      close(isPlain ? tag.name : local(tag.name));
    });
    handlers.open(name, attributes);
  });
  // All of them always, so that every parser has one shape: what reads a million cells is compiled for it.
  parser.on('text', addText);
  parser.on('cdata', addText);
  let decoder: ReturnType<typeof decoderFor> | undefined;
  for await (const chunk of bytes) {
    decoder ??= decoderFor(chunk);
    const text = decoder.decode(chunk, { stream: true });
    fed += text.length;
    parser.write(text);
    if (fed - fedAtTag > longestPiece)
      throw tooLarge('A text of the workbook is longer than any that a spreadsheet holds.');
    yield;
  }
  parser.write(decoder?.decode() ?? '').close();
}

/** Reads a part of a workbook as XML, all of it. */
export const readAllXml = async (bytes: AsyncIterable<Uint8Array>, handlers: XmlHandlers): Promise<void> => {
  for await (const _ of readXml(bytes, handlers));
};
