/** How a file separates cells and rows. */
export interface Dialect {
  readonly delimiter: ',' | ';' | '\t' | '|';
  readonly lineEnding: '\n' | '\r\n' | '\r';
  /** Whether the first line is Excel's `sep=;`, which names the delimiter and is no data. */
  readonly sepLine: boolean;
}

const delimiters = [',', ';', '\t', '|'] as const;

/** The text up to the end of its first record that is not blank: quotes may hold line breaks and delimiters. */
const firstRecord = (text: string): string => {
  const start = text.length - text.trimStart().length;
  // A leading tab is an empty first cell, not white space before the header.
  const from = Math.max(text.lastIndexOf('\n', start), text.lastIndexOf('\r', start)) + 1;
  let quoted = false;
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '\n' || character === '\r')) return text.slice(from, index);
  }
  return text.slice(from);
};

/** Lines below a title that must be divided likewise to show where the table is. */
const leastAgreeing = 3;
/** Lines that are held against the header. */
const linesCompared = 10;

const outsideQuotes = (record: string): string => record.replaceAll(/"(?:[^"]|"")*"?/g, '""');

const lineEndingOf = (text: string): Dialect['lineEnding'] => {
  const found = /\r\n|\n|\r/.exec(outsideQuotes(text))?.[0];
  return (found ?? '\n') as Dialect['lineEnding'];
};

/** How often a delimiter stands in the header, and how many of the first lines it divides likewise. */
interface Dividing {
  readonly delimiter: Dialect['delimiter'];
  readonly count: number;
  readonly agreeing: number;
}

const countIn = (line: string, delimiter: string): number => line.split(delimiter).length - 1;

const agreeingWith = (count: number, delimiter: string, lines: readonly string[]): number =>
  count === 0 ? 0 : lines.filter((line) => countIn(line, delimiter) === count).length;

/** Where the first line is a title, the header is the first line that divides as most lines behind it do. */
const dividing = (delimiter: Dialect['delimiter'], header: string, lines: readonly string[]): Dividing => {
  const first = lines.slice(0, linesCompared);
  const count = countIn(header, delimiter);
  const asHeader = { delimiter, count, agreeing: agreeingWith(count, delimiter, first) };
  const isTitle = delimiters.every((each) => countIn(header, each) <= 1);
  if (asHeader.agreeing > 1 || !isTitle) return asHeader;
  return first
    .map((line, at): Dividing => {
      const below = countIn(line, delimiter);
      return { delimiter, count: below, agreeing: agreeingWith(below, delimiter, lines.slice(at, at + linesCompared)) };
    })
    .filter(({ agreeing, count: below }) => agreeing >= leastAgreeing && below > 1)
    .reduce((one, other) => (other.agreeing > one.agreeing ? other : one), asHeader);
};

/**
 * The dialect of a file by its beginning: a `sep=` line is believed; otherwise the delimiter that divides the first
 * lines as it divides the header, then the one that stands most often in the header outside quotes, then the comma.
 */
export const detectDialect = (head: string): Dialect => {
  const sep = /^(?:"sep=([,;\t|])"|sep=([,;\t|]))[ \t,;|]*(?:\r\n|\n|\r|$)/i.exec(head);
  const lineEnding = lineEndingOf(head);
  if (sep !== null) return { delimiter: (sep[1] ?? sep[2]) as Dialect['delimiter'], lineEnding, sepLine: true };
  const first = outsideQuotes(firstRecord(head));
  const all = outsideQuotes(head)
    .trimStart()
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '');
  // A line that nothing divides is a title: the header is the first one that something does.
  const isTitle = delimiters.every((each) => countIn(first, each) === 0);
  const at = isTitle
    ? Math.max(
        0,
        all.findIndex((line) => delimiters.some((each) => countIn(line, each) > 1)),
      )
    : 0;
  const lines = all.slice(at);
  const header = at === 0 ? first : (lines[0] ?? first);
  const counted = delimiters.map((delimiter) => dividing(delimiter, header, lines));
  const isBetter = (one: (typeof counted)[number], other: (typeof counted)[number]): boolean =>
    other.agreeing > one.agreeing || (other.agreeing === one.agreeing && other.count > one.count);
  const best = counted.reduce((one, other) => (isBetter(one, other) ? other : one));
  return { delimiter: best.delimiter, lineEnding, sepLine: false };
};

/** `LF`, `CRLF` or `CR`, as `summary.json` names a line ending. */
export const lineEndingName = (lineEnding: Dialect['lineEnding']): string =>
  ({ '\n': 'LF', '\r\n': 'CRLF', '\r': 'CR' })[lineEnding];
