import { CsvError, type Parser, parse } from 'csv-parse';
import { limits } from '../limits.ts';
import type { RecordGroup, TableRecord } from '../table/table.ts';
import { type FileFault, fileFault } from '../words/file-fault.ts';
import type { Dialect } from './dialect.ts';

const lineBreaksIn = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;

/** Blank lines before a record: the parser keeps one character of each at the beginning of the record's own text. */
const blankLinesBefore = (raw: string): number => /^[\r\n]*/.exec(raw)?.[0].length ?? 0;

/** Finds the cells in quotes: where each cell begins follows from the lengths of those before it. */
const quotedCells = (raw: string, cells: readonly string[]): number[] => {
  if (!raw.includes('"')) return [];
  const quoted: number[] = [];
  let at = blankLinesBefore(raw);
  for (const [position, cell] of cells.entries()) {
    const isQuoted = raw[at] === '"';
    if (isQuoted) quoted.push(position);
    // Two quotes around it, and each one inside it twice.
    at += cell.length + (isQuoted ? cell.split('"').length + 1 : 0) + 1;
  }
  return quoted;
};

/** Lines of a record's text before the quote that is still open at its end: the last one, doubled quotes aside. */
const linesBeforeOpenQuote = (raw: string): number => {
  const text = raw.replaceAll('""', '');
  return lineBreaksIn(text.slice(blankLinesBefore(raw), text.lastIndexOf('"')));
};

const tooLarge = (line: number): FileFault =>
  fileFault(
    'record_too_large',
    `The row that starts on line ${line} is longer than ${limits.maxRecordBytes} bytes.`,
    line,
  );

const tooManyCells = (line: number): FileFault =>
  fileFault(
    'too_many_columns',
    `The row that starts on line ${line} has more than ${limits.maxRecordCells} cells.`,
    line,
  );

const tooManyBlankLines = (line: number): FileFault =>
  fileFault('too_many_rows', `The file has more than ${limits.maxRows} lines without content.`, line);

/** Which cell of its row an error is about, as far as the parser knows. */
const cellOf = (error: CsvError): string => {
  const position = error['column'];
  return typeof position === 'number' ? `in cell ${position + 1} ` : '';
};

/** How programs write quotes that this is not, by the text before the error. */
const quoteHabit = (raw: string): string => {
  if (raw.includes('\\"')) return ': a backslash stands before it, where CSV doubles a quote';
  return /(?:^|[,;\t|])[ \u00a0]+"/.test(raw) ? ': there is a space between the delimiter and the quote' : '';
};

const faultOf = (error: CsvError, line: number): FileFault => {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED': {
      const opensOn = line + linesBeforeOpenQuote(String(error['raw'] ?? ''));
      const message = `A quote that opens on line ${opensOn} is never closed, so nothing after it can be read.`;
      return fileFault('unclosed_quote', message, opensOn);
    }
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return fileFault(
        'stray_quote',
        `A quote is in the wrong place ${cellOf(error)}in the row that starts on line ${line}${quoteHabit(String(error['raw'] ?? ''))}.`,
        line,
      );
    case 'CSV_MAX_RECORD_SIZE':
      return tooLarge(line);
    default:
      throw error;
  }
};

/** Thrown in the middle of the text where a bound is exceeded, with the fault that it comes to on a line. */
class BoundExceeded extends Error {
  override readonly name = 'BoundExceeded';
  readonly faultOn: (line: number) => FileFault;

  constructor(faultOn: (line: number) => FileFault) {
    super('the text exceeds a bound');
    this.faultOn = faultOn;
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** Characters handed to the parser at once. */
const sliceCharacters = 16 * 1024;

/**
 * Follows the text on its way through the parser: which line it is on, and how much went by without a record coming out.
 * The parser's own bound counts neither delimiters nor quotes, and it keeps blank lines as text of the next record.
 */
class TextPosition {
  /** Line on which the next record starts, blank lines before it not yet counted. */
  #line = 1;
  #fed = 0;
  #fedAtRecord = 0;
  #blank = 0;

  /** Line on which a record starts whose own text this is. */
  startOf(raw: string): number {
    return this.#line + blankLinesBefore(raw);
  }

  record(cells: readonly string[], raw: string): TableRecord {
    if (cells.length > limits.maxRecordCells) throw new BoundExceeded(tooManyCells);
    this.#fedAtRecord = this.#fed;
    const line = this.startOf(raw);
    // The text ends with the beginning of its own line end, and only quotes can hold others.
    this.#line = line + (raw.includes('"') ? lineBreaksIn(raw.slice(line - this.#line)) : 1);
    return { kind: 'record', line, cells, quoted: quotedCells(raw, cells) };
  }

  async *slices(text: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const chunk of text) {
      for (let at = 0; at < chunk.length; ) {
        const end = at + sliceCharacters;
        // The two halves of a character beyond the first plane stay together: the parser takes each slice apart into bytes.
        const slice = chunk.slice(at, isHighSurrogate(chunk.charCodeAt(end - 1)) ? end + 1 : end);
        at += slice.length;
        this.#fed += slice.length;
        const isBlank = /^[\r\n]*$/.test(slice);
        if (isBlank) this.#fedAtRecord = this.#fed;
        this.#blank = isBlank ? this.#blank + slice.length : 0;
        // A line ends with two characters at most.
        if (this.#blank > 2 * limits.maxRows) throw new BoundExceeded(tooManyBlankLines);
        if (this.#fed - this.#fedAtRecord > limits.maxRecordBytes + 2 * sliceCharacters)
          throw new BoundExceeded(tooLarge);
        yield slice;
      }
    }
  }
}

/** Hands a slice to the parser, or tells it that there is no more; it has parsed all of it when this returns. */
const feed = (parser: Parser, slice: string | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const settled = (error?: Error | null): void => (error ? reject(error) : resolve());
    if (slice === undefined) parser.end(settled);
    else parser.write(slice, settled);
  });

/**
 * Reads text as records, in order. Blank lines are skipped and counted, and so are lines of empty cells, as spreadsheets
 * leave them below a table. The last item is a fault where the text cannot be read to its end; whatever the stream below
 * throws is thrown on.
 */
export async function* readRecords(text: AsyncIterable<string>, dialect: Dialect): AsyncGenerator<RecordGroup> {
  const position = new TextPosition();
  let group: TableRecord[] = [];
  let skip = dialect.sepLine;
  let blank = 0;
  // Records are kept here, a slice of text at a time: the parser's own stream would hand on each of them alone.
  const on_record = (parsed: unknown): null => {
    const { record: cells, raw } = parsed as { readonly record: string[]; readonly raw: string };
    const record = position.record(cells, raw);
    if (skip) skip = false;
    else if (cells.some((cell) => cell.trim() !== '')) group.push(record);
    else blank += 1;
    if (blank > limits.maxRows) throw new BoundExceeded(() => tooManyBlankLines(record.line));
    return null;
  };
  const parser = parse({
    delimiter: dialect.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    on_record,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: limits.maxRecordBytes,
  });
  // Every error comes with the slice that it is in; this listener only keeps it from being unhandled.
  parser.on('error', () => undefined);
  const taken = (): RecordGroup => {
    const records = group;
    group = [];
    return records;
  };
  try {
    for await (const slice of position.slices(text)) {
      await feed(parser, slice);
      if (group.length > 0) yield taken();
    }
    await feed(parser, undefined);
    yield taken();
  } catch (error) {
    // What was read before it comes first.
    if (error instanceof BoundExceeded) yield [...taken(), error.faultOn(position.startOf(''))];
    else if (error instanceof CsvError)
      yield [...taken(), faultOf(error, position.startOf(String(error['raw'] ?? '')))];
    else throw error;
  } finally {
    parser.destroy();
  }
}
