import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Encoding, encodeText } from '../../shared/csv/encoding.ts';

/** A file as people make it. */
export interface CorpusFile {
  readonly name: string;
  /** Where such a file comes from. */
  readonly from: string;
  readonly bytes: Buffer;
  /** The mapping file of its folder, if it has one. */
  readonly mapping: unknown;
  readonly expected: Expected;
}

/** What must come of a file: its rows with line, status and codes; or why it is refused. */
export interface Expected {
  readonly rows?: readonly (readonly [line: number, status: string, ...codes: string[]])[];
  readonly file?: readonly [code: string, line: number | null];
  /** `code:column`, each once. */
  readonly warnings?: readonly string[];
  /** Members of the leads that are sent, in their order; only those that the file is about. */
  readonly leads?: readonly Readonly<Record<string, unknown>>[];
  readonly encoding?: string | null;
  readonly delimiter?: string | null;
  readonly lineEnding?: string | null;
}

type Recipe = { readonly base64: string } | { readonly encoding: string; readonly text: string };

const encodings: Readonly<Record<string, Encoding>> = {
  'utf-8': { name: 'utf-8', mark: false },
  'utf-8-bom': { name: 'utf-8', mark: true },
  'utf-16le-bom': { name: 'utf-16le', mark: true },
  'utf-16be-bom': { name: 'utf-16be', mark: true },
  'windows-1252': { name: 'windows-1252', mark: false },
  macintosh: { name: 'macintosh', mark: false },
};

const bytesOf = (recipe: Recipe): Buffer => {
  if ('base64' in recipe) return Buffer.from(recipe.base64, 'base64');
  const encoding = encodings[recipe.encoding];
  if (encoding === undefined) throw new Error(`the corpus knows no encoding ${recipe.encoding}`);
  return encodeText(`${encoding.mark ? '\uFEFF' : ''}${recipe.text}`, encoding);
};

const cases = JSON.parse(readFileSync(join(import.meta.dirname, 'cases.json'), 'utf8')) as readonly {
  readonly name: string;
  readonly from: string;
  readonly content: Recipe;
  readonly mapping?: unknown;
  readonly expected: Expected;
}[];

/** Every file of the corpus, by its recipe: text and encoding, or bytes where it is no text. */
export const corpus: readonly CorpusFile[] = cases.map(({ name, from, content, mapping, expected }) => ({
  name,
  from,
  mapping,
  bytes: bytesOf(content),
  expected,
}));
