import { type FoundHeader, seekHeader, tableOf } from '../table/seek-header.ts';
import type { KnownFormat, OpenTable, OpenWarning, RecordGroup, TableFormat } from '../table/table.ts';
import { TableFault } from '../table/table-fault.ts';
import { shown } from '../words/escaping.ts';
import { type FileFault, fileFault } from '../words/file-fault.ts';
import { type Book, openBook, type SheetEntry, tableEndOf } from './book.ts';
import { type CellCount, SheetReader } from './sheet.ts';

/** A report of a workbook is what every spreadsheet opens. */
const formatOf = (sheet: string, is1904: boolean): TableFormat => ({
  encoding: { name: 'utf-8', mark: true },
  dialect: { delimiter: ',', lineEnding: '\r\n', sepLine: false },
  sheet,
  ...(is1904 && { is1904 }),
});

/** Sheets that a sentence names; more would not be read. */
const namedSheets = 20;

const names = (sheets: readonly SheetEntry[]): string => {
  const named = sheets.slice(0, namedSheets).map(({ name }) => shown(name));
  return `${named.join(', ')}${sheets.length > namedSheets ? ` and ${sheets.length - namedSheets} more` : ''}`;
};

/** A sheet whose first rows were looked at. */
interface SeenSheet {
  readonly sheet: SheetEntry;
  readonly reader: SheetReader;
  /** Undefined where the sheet is empty. */
  readonly found: FoundHeader | FileFault | undefined;
}

async function* faultsAsItems(groups: AsyncIterable<RecordGroup>): AsyncGenerator<RecordGroup> {
  try {
    yield* groups;
  } catch (error) {
    if (!(error instanceof TableFault)) throw error;
    yield [error.fault];
  }
}

const see = async (
  { archive, context }: Book,
  sheet: SheetEntry,
  { header }: KnownFormat,
  read?: CellCount,
): Promise<SeenSheet> => {
  const reader = new SheetReader(context, read);
  return {
    sheet,
    reader,
    found: await seekHeader(faultsAsItems(reader.rows(archive.part(sheet.part))), header, 'row'),
  };
};

const isOpen = (found: SeenSheet['found']): found is FoundHeader => found !== undefined && !('kind' in found);

const letGo = async ({ found }: SeenSheet): Promise<void> => {
  if (isOpen(found)) await found.close();
};

interface Chosen {
  readonly seen: SeenSheet;
  readonly warnings: readonly OpenWarning[];
}

const noSuchSheet = (wanted: string, { sheets }: Book): FileFault =>
  fileFault(
    'invalid_option',
    `The option sheet names ${shown(wanted)}, and the workbook has no sheet of that name. It has ${names(sheets)}.`,
  );

/** The sheet that somebody has named, whether or not it is visible. */
const named = async (book: Book, known: KnownFormat, wanted: string): Promise<Chosen | FileFault> => {
  const isWanted = ({ name }: SheetEntry): boolean => name.trim().toLowerCase() === wanted.trim().toLowerCase();
  const sheet = book.sheets.find(isWanted);
  return sheet === undefined ? noSuchSheet(wanted, book) : { seen: await see(book, sheet, known), warnings: [] };
};

const unreadSheet = ({ name }: SheetEntry, { code, what, line, tip }: FileFault): FileFault =>
  fileFault(
    code,
    `In the sheet ${shown(name)}: ${what}`,
    line,
    `${tip} If its leads are in another sheet, hide this one, or name the other with the option sheet.`,
  );

/** The visible sheet whose header is one, where only one has such; otherwise the first that holds anything. */
const choose = async (book: Book, known: KnownFormat): Promise<Chosen | FileFault> => {
  const visible = book.sheets.filter(({ isVisible }) => isVisible);
  const filled: SeenSheet[] = [];
  const read: CellCount = { cells: 0 };
  for (const sheet of visible) {
    const seen = await see(book, sheet, known, read);
    // Only the beginning of each is read; the one that is chosen is opened again.
    if (visible.length > 1) await letGo(seen);
    if (seen.found !== undefined) filled.push(seen);
  }
  // What a sheet holds that cannot be read nobody knows: no other one is taken in its place.
  for (const { sheet, found } of visible.length > 1 ? filled : [])
    if (found !== undefined && !isOpen(found)) return unreadSheet(sheet, found);
  const sure = filled.filter(({ found }) => isOpen(found) && found.isSure);
  if (sure.length > 1) {
    const sheets = sure.map(({ sheet }) => sheet);
    const what = `The workbook has ${sure.length} sheets of leads: ${names(sheets)}. Nothing says which one is meant.`;
    return { ...fileFault('several_sheets', what), sheets: sheets.slice(0, namedSheets).map(({ name }) => name) };
  }
  const seen = sure[0] ?? filled[0];
  if (seen === undefined)
    return fileFault(
      'empty_file',
      'The workbook has no visible sheet that holds anything: expected a header and one lead a row.',
    );
  const others = filled.filter((each) => each !== seen).map(({ sheet }) => sheet);
  const warnings =
    sure.length === 1 && others.length > 0 ? [{ code: 'sheet_chosen' as const, about: names(others) }] : [];
  return { seen: visible.length > 1 ? await see(book, seen.sheet, known) : seen, warnings };
};

const openSheet = async (book: Book, known: KnownFormat): Promise<OpenTable | FileFault> => {
  const chosen = known.sheet === undefined ? await choose(book, known) : await named(book, known, known.sheet);
  if ('kind' in chosen) return chosen;
  const {
    seen: { found, sheet, reader },
    warnings,
  } = chosen;
  if (found === undefined) return fileFault('empty_file', 'The sheet is empty: expected a header and one lead a row.');
  if ('kind' in found) return found;
  const tableEnd = await tableEndOf(book.archive, sheet, found.header);
  return tableOf(found, {
    format: formatOf(sheet.name, book.context.is1904),
    merges: reader.merges,
    tableEnd,
    warnings,
  });
};

/** A workbook in a file that stays open, to be read as often as needed; what it says of itself is read once. */
export class WorkbookFile {
  readonly #fd: number;
  #book: Promise<Book | FileFault> | undefined;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Opens its sheet of leads and reads what is wanted of it. */
  async read<Result>(use: (table: OpenTable) => Promise<Result>, known: KnownFormat = {}): Promise<Result | FileFault> {
    try {
      this.#book ??= openBook(this.#fd);
      const book = await this.#book;
      if ('kind' in book) return book;
      const table = await openSheet(book, known);
      return table.kind === 'fault' ? table : await use(table);
    } catch (error) {
      if (error instanceof TableFault) return error.fault;
      throw error;
    }
  }
}
