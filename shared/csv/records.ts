import { pipeline, Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { limits } from '../limits.ts';
import type { Dialect } from './dialect.ts';
import { type FileFault, fileFault } from './file-fault.ts';

/** Cells in the order of their columns, and which of them stand in quotes, so that they can be written back as they were. */
export interface Cells {
  readonly cells: readonly string[];
  /** Positions of the cells in quotes, ascending. */
  readonly quoted: readonly number[];
}

/** One record of the file, its cells as they stand there. */
export interface CsvRecord extends Cells {
  readonly kind: 'record';
  /** Line on which the record starts; the first line of the file is 1. */
  readonly line: number;
}

const lineBreak = /\r\n|\n|\r/g;

/**
 * Turns the parser's line count, which takes a CRLF inside quotes for two lines, into what an editor shows. It is told
 * of each record as it is parsed, so that after a fault it still knows where the last good record ended.
 */
class LineCounter {
  #surplus = 0;
  #previous = 0;
  /** Line of the last record's end. */
  end = 0;
  blankLines = 0;

  startOf(record: readonly string[], lines: number, blankLines: number): number {
    let inside = 0;
    if (lines - this.#previous > 1) {
      for (const cell of record) {
        for (const [found] of cell.matchAll(lineBreak)) {
          inside += 1;
          if (found === '\r\n') this.#surplus += 1;
        }
      }
    }
    this.#previous = lines;
    this.blankLines = blankLines;
    this.end = lines - this.#surplus;
    return this.end - inside;
  }
}

/** Where a record's own text begins: the parser may give it with the end of the line before. */
const beginOf = (text: string): number => /^[\r\n]*/.exec(text)?.[0].length ?? 0;

/** Finds the cells in quotes by walking along a record's own text. */
const quotedCells = (text: string, cells: readonly string[]): number[] => {
  if (!text.includes('"')) return [];
  const quoted: number[] = [];
  let at = beginOf(text);
  for (const [position, cell] of cells.entries()) {
    const isQuoted = text[at] === '"';
    if (isQuoted) quoted.push(position);
    // Two quotes around it, and each one inside it twice.
    at += cell.length + (isQuoted ? cell.split('"').length + 1 : 0) + 1;
  }
  return quoted;
};

/** How many lines of a record's text stand before the quote that is still open at its end. */
const linesBeforeOpenQuote = (text: string, delimiter: string): number => {
  const begin = beginOf(text);
  let at = begin;
  for (;;) {
    const isQuoted = text[at] === '"';
    // A quoted cell ends at the first quote that is not one of two.
    let end = isQuoted ? text.indexOf('"', at + 1) : text.indexOf(delimiter, at);
    while (isQuoted && end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
    if (end === -1) return text.slice(begin, at).match(lineBreak)?.length ?? 0;
    at = end + (isQuoted ? 2 : 1);
  }
};

/** Where the record that could not be read begins: after the last good one and the blank lines behind it. */
const brokenLine = (lines: LineCounter, error: CsvError): number =>
  lines.end + 1 + Math.max(0, Number(error['empty_lines'] ?? 0) - lines.blankLines);

const tooLarge = (line: number): FileFault =>
  fileFault(
    'record_too_large',
    `The row that starts on line ${line} is longer than ${limits.maxRecordBytes} bytes or has more than ${limits.maxRecordCells} cells. Usually a quote that opens there is never closed.`,
    line,
  );

const faultOf = (error: CsvError, line: number, delimiter: string): FileFault => {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED': {
      const opensOn = line + linesBeforeOpenQuote(String(error['raw'] ?? ''), delimiter);
      return fileFault(
        'unclosed_quote',
        `A quote that opens on line ${opensOn} is never closed, so nothing after it can be read. Close the quote, or double it if it is part of the value.`,
        opensOn,
      );
    }
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return fileFault(
        'stray_quote',
        `A quote stands where it cannot in the row that starts on line ${line}. Put the whole cell into quotes and double the quotes inside it, or remove the quote.`,
        line,
      );
    case 'CSV_MAX_RECORD_SIZE':
      return tooLarge(line);
    default:
      throw error;
  }
};

/** A record that grows past its bound; the parser's own bound counts neither delimiters nor quotes. */
class RecordTooLarge extends Error {
  override readonly name = 'RecordTooLarge';
}

/** Blank lines without end: the parser keeps them as the text of the record that would follow. */
class TooManyBlankLines extends Error {
  override readonly name = 'TooManyBlankLines';
}

const tooManyBlankLines = (line: number): FileFault =>
  fileFault(
    'too_many_rows',
    `The file has more than ${limits.maxRows} lines without content. Remove the empty lines.`,
    line,
  );

/** Characters handed to the parser at once. */
const sliceCharacters = 16 * 1024;
/** Slices that may be on their way between the watch and the parser. */
const slicesUnderWay = 8;

/** Watches how much text goes by without a record coming out, and how many cells a record has. */
class RecordWatch {
  #fed = 0;
  #fedAtRecord = 0;
  #blank = 0;

  recordCame(cells: readonly string[]): void {
    if (cells.length > limits.maxRecordCells) throw new RecordTooLarge('a record has too many cells');
    this.#fedAtRecord = this.#fed;
  }

  async *slices(text: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const chunk of text) {
      for (let at = 0; at < chunk.length; at += sliceCharacters) {
        const slice = chunk.slice(at, at + sliceCharacters);
        this.#fed += slice.length;
        // Nothing but line ends: blank lines, which no record comes out of. Inside quotes the parser's own bound holds.
        const isBlank = /^[\r\n]*$/.test(slice);
        if (isBlank) this.#fedAtRecord = this.#fed;
        this.#blank = isBlank ? this.#blank + slice.length : 0;
        // A line ends with two characters at most.
        if (this.#blank > 2 * limits.maxRows) throw new TooManyBlankLines('blank lines without end');
        if (this.#fed - this.#fedAtRecord > limits.maxRecordBytes + slicesUnderWay * sliceCharacters) {
          throw new RecordTooLarge('a record is longer than its bound');
        }
        yield slice;
      }
    }
  }
}

/**
 * Reads text as records, in order, blank lines skipped and counted; a line of empty cells, as spreadsheets leave them
 * below a table, is blank. The last item is a fault where the text cannot be
 * read to its end; whatever the stream below throws is thrown on.
 */
export async function* readRecords(
  text: AsyncIterable<string>,
  dialect: Dialect,
): AsyncGenerator<CsvRecord | FileFault> {
  const lines = new LineCounter();
  const watch = new RecordWatch();
  // The parser passes on whatever this returns; its types only know of arrays.
  const on_record = (parsed: unknown, { lines: atLine, empty_lines: blank }: Info): string[] => {
    const { record: cells, raw } = parsed as { readonly record: string[]; readonly raw: string };
    watch.recordCame(cells);
    const line = lines.startOf(cells, atLine, blank);
    const record: CsvRecord = { kind: 'record', line, cells, quoted: quotedCells(raw, cells) };
    return record as unknown as string[];
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
  pipeline(Readable.from(watch.slices(text), { highWaterMark: 1 }), parser, () => {
    // The iteration below meets every error; this callback only keeps it from being unhandled.
  });
  let skip = dialect.sepLine;
  let blank = 0;
  try {
    for await (const record of parser as AsyncIterable<CsvRecord>) {
      if (skip) skip = false;
      else if (record.cells.some((cell) => cell.trim() !== '')) yield record;
      else blank += 1;
      if (blank > limits.maxRows) {
        yield tooManyBlankLines(record.line);
        return;
      }
    }
  } catch (error) {
    if (error instanceof RecordTooLarge) yield tooLarge(lines.end + 1);
    else if (error instanceof TooManyBlankLines) yield tooManyBlankLines(lines.end + 1);
    else if (error instanceof CsvError) yield faultOf(error, brokenLine(lines, error), dialect.delimiter);
    else throw error;
  } finally {
    parser.destroy();
  }
}
