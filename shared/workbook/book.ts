import { limits } from '../limits.ts';
import type { TableEnd, TableRecord } from '../table/table.ts';
import { type FileFault, fileFault } from '../words/file-fault.ts';
import { tableTips } from '../words/table-tips.ts';
import { Archive } from './archive.ts';
import { rangeOf } from './cell-place.ts';
import { noStrings, readSharedStrings } from './shared-strings.ts';
import type { SheetContext } from './sheet.ts';
import { lostStyles, noStyles, readStyles, type Styles } from './styles.ts';
import { damaged, tooLarge } from './workbook-fault.ts';
import { prefixed, readAllXml } from './xml.ts';

/** A worksheet as the workbook lists it. */
export interface SheetEntry {
  readonly name: string;
  readonly isVisible: boolean;
  /** The name of its part. */
  readonly part: string;
}

/** What a workbook says of itself before one of its sheets is read. */
export interface Book {
  readonly archive: Archive;
  /** In its own order; charts and dialogs are none. */
  readonly sheets: readonly SheetEntry[];
  readonly context: SheetContext;
}

interface Relationship {
  /** The last part of its type: `worksheet`. */
  readonly type: string;
  readonly target: string;
}

/** A part's name by what another part calls it. */
const resolved = (from: string, target: string): string => {
  const path = target.replaceAll('\\', '/');
  const steps = path.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
};

/** What a part refers to, by the names that it uses; nothing where it refers to nothing. */
const relationshipsOf = async (archive: Archive, part: string): Promise<ReadonlyMap<string, Relationship>> => {
  const at = part.lastIndexOf('/') + 1;
  const name = `${part.slice(0, at)}_rels/${part.slice(at)}.rels`;
  const found = new Map<string, Relationship>();
  if (!archive.has(name)) return found;
  let count = 0;
  await readAllXml(archive.part(name), {
    open: (element, { Id = '', Type = '', Target = '' }) => {
      if (element !== 'Relationship') return;
      count += 1;
      if (count > limits.maxWorkbookParts) throw tooLarge('The workbook has more parts than any that Excel makes.');
      found.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), target: resolved(part, Target) });
    },
  });
  return found;
};

const targetOf = (relationships: ReadonlyMap<string, Relationship>, type: string): string | undefined =>
  [...relationships.values()].find((one) => one.type === type)?.target;

/** What else is packed as a zip, by the parts that it has. */
const otherArchives: readonly (readonly [begin: RegExp, what: string, tip: string])[] = [
  [/^xl\/workbook\.bin$/, 'a binary Excel workbook (.xlsb)', tableTips.saveAsWorkbook],
  [/^index\//, 'a Numbers spreadsheet (.numbers)', 'In Numbers choose "File", "Export To" and "Excel".'],
  [/^word\//, 'a Word document', tableTips.copyTable],
  [/^ppt\//, 'a PowerPoint presentation', tableTips.copyTable],
  [
    /^content\.xml$/,
    'an OpenDocument spreadsheet (.ods)',
    'In the program that wrote it choose "Save As" and "Excel 2007-365 (.xlsx)".',
  ],
];

/** What a zip is that is no workbook. */
const notWorkbook = ({ names }: Archive): FileFault => {
  const [, kind, tip] = otherArchives.find(([begin]) => names.some((name) => begin.test(name))) ?? [];
  return fileFault(
    'not_a_table',
    `The file is no table: it looks like ${kind ?? 'a zip archive'}.`,
    null,
    tip ?? 'Unpack it, and drop the files that are in it.',
  );
};

/** The sheets that the main part of a document lists; undefined where it is no workbook's. */
const readSheets = async (
  archive: Archive,
  part: string,
): Promise<{ readonly sheets: SheetEntry[]; readonly is1904: boolean } | undefined> => {
  const relationships = await relationshipsOf(archive, part);
  const sheets: SheetEntry[] = [];
  let is1904 = false;
  let root: string | undefined;
  await readAllXml(archive.part(part), {
    open: (element, attributes) => {
      const { name = '', state = 'visible', date1904 } = attributes;
      root ??= element;
      if (element === 'workbookPr') is1904 = date1904 === '1' || date1904 === 'true';
      if (element !== 'sheet') return;
      const target = relationships.get(prefixed(attributes, 'id') ?? '');
      if (target === undefined) throw damaged('A sheet of the workbook is missing.');
      if (sheets.some(({ part: other }) => other === target.target))
        throw damaged('Two sheets of the workbook are one part of it.');
      if (sheets.length === limits.maxSheets) throw tooLarge(`The workbook has more than ${limits.maxSheets} sheets.`);
      if (target.type === 'worksheet') sheets.push({ name, isVisible: state === 'visible', part: target.target });
    },
  });
  return root === 'workbook' ? { sheets, is1904 } : undefined;
};

const stylesOf = async (archive: Archive, part: string | undefined): Promise<Styles> => {
  if (part === undefined) return noStyles;
  return archive.has(part) ? readStyles(archive.part(part)) : lostStyles;
};

/**
 * Reads what a workbook says of itself; what is none is a fault.
 * @param source a file that stays open while its sheets are read, or its bytes
 * @throws TableFault where it is damaged, protected or too large
 */
export const openBook = async (source: number | Buffer): Promise<Book | FileFault> => {
  const archive = await Archive.open(source);
  const part = targetOf(await relationshipsOf(archive, ''), 'officeDocument') ?? 'xl/workbook.xml';
  if (!archive.has(part) && archive.names.some((name) => name.startsWith('xl/worksheets/')))
    throw damaged('A part of the workbook is missing.');
  const listed = archive.has(part) && !part.endsWith('.bin') ? await readSheets(archive, part) : undefined;
  if (listed === undefined) return notWorkbook(archive);
  const { sheets, is1904 } = listed;
  const relationships = await relationshipsOf(archive, part);
  const strings = targetOf(relationships, 'sharedStrings');
  const styles = targetOf(relationships, 'styles');
  const visible = sheets.filter(({ isVisible }) => isVisible);
  // Of several sheets only the beginning of most is read, and a single one to its end.
  const read = [part, strings, styles, visible.length === 1 ? visible[0]?.part : undefined];
  await archive.verify(new Set(read.flatMap((name) => name?.toLowerCase() ?? [])));
  return {
    archive,
    sheets,
    context: {
      strings:
        strings === undefined || !archive.has(strings) ? noStrings : await readSharedStrings(archive.part(strings)),
      styles: await stylesOf(archive, styles),
      is1904,
    },
  };
};

/**
 * Where the table ends that a header is of; undefined where the workbook has none there. Of several that begin on its
 * line it is the one that holds most of its names: others stand beside the leads.
 */
export const tableEndOf = async (
  archive: Archive,
  { part }: SheetEntry,
  { line, cells }: Pick<TableRecord, 'line' | 'cells'>,
): Promise<TableEnd | undefined> => {
  const tables: { readonly names: number; readonly end: TableEnd }[] = [];
  for (const { type, target } of (await relationshipsOf(archive, part)).values()) {
    if (type !== 'table' || !archive.has(target)) continue;
    await readAllXml(archive.part(target), {
      open: (element, { ref = '', totalsRowCount }) => {
        const range = element === 'table' ? rangeOf(ref) : undefined;
        if (range?.top !== line) return;
        const names = cells.slice(range.left, range.right + 1).filter((cell) => cell !== '').length;
        tables.push({ names, end: { line: range.bottom, hasTotals: Number(totalsRowCount ?? 0) > 0 } });
      },
    });
  }
  const [most] = tables.toSorted((one, other) => other.names - one.names);
  const named = cells.filter((cell) => cell !== '').length;
  return most !== undefined && most.names * 2 > named ? most.end : undefined;
};
