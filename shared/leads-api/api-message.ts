import { parseJson } from '../parse-json.ts';

/** Characters that a terminal obeys or that turn a text around. */
const unsafeCharacters = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g;
const longestMessage = 500;
/** Deeper than any message is nested. */
const deepest = 4;

/** Members that hold words for people, the plainest first: problem+json has `detail`, others nest their `error`. */
const wordMembers = [
  'message',
  'detail',
  'error_description',
  'description',
  'error',
  'errors',
  'reason',
  'title',
] as const;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** What one error of a list says, with the field that it names. */
const entryWords = (entry: unknown, depth: number): string => {
  const words = wordsOf(entry, depth);
  const field = isObject(entry) ? (entry['field'] ?? entry['path'] ?? entry['param'] ?? entry['name']) : undefined;
  const name = Array.isArray(field) ? field.join('.') : field;
  return typeof name === 'string' && words !== '' && !words.includes(name) ? `${name}: ${words}` : words;
};

/** The words for people in a JSON value; empty where it has none. */
const wordsOf = (value: unknown, depth = 0): string => {
  if (typeof value === 'string') return value;
  if (!isObject(value) || depth > deepest) return '';
  if (Array.isArray(value))
    return value
      .map((entry) => entryWords(entry, depth + 1))
      .filter((words) => words !== '')
      .join('; ');
  for (const member of wordMembers) {
    const words = wordsOf(value[member], depth + 1);
    if (words !== '') return words;
  }
  // By field: {"email": ["is invalid"]}.
  const named = Object.entries(value).map(([name, each]) => [
    name,
    Array.isArray(each) ? wordsOf(each, depth + 1) : '',
  ]);
  return named
    .filter(([, words]) => words !== '')
    .map(([name, words]) => `${name}: ${words}`)
    .join('; ');
};

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['#39', "'"],
]);

const plain = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(#?\w+);/g, (all, name: string) => entities.get(name) ?? all)
    .replaceAll(/\s+/g, ' ')
    .trim();

/** What a page says: its title, otherwise its first sentence. */
const wordsOfPage = (html: string): string => {
  const title = plain(/<title[^>]*>([^<]*)/i.exec(html)?.[1] ?? '');
  if (title !== '') return title;
  const text = plain(html.replaceAll(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, ' '));
  return /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
};

/** Whether an answer is a page for a browser, which whatever stands before an API writes. */
export const isPage = (text: string): boolean => /^\s*<(?:!doctype|html|head|body|\?xml|h\d|p|div)\b/i.test(text);

/** The API's own words about a refusal, in whatever form they came, on one line and short enough for a cell. */
export const apiMessage = (body: string | undefined): string => {
  const text = body ?? '';
  const parsed = parseJson(text);
  const words = isObject(parsed) ? wordsOf(parsed) || text : isPage(text) ? wordsOfPage(text) : text;
  return words.replaceAll(unsafeCharacters, ' ').replaceAll(/\s+/g, ' ').trim().slice(0, longestMessage);
};
