import { documentsColumn } from '../../../shared/lead/attached-documents.ts';

/** Marks that a copy or a web page leaves in a cell: zero-width and direction marks, soft hyphens. */
const invisibleMarks = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;
/** Joiners are spelling between these: Arabic and Indic letters, emoji. */
const scripts =
  'Arabic Syriac Mongolian Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala'
    .split(' ')
    .map((script) => `\\p{Script=${script}}`)
    .join('');
const joined = `[${scripts}\\p{Extended_Pictographic}\\ufe0f\\u{1f3fb}-\\u{1f3ff}]`;
/** Behind the sign that takes the vowel of an Indic letter a joiner makes another letter, also at the end of a word. */
const virama = '[\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca]';
const strayJoiner = new RegExp(`(?<!${joined})[\\u200c\\u200d]|(?<!${virama})[\\u200c\\u200d](?!${joined})`, 'gu');

/** A text without marks that nobody sees. */
const withoutMarks = (text: string): string => text.replaceAll(invisibleMarks, '').replaceAll(strayJoiner, '');

const dashes = /[\u2010-\u2015\u2212]/g;

/** Columns of free text: kept as they are, except for invisible marks. */
const freeText: ReadonlySet<string> = new Set([
  'customer.first_name',
  'customer.last_name',
  'company.name',
  'company.business_description',
  'loan.notes',
  documentsColumn,
]);

/** A text without what some programs write around it, to keep a spreadsheet from reading it as a number: `="0412345678"`. */
const unguarded = (text: string): string => (text.startsWith('=') ? text.replace(/^="([^"]*)"$/, '$1').trim() : text);

/** Whether a program has put an apostrophe before what a row holds: before a number or an address it is nothing else. */
const areGuarded = (cells: readonly string[]): boolean => cells.some((cell) => /^\s*'(?:[\d+($]|\S+@)/.test(cell));

/**
 * A text without the apostrophe that keeps a spreadsheet from reading it as something else. A word may begin with one, 't
 * Hooft, and a name with the glottal stop before its vowel: 'Ofa, 'Alipate.
 */
const withoutApostrophe = (text: string, column: string, cells: readonly string[]): string => {
  if (!text.startsWith("'") || quotable.has(column)) return text;
  if (/^'(?:[tns]\b|.*')/i.test(text)) return text;
  const isName = freeText.has(column) && /^'[aeiou]/i.test(text) && !areGuarded(cells);
  return isName ? text : text.slice(1).trim();
};

/** Columns of sentences. */
const quotable: ReadonlySet<string> = new Set(['loan.notes', 'company.business_description', documentsColumn]);

/** Printable ASCII: it hides nothing, and no encoding reads it otherwise. */
export const isPlainText = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/**
 * A cell as a person reads it: what `="…"` guards, full-width digits become digits, long dashes become dashes, invisible marks go.
 * @param cells of its row
 */
export const cleaned = (cell: string, column: string, cells: readonly string[]): string => {
  if (isPlainText(cell)) return withoutApostrophe(unguarded(cell.trim()), column, cells);
  const seen = withoutApostrophe(unguarded(withoutMarks(cell).trim()), column, cells);
  return (freeText.has(column) ? seen : seen.normalize('NFKC').replaceAll(dashes, '-')).trim();
};

/** Control characters, apart from line breaks and tabs. */
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;

/** Position of the first control character of a text; -1 where it has none. */
export const controlCharacterAt = (text: string): number => text.search(controlCharacter);
