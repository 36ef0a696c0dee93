import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { strToU8, Zip, ZipDeflate } from 'fflate';
import type { CellRange } from '../table/table.ts';
import { cellAt, rangeName } from './cell-place.ts';
import { type CellNote, noteShapes, notesXml } from './notes.ts';
import { xmlAttribute, xmlText } from './xml-text.ts';

/** How a cell looks: as text, as the head of a column, as one of the columns that are not the reader's, as what is wrong. */
export type CellLook = 'text' | 'head' | 'ours' | 'oursHead' | 'wrong' | 'example';

/** Their numbers in the stylesheet; 0 is what a spreadsheet gives to everything else. */
const looks: Readonly<Record<CellLook, number>> = { text: 1, head: 2, ours: 3, oursHead: 4, wrong: 5, example: 6 };

/** A cell; where only its text matters, it is text. */
export type WrittenCell = string | { readonly text: string; readonly look: CellLook };

/** Values that a cell offers to choose from: written out, or the cells of another sheet. */
export type Choices = readonly string[] | { readonly sheet: string; readonly range: CellRange };

export interface Validation {
  readonly range: CellRange;
  readonly choices: Choices;
}

/** A sheet before its rows are written. */
export interface SheetStart {
  readonly name: string;
  readonly isHidden?: boolean;
  /** Of its columns, in characters. */
  readonly widths: readonly number[];
  /** Lines of its head, which stay in view. */
  readonly headLines: number;
}

/** What belongs to a sheet and is known when its rows are written. */
export interface SheetEnd {
  readonly validations?: readonly Validation[];
  readonly notes?: readonly CellNote[];
  /** Whether its head filters. */
  readonly hasFilter?: boolean;
}

/** The longest text that a cell of a spreadsheet holds. */
export const longestCell = 32_767;

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

const fill = (color: string): string =>
  `<fill><patternFill patternType="solid"><fgColor rgb="FF${color}"/><bgColor indexed="64"/></patternFill></fill>`;

/** Every look has the format of text, so that a spreadsheet keeps what is typed. */
const xf = (font: number, background: number, wraps = false): string =>
  `<xf numFmtId="49" fontId="${font}" fillId="${background}" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="top"${wraps ? ' wrapText="1"' : ''}/></xf>`;

const styles = `${declaration}<styleSheet xmlns="${main}"><fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font><font><i/><sz val="11"/><color rgb="FF6B6B6B"/><name val="Calibri"/></font></fonts><fills count="6"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${['E4EAF2', 'F1F1F1', 'DCDCDC', 'FFD6D0'].map(fill).join('')}</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>${xf(0, 0)}${xf(1, 2)}${xf(0, 3, true)}${xf(1, 4)}${xf(0, 5)}${xf(2, 0)}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

/** A part of the zip; reports are the same bytes whenever they are written, so its time is a fixed one. */
const partOf = (name: string): ZipDeflate =>
  Object.assign(new ZipDeflate(name, { level: 4, mem: 4 }), { mtime: new Date(2000, 0, 1) });

const sheetBegin = ({ widths, headLines }: SheetStart): string => {
  const columns = widths.map(
    (width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" style="${looks.text}" customWidth="1"/>`,
  );
  const pane =
    headLines === 0
      ? ''
      : `<pane ySplit="${headLines}" topLeftCell="A${headLines + 1}" activePane="bottomLeft" state="frozen"/>`;
  return `${declaration}<worksheet xmlns="${main}" xmlns:r="${office}"><sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews>${columns.length === 0 ? '' : `<cols>${columns.join('')}</cols>`}<sheetData>`;
};

const listOf = (choices: Choices): string => {
  if (!('sheet' in choices)) return `"${choices.join(',')}"`;
  const { top, left, bottom, right } = choices.range;
  const fixedCell = (line: number, position: number): string => cellAt(line, position).replace(/^([A-Z]+)/, '$$$1$$');
  return `'${choices.sheet}'!${fixedCell(top, left)}:${fixedCell(bottom, right)}`;
};

/** What is chosen from is offered, and anything else can be typed: lumi takes more than one spelling. */
const validationsXml = (validations: readonly Validation[]): string =>
  validations.length === 0
    ? ''
    : `<dataValidations count="${validations.length}">${validations
        .map(
          ({ range, choices }) =>
            `<dataValidation type="list" allowBlank="1" showErrorMessage="0" sqref="${rangeName(range)}"><formula1>${xmlText(listOf(choices))}</formula1></dataValidation>`,
        )
        .join('')}</dataValidations>`;

const relationships = (all: readonly (readonly [type: string, target: string])[]): string =>
  `${declaration}<Relationships xmlns="${packages}/relationships">${all
    .map(([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${office}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`;

/** Takes what is written, as fast as it is read. */
type Push = (text: string, isLast: boolean) => Promise<void>;

/** Of text that is packed at once. */
const pieceLength = 64 * 1024;

/** Of a row, in points, for each line of text; and the most lines that are shown at once. */
const lineHeight = 15;
const mostLines = 8;

/** One sheet while its rows are written. */
export class SheetWriter {
  readonly #push: Push;
  readonly #widths: readonly number[];
  #text: string;
  #line = 0;

  constructor(push: Push, start: SheetStart) {
    this.#push = push;
    this.#widths = start.widths;
    this.#text = sheetBegin(start);
  }

  /** Lines that have been written. */
  get lines(): number {
    return this.#line;
  }

  /** How many lines of text the cells that wrap need. */
  #linesOf(cells: readonly WrittenCell[]): number {
    const lines = cells.map((cell, position) =>
      typeof cell === 'string' || cell.look !== 'ours'
        ? 1
        : Math.ceil(cell.text.length / (this.#widths[position] ?? 1)),
    );
    return Math.min(mostLines, Math.max(1, ...lines));
  }

  async row(cells: readonly WrittenCell[], isHidden = false): Promise<void> {
    this.#line += 1;
    const height = lineHeight * this.#linesOf(cells);
    const tall = height > lineHeight ? ` ht="${height}" customHeight="1"` : '';
    let row = `<row r="${this.#line}"${tall}${isHidden ? ' hidden="1"' : ''}>`;
    for (const [position, cell] of cells.entries()) {
      const { text, look }: { text: string; look: CellLook } =
        typeof cell === 'string' ? { text: cell, look: 'text' } : cell;
      const place = `<c r="${cellAt(this.#line, position)}" s="${looks[look]}"`;
      row +=
        text === '' ? `${place}/>` : `${place} t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;
    }
    this.#text += `${row}</row>`;
    if (this.#text.length < pieceLength) return;
    const written = this.#text;
    this.#text = '';
    await this.#push(written, false);
  }

  async end({ validations = [], notes = [], hasFilter = false }: SheetEnd): Promise<void> {
    const all = rangeName({
      top: 1,
      left: 0,
      bottom: Math.max(1, this.#line),
      right: Math.max(0, this.#widths.length - 1),
    });
    this.#text += `</sheetData>${hasFilter ? `<autoFilter ref="${all}"/>` : ''}${validationsXml(validations)}<ignoredErrors><ignoredError sqref="${all}" numberStoredAsText="1"/></ignoredErrors>${notes.length === 0 ? '' : '<legacyDrawing r:id="rId1"/>'}</worksheet>`;
    await this.#push(this.#text, true);
  }
}

/** Writes a workbook of texts, sheet by sheet, as a stream: what is in memory does not depend on its rows. */
export class WorkbookWriter {
  readonly #output = new PassThrough({ highWaterMark: 256 * 1024 });
  readonly #zip: Zip;
  readonly #sheets: { readonly start: SheetStart; readonly hasNotes: boolean }[] = [];

  constructor() {
    // Whoever writes on meets the error.
    this.#output.on('error', () => undefined);
    this.#zip = new Zip((error, chunk, isLast) => {
      if (error !== null) this.#output.destroy(error);
      else if (!this.#output.destroyed) this.#output.write(chunk);
      if (isLast) this.#output.end();
    });
    this.#add('_rels/.rels', relationships([['officeDocument', 'xl/workbook.xml']]));
    this.#add('xl/styles.xml', styles);
  }

  /** The bytes of the workbook; they come as fast as they are taken. */
  get output(): Readable {
    return this.#output;
  }

  /** Nobody takes what is written any more. */
  fail(error: Error): void {
    this.#output.destroy(error);
  }

  #add(name: string, content: string): void {
    const part = partOf(name);
    this.#zip.add(part);
    part.push(strToU8(content), true);
  }

  /** Begins a sheet; it has to be ended before another one begins. */
  begin(start: SheetStart): SheetWriter {
    this.#sheets.push({ start, hasNotes: false });
    const part = partOf(`xl/worksheets/sheet${this.#sheets.length}.xml`);
    this.#zip.add(part);
    return new SheetWriter(async (text, isLast) => {
      if (this.#output.errored !== null) throw this.#output.errored;
      part.push(Buffer.from(text), isLast);
      if (this.#output.writableNeedDrain) await once(this.#output, 'drain');
    }, start);
  }

  /** Ends the sheet that was begun last. */
  async end(sheet: SheetWriter, end: SheetEnd): Promise<void> {
    await sheet.end(end);
    const { notes = [] } = end;
    const number = this.#sheets.length;
    const begun = this.#sheets.pop();
    if (begun !== undefined) this.#sheets.push({ ...begun, hasNotes: notes.length > 0 });
    if (notes.length === 0) return;
    this.#add(`xl/comments${number}.xml`, notesXml(notes));
    this.#add(`xl/drawings/vmlDrawing${number}.vml`, noteShapes(notes));
    this.#add(
      `xl/worksheets/_rels/sheet${number}.xml.rels`,
      relationships([
        ['vmlDrawing', `../drawings/vmlDrawing${number}.vml`],
        ['comments', `../comments${number}.xml`],
      ]),
    );
  }

  /** Writes what all sheets share; nothing comes after it. */
  finish(): void {
    const entries = this.#sheets.map(
      ({ start: { name, isHidden } }, index) =>
        `<sheet name="${xmlAttribute(name)}" sheetId="${index + 1}"${isHidden === true ? ' state="hidden"' : ''} r:id="rId${index + 1}"/>`,
    );
    this.#add(
      'xl/workbook.xml',
      `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${entries.join('')}</sheets></workbook>`,
    );
    const targets = this.#sheets.map((_, index) => ['worksheet', `worksheets/sheet${index + 1}.xml`] as const);
    this.#add('xl/_rels/workbook.xml.rels', relationships([...targets, ['styles', 'styles.xml']]));
    const parts = this.#sheets.flatMap(({ hasNotes }, index) => [
      [`/xl/worksheets/sheet${index + 1}.xml`, 'worksheet'],
      ...(hasNotes ? [[`/xl/comments${index + 1}.xml`, 'comments']] : []),
    ]);
    const overrides = [['/xl/workbook.xml', 'sheet.main'], ['/xl/styles.xml', 'styles'], ...parts].map(
      ([part, type]) => `<Override PartName="${part}" ContentType="${contentType}.${type}+xml"/>`,
    );
    this.#add(
      '[Content_Types].xml',
      `${declaration}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>${overrides.join('')}</Types>`,
    );
    this.#zip.end();
  }
}
