import { cellReaders } from '../lead/lead.ts';
import { Refusal } from '../lead/refusal.ts';
import type { TableRecord } from '../table/table.ts';
import { shown } from '../words/escaping.ts';
import { foldedName } from '../words/folded-name.ts';
import { readSheets } from '../workbook/read-sheets.ts';
import { knownColumnOf } from './column-name.ts';
import { nameOf } from './distinct-titles.ts';
import type { Meaning } from './mapping.ts';
import { columnsSheet, valuesSheet } from './mapping-sheets.ts';
import { columnsOf, meaningOf, unitChoices } from './mapping-words.ts';
import { keepOut } from './plain-names.ts';

/** A mapping as its workbook says it, in the form of its JSON; or what is wrong with it, by sheet and row. */
export type MappingInWorkbook = { readonly json: object } | { readonly fault: string };

/** A row of a sheet by the names of its head. */
interface NamedRow {
  readonly line: number;
  readonly cell: (name: string) => string;
}

type Sheets = ReadonlyMap<string, readonly TableRecord[]>;

/** The sheets that a mapping has; its hidden one is for drop-downs. */
const isOfMapping = (name: string): boolean =>
  [columnsSheet, valuesSheet].some((sheet) => foldedName(sheet.name) === foldedName(name));

const sheetOf = (sheets: Sheets, wanted: string): readonly TableRecord[] =>
  [...sheets].find(([name]) => foldedName(name) === foldedName(wanted))?.[1] ?? [];

/** The rows of a sheet below its head; undefined where a column that counts has no head. */
const namedRows = (records: readonly TableRecord[], wanted: readonly string[]): readonly NamedRow[] | undefined => {
  const [head, ...others] = records;
  const places = new Map((head?.cells ?? []).map((name, position) => [foldedName(name), position] as const));
  if (wanted.some((name) => !places.has(foldedName(name)))) return undefined;
  return others.map(({ line, cells }) => ({
    line,
    cell: (name) => cells[places.get(foldedName(name)) ?? -1]?.trim() ?? '',
  }));
};

interface Found {
  readonly columns: Map<string, Meaning>;
  readonly headers: string[];
  readonly faults: string[];
}

/** What one row says of a column. */
interface Said {
  readonly line: number;
  readonly title: string;
  readonly meaning: Meaning;
}

/** Whether somebody was asked for a unit and has named none: a number without one is another number. */
const isUnitMissing = (meaning: Meaning, asked: string): boolean =>
  asked !== '' && typeof meaning === 'string' && unitChoices[meaning] !== undefined;

const [yourColumn, , meaningHead, unitHead, decideHead] = columnsSheet.head;
const [columnHead, textHead, , valueHead] = valuesSheet.head;

/** By what two titles are one column: of `#` and `%` nothing is left once they are folded. */
const titleKey = (title: string): string => foldedName(title) || title;

/** The names of the header that the rows are of; a row that stands twice is one column. */
const titlesIn = (rows: readonly NamedRow[]): string[] => {
  const titles = new Map(rows.map(({ cell }) => [titleKey(cell(yourColumn)), cell(yourColumn)] as const));
  return [...titles.values()].filter((title) => title !== '').map(nameOf);
};

const readColumns = (rows: readonly NamedRow[]): Found => {
  const found: Found = { columns: new Map(), headers: [], faults: [] };
  const said: Said[] = [];
  found.headers.push(...titlesIn(rows));
  for (const { line, cell } of rows) {
    const title = cell(yourColumn);
    if (title === '') continue;
    const read = meaningOf({ meaning: cell(meaningHead), unit: cell(unitHead) });
    const fault = (what: string): void =>
      void found.faults.push(`${columnsSheet.name}, row ${line} (${shown(title)}): ${what}`);
    const twin = said.find((other) => titleKey(other.title) === titleKey(title));
    if (typeof read === 'string') fault(read);
    else if (read === undefined) continue;
    else if (twin !== undefined && JSON.stringify(twin.meaning) !== JSON.stringify(read.meaning))
      fault(`row ${twin.line} says of the same column that it is something else`);
    else if (read.isSaid !== true && isUnitMissing(read.meaning, cell(decideHead)))
      fault(`expected a unit beside it, such as "${unitChoices[String(read.meaning)]?.[0]}"`);
    else said.push({ line, title, meaning: read.meaning });
  }
  // What the importer knows by itself is left to it, since of several names of one column it knows the order; unless
  // somebody has given a column of another name the same meaning: then the first of them in the sheet counts.
  const isOwn = ({ title, meaning }: Said): boolean => meaning === knownColumnOf(nameOf(title));
  const named = new Set(said.filter((each) => !isOwn(each)).flatMap(({ meaning }) => columnsOf(meaning)));
  for (const each of said)
    if (!isOwn(each) || named.has(String(each.meaning))) found.columns.set(each.title, each.meaning);
  return found;
};

const columnOfValue = (title: string, { columns }: Found): string | undefined => {
  const said = [...columns].find(([name]) => foldedName(name) === foldedName(title))?.[1];
  if (typeof said === 'string') return said;
  return knownColumnOf(nameOf(title));
};

const readValues = (rows: readonly NamedRow[], found: Found): Record<string, Record<string, string>> => {
  const values: Record<string, Record<string, string>> = {};
  const rules = { dates: 'DMY', today: '' } as const;
  for (const { line, cell } of rows) {
    const [title, text, meaning] = [cell(columnHead), cell(textHead), cell(valueHead)];
    if (text === '' || meaning === '') continue;
    const fault = (what: string): void =>
      void found.faults.push(`${valuesSheet.name}, row ${line} (${shown(text)}): ${what}`);
    const column = columnOfValue(title, found);
    if (column === undefined) {
      fault(`${shown(title)} is no column that sheet ${columnsSheet.name} gives a meaning`);
      continue;
    }
    const value = foldedName(meaning) === foldedName(keepOut) ? '' : meaning;
    const read = value === '' ? undefined : cellReaders.get(column)?.(value, rules);
    if (read instanceof Refusal) fault(read.expected);
    else values[column] = { ...values[column], [text]: value };
  }
  return values;
};

/** Reads `mapping.xlsx` as a person has filled it in. */
export const readMappingWorkbook = async (bytes: Buffer): Promise<MappingInWorkbook> => {
  const sheets = await readSheets(bytes, isOfMapping);
  if ('fault' in sheets) return { fault: sheets.fault.what.replace(/\.$/, '') };
  const columns = namedRows(sheetOf(sheets, columnsSheet.name), [yourColumn, meaningHead]);
  if (columns === undefined)
    return {
      fault: `${columnsSheet.name}, row 1: expected a sheet of this name that begins with ${columnsSheet.head.join(', ')}`,
    };
  const found = readColumns(columns);
  const values = readValues(
    namedRows(sheetOf(sheets, valuesSheet.name), [columnHead, textHead, valueHead]) ?? [],
    found,
  );
  if (found.faults.length > 0) return { fault: found.faults.join('; ') };
  return { json: { columns: Object.fromEntries(found.columns), headers: found.headers, values } };
};

/** The header that a workbook was made for, whatever else it says; undefined where it is none. */
export const headersOfWorkbook = async (bytes: Buffer): Promise<readonly string[] | undefined> => {
  const sheets = await readSheets(bytes, isOfMapping);
  if ('fault' in sheets) return undefined;
  const named = titlesIn(namedRows(sheetOf(sheets, columnsSheet.name), [yourColumn]) ?? []);
  return named.length === 0 ? undefined : named;
};
