import { closeSync, writeSync } from 'node:fs';
import { announcedEncoding } from '../csv/encoding.ts';
import { readCsv } from '../csv/open.ts';
import { limits } from '../limits.ts';
import { openNameless } from '../nameless-file.ts';
import { type FileFault, fileFault } from '../words/file-fault.ts';
import { tableTips } from '../words/table-tips.ts';
import type { WorkbookFile } from '../workbook/read-workbook.ts';
import { lengthOf, peek } from './peek.ts';
import { containerKind, namedKind, notCsv, unnamedText } from './recognise-kind.ts';
import type { KnownFormat, OpenBytes, OpenTable, OpenWarning } from './table.ts';

/** Bytes that tell what a file is. */
const headBytes = 4096;

/** How the directory of a compound file names what a password protects, in UTF-16. */
const protectedMark = Buffer.from('EncryptedPackage', 'utf16le');

const oldWorkbook = fileFault(
  'not_a_table',
  'The file is no table: it looks like a workbook of Excel 97 (.xls).',
  null,
  tableTips.saveAsWorkbook,
);
const protectedWorkbook = fileFault(
  'workbook_protected',
  'The workbook is protected by a password, so it cannot be read.',
);

/** Whether a file of several files holds what a password protects. */
const isProtected = async (bytes: AsyncIterable<Uint8Array>): Promise<boolean> => {
  let before = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const text = Buffer.concat([before, chunk]);
    if (text.includes(protectedMark)) return true;
    before = text.subarray(-protectedMark.length);
  }
  return false;
};

/** Copies a file to where it can be read from its end; undefined where it is too large for that. */
const keep = async (bytes: AsyncIterable<Uint8Array>): Promise<number | undefined> => {
  const fd = openNameless();
  let sizeBytes = 0;
  try {
    for await (const chunk of bytes) {
      if (sizeBytes + chunk.length > limits.maxWorkbookBytes) {
        closeSync(fd);
        return undefined;
      }
      sizeBytes += writeSync(fd, chunk, 0, chunk.length, sizeBytes);
    }
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
};

/** A table in a file of whatever kind, to be read as often as needed. Its bytes say what it is, and its name where they do not. */
export class TableFile {
  readonly #open: OpenBytes;
  readonly #name: string;
  #kept: number | undefined;
  #workbook: WorkbookFile | undefined;

  /** @param name of the file; its ending counts */
  constructor(name: string, open: OpenBytes) {
    this.#name = name;
    this.#open = open;
  }

  /** Opens the table and reads what is wanted of it; a file that is none, or cannot be read, is a fault. */
  async read<Result>(use: (table: OpenTable) => Promise<Result>, known: KnownFormat = {}): Promise<Result | FileFault> {
    const named = namedKind(this.#name);
    if (this.#workbook !== undefined) return this.#workbook.read(this.#telling(use, named === 'workbook'), known);
    const bytes = await peek(await this.#open(), (taken) => lengthOf(taken) >= headBytes);
    const head = Buffer.concat(bytes.taken);
    const container = containerKind(head);
    if (container === 'compound') return (await isProtected(bytes.all)) ? protectedWorkbook : oldWorkbook;
    if (container === 'zip') {
      const workbook = await this.#openWorkbook(bytes.all);
      if ('kind' in workbook) return workbook;
      return workbook.read(this.#telling(use, named === 'workbook'), known);
    }
    if (named === undefined && container === undefined && head.length > 0) {
      await bytes.close();
      return notCsv(head, announcedEncoding(head)) ?? unnamedText();
    }
    const found = container === 'gzip' ? 'csv.gz' : 'csv';
    return this.#readCsv(bytes.all, this.#telling(use, named === found), { known, gzip: container === 'gzip' });
  }

  #telling<Result>(
    use: (table: OpenTable) => Promise<Result>,
    isAsSaid: boolean,
  ): (table: OpenTable) => Promise<Result> {
    const differs: OpenWarning = { code: 'name_and_content_differ', about: '' };
    return (table) => use(isAsSaid ? table : { ...table, warnings: [...table.warnings, differs] });
  }

  #readCsv<Result>(
    first: AsyncIterable<Uint8Array>,
    use: (table: OpenTable) => Promise<Result>,
    { known, gzip }: { readonly known: KnownFormat; readonly gzip: boolean },
  ): Promise<Result | FileFault> {
    let begun: AsyncIterable<Uint8Array> | undefined = first;
    const open: OpenBytes = async () => {
      const bytes = begun ?? (await this.#open());
      begun = undefined;
      return bytes;
    };
    return readCsv({ open, gzip }, use, known);
  }

  async #openWorkbook(bytes: AsyncIterable<Uint8Array>): Promise<WorkbookFile | FileFault> {
    const fd = await keep(bytes);
    if (fd === undefined)
      return fileFault(
        'file_too_large',
        `The workbook has more than ${limits.maxWorkbookBytes} bytes.`,
        null,
        'Make several workbooks of it, or save the sheet as "CSV UTF-8", which may be larger.',
      );
    this.#kept = fd;
    // Only a workbook needs what reads one.
    const { WorkbookFile: Workbook } = await import('../workbook/read-workbook.ts');
    this.#workbook = new Workbook(fd);
    return this.#workbook;
  }

  /** Lets go of what was kept of it. */
  close(): void {
    if (this.#kept !== undefined) closeSync(this.#kept);
    this.#kept = undefined;
    this.#workbook = undefined;
  }
}
