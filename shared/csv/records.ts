import { CsvError, type Parser, parse } from 'csv-parse';
import { limits } from '../limits.ts';
import type { RecordGroup, TableRecord } from '../table/table.ts';
import { TableFault } from '../table/table-fault.ts';
import { type FileFault, fileFault } from '../words/file-fault.ts';
import type { Dialect } from './dialect.ts';

const noQuotes: readonly number[] = [];

const lineBreaksIn = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0;

/** Blank lines before a record: the parser keeps one character of each at the beginning of the record's own text. */
const blankLinesBefore = (raw: string): number => /^[\r\n]*/.exec(raw)?.[0].length ?? 0;

/** Finds the cells in quotes: where each cell begins follows from the lengths of those before it. */
const quotedCells = (raw: string, cells: readonly string[]): readonly number[] => {
  if (!raw.includes('"')) return noQuotes;
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

/** How programs write quotes that this is not, by the text before the error. */
const quoteHabit = (raw: string): string => {
  if (raw.includes('\\"')) return ': a backslash stands before it, where CSV doubles a quote';
  return /(?:^|[,;\t|])[ \u00a0]+"/.test(raw) ? ': there is a space between the delimiter and the quote' : '';
};

const tooLarge = (line: number): TableFault =>
  new TableFault(
    'record_too_large',
    `The row that starts on line ${line} is longer than ${limits.maxRecordBytes} bytes.`,
    line,
  );

const tooManyCells = (line: number): TableFault =>
  new TableFault(
    'too_many_columns',
    `The row that starts on line ${line} has more than ${limits.maxRecordCells} cells.`,
    line,
  );

const tooManyBlankLines = (line: number): TableFault =>
  new TableFault('too_many_rows', `The file has more than ${limits.maxRows} lines without content.`, line);

/** @param line on which the record starts that the parser was in */
const faultOf = (error: CsvError, line: number): FileFault => {
  const raw = String(error['raw'] ?? '');
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED': {
      // The quote that is still open is the last one, doubled ones aside.
      const text = raw.replaceAll('""', '');
      const opensOn = line + lineBreaksIn(text.slice(blankLinesBefore(raw), text.lastIndexOf('"')));
      const message = `A quote that opens on line ${opensOn} is never closed, so nothing after it can be read.`;
      return fileFault('unclosed_quote', message, opensOn);
    }
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE': {
      const cell = typeof error['column'] === 'number' ? `in cell ${error['column'] + 1} ` : '';
      const message = `A quote is in the wrong place ${cell}in the row that starts on line ${line}${quoteHabit(raw)}.`;
      return fileFault('stray_quote', message, line);
    }
    case 'CSV_MAX_RECORD_SIZE':
      return tooLarge(line).fault;
    default:
      throw error;
  }
};

const [lineFeed, carriageReturn] = [0x0a, 0x0d];

/** Bytes handed to the parser at once. */
const sliceBytes = 16 * 1024;

/** A mark of the byte order before a quote at the beginning of a line, as where files were joined; also as another encoding shows it. */
const lineMark = /([\r\n])(?:\ufeff|ï»¿)+(?=")/g;

/** The parser takes bytes; a character that is cut in two is whole again in its cell. */
async function* slicesOf(text: AsyncIterable<string>): AsyncGenerator<Buffer> {
  let before = '\n';
  for await (const chunk of text) {
    const bytes = Buffer.from(`${before}${chunk}`.replaceAll(lineMark, '$1').slice(1));
    before = chunk.at(-1) ?? before;
    for (let at = 0; at < bytes.length; at += sliceBytes) yield bytes.subarray(at, at + sliceBytes);
  }
}

/**
 * Hands a slice to the parser, or tells it that there is no more; it has parsed all of it when this returns. It makes an
 * error of every record that is shorter than the first: with its stack that takes twenty times as long as the record.
 */
const feed = (parser: Parser, slice?: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const settled = (error?: Error | null): void => (error ? reject(error) : resolve());
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    if (slice === undefined) parser.end(settled);
    else parser.write(slice, settled);
    Error.stackTraceLimit = stackTraceLimit;
  });

/**
 * Reads text as records, in order. Lines without content are left out and counted: blank ones, and those of empty cells,
 * as spreadsheets leave them below a table. The last item is a fault where the text cannot be read to its end; whatever
 * the stream below throws is thrown on.
 */
export async function* readRecords(text: AsyncIterable<string>, dialect: Dialect): AsyncGenerator<RecordGroup> {
  let group: TableRecord[] = [];
  /** On which the next record starts. */
  let line = 1;
  let isSepLine = dialect.sepLine;
  let withoutContent = 0;
  /** Bytes behind the latest record that are not of blank lines: the parser's own bound counts neither delimiters nor quotes. */
  let unread = 0;
  // Records are kept here, a slice of text at a time: the parser's own stream would hand on each of them alone.
  const on_record = (parsed: unknown): null => {
    const { record: cells, raw } = parsed as { readonly record: string[]; readonly raw: string };
    const blank = blankLinesBefore(raw);
    line += blank;
    withoutContent += blank;
    unread = 0;
    if (cells.length > limits.maxRecordCells) throw tooManyCells(line);
    if (isSepLine) isSepLine = false;
    else if (cells.some((cell) => cell.trim() !== ''))
      group.push({ kind: 'record', line, cells, quoted: quotedCells(raw, cells) });
    else withoutContent += 1;
    if (withoutContent > limits.maxRows) throw tooManyBlankLines(line);
    // The text ends with the beginning of its own line end, and only quotes can hold others.
    line += raw.includes('"') ? lineBreaksIn(raw.slice(blank)) : 1;
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
  let blankBytes = 0;
  try {
    for await (const slice of slicesOf(text)) {
      const isBlank = slice.every((byte) => byte === lineFeed || byte === carriageReturn);
      blankBytes = isBlank ? blankBytes + slice.length : 0;
      // A line ends with two characters at most.
      if (blankBytes > 2 * limits.maxRows) throw tooManyBlankLines(line);
      if (!isBlank) unread += slice.length;
      // A character has at most three bytes, and its row begins and ends somewhere in a slice.
      if (unread > 3 * limits.maxRecordBytes + 2 * sliceBytes) throw tooLarge(line);
      await feed(parser, slice);
      if (group.length > 0) yield taken();
    }
    await feed(parser);
    yield taken();
  } catch (error) {
    // What was read before it comes first.
    if (error instanceof TableFault) yield [...taken(), error.fault];
    else if (error instanceof CsvError)
      yield [...taken(), faultOf(error, line + blankLinesBefore(String(error['raw'] ?? '')))];
    else throw error;
  } finally {
    parser.destroy();
  }
}
