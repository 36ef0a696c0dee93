import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { cellAt } from '../../shared/workbook/cell-place.ts';
import { workbookParts } from '../support/a-workbook.ts';
import { atMost, type Figure, median } from './figure.ts';
import { measureProcess } from './measured-process.ts';

const rows = 100_000;
const columns = 25;
/** Of the columns, those whose cells are shared texts, each another one; the others are numbers. */
const textColumns = 15;

const head = ['First Name', 'Email', 'Mobile', 'Company', 'ABN', 'Amount', 'Instalments'];
const titles = Array.from({ length: columns }, (_, at) => head[at] ?? `Column ${at + 1}`);

/** The XML of a part, some hundred rows at a time. */
function* pieces(begin: string, rowOf: (row: number) => string, end: string): Generator<string> {
  yield begin;
  const group = 500;
  for (let row = 0; row < rows; row += group)
    yield Array.from({ length: group }, (_, index) => rowOf(row + index)).join('');
  yield end;
}

const sheetRow = (row: number): string => {
  const cells = titles.map((_, at) => {
    const place = `<c r="${cellAt(row + 2, at)}"`;
    return at < textColumns
      ? `${place} t="s"><v>${row * textColumns + at}</v></c>`
      : `${place}><v>${row * at + 1}</v></c>`;
  });
  return `<row r="${row + 2}">${cells.join('')}</row>`;
};

const sharedRow = (row: number): string =>
  Array.from({ length: textColumns }, (_, at) => `<si><t>text ${row} of column ${at}</t></si>`).join('');

/** A workbook of 100,000 rows as Excel writes it: its texts are shared, and each is another one. */
const writeWorkbook = async (file: string): Promise<void> => {
  const zip = new ZipFile();
  const parts = workbookParts({ sheets: [{ name: 'Leads' }] });
  const headCells = titles.map((title) => `<c t="inlineStr"><is><t>${title}</t></is></c>`).join('');
  const large: Readonly<Record<string, Generator<string>>> = {
    'xl/worksheets/sheet1.xml': pieces(
      `<worksheet><sheetData><row r="1">${headCells}</row>`,
      sheetRow,
      '</sheetData></worksheet>',
    ),
    'xl/sharedStrings.xml': pieces('<sst>', sharedRow, '</sst>'),
  };
  for (const [name, content] of Object.entries(parts))
    if (large[name] === undefined) zip.addBuffer(Buffer.from(content), name);
  for (const [name, xml] of Object.entries(large)) zip.addReadStream(Readable.from(xml), name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
};

interface Read {
  readonly cpuSeconds: number;
  readonly rows: number;
}

/** What reading a workbook takes, against its zip and XML libraries with handlers that do nothing, on the same file. */
export async function* workbookFigures(directory: string): AsyncGenerator<Figure> {
  const file = join(directory, 'leads.xlsx');
  await writeWorkbook(file);
  const run = async (way: string): Promise<Read & { readonly peakMib: number }> => {
    const { printed, peakMib } = await measureProcess('workbook-run.ts', [way, file]);
    return { ...(printed as Read), peakMib };
  };
  const ratios: number[] = [];
  const peaks: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const [ours, bare] = [await run('read'), await run('bare')];
    if (ours.rows !== rows) throw new Error(`${ours.rows} rows were read`);
    ratios.push(ours.cpuSeconds / bare.cpuSeconds);
    peaks.push(ours.peakMib);
  }
  yield atMost('workbook_reading_vs_bare_pass', median(ratios), 1.5, 'ratio');
  yield atMost('workbook_100k_rows_peak_memory', median(peaks), 300, 'MiB');
}
