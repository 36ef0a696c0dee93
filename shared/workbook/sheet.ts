import { limits } from '../limits.ts';
import type { CellRange, RecordGroup, TableRecord } from '../table/table.ts';
import { TableFault } from '../table/table-fault.ts';
import { columnOf, rangeOf } from './cell-place.ts';
import { textOfIsoDate, textOfNumber, unescaped } from './cell-text.ts';
import { plainNumber } from './number-format.ts';
import type { SharedStrings } from './shared-strings.ts';
import type { Styles } from './styles.ts';
import { damaged, lengthened, tooLarge } from './workbook-fault.ts';
import { type Attributes, readXml } from './xml.ts';

/** What cells refer to. */
export interface SheetContext {
  readonly strings: SharedStrings;
  readonly styles: Styles;
  /** Whether days are counted from 1904. */
  readonly is1904: boolean;
}

/** Cells that were read, formatted ones without content among them. */
export interface CellCount {
  cells: number;
}

const isTrue = (value: string | undefined): boolean => value === '1' || value === 'true';

/** A number that is its own text. */
const wholeNumber = /^[1-9]\d{0,14}$/;

const isHiddenRow = ({ hidden, ht, customHeight }: Attributes): boolean =>
  isTrue(hidden) || (isTrue(customHeight) && Number(ht) === 0);

/** The rows of a sheet, in its order and by its own numbers; rows without content are none. */
export class SheetReader {
  readonly #context: SheetContext;
  #rows: TableRecord[] = [];
  #line = 0;
  #cells: string[] = [];
  #length = 0;
  #withoutValue: number[] = [];
  #isHidden = false;
  #position = -1;
  /** Of the cell that is read. */
  #type = '';
  #style = '0';
  #text = '';
  #hasValue = false;
  #formula: string | undefined;
  #isOfCell = false;
  #taking: 'value' | 'text' | 'formula' | undefined;
  #phonetic = 0;
  #isOfData = false;
  readonly #read: CellCount;
  /** Cells that are shown as one; known when all rows were read. */
  readonly merges: CellRange[] = [];

  /** @param read what was read of other sheets of the workbook, where it counts as well */
  constructor(context: SheetContext, read: CellCount = { cells: 0 }) {
    this.#context = context;
    this.#read = read;
  }

  async *rows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<RecordGroup> {
    for await (const _ of readXml(bytes, { open: this.#open, close: this.#close, text: this.#addText })) {
      if (this.#rows.length > 0) yield this.#taken();
    }
    if (this.#rows.length > 0) yield this.#taken();
  }

  #taken(): TableRecord[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  readonly #open = (name: string, attributes: Attributes): void => {
    if (!this.#isOfData) {
      if (name === 'sheetData') this.#isOfData = true;
      else this.#openOutside(name, attributes);
    } else if (name === 'c') this.#openCell(attributes);
    else if (name === 'v') this.#take('value');
    else if (name === 't') {
      if (this.#phonetic === 0) this.#take('text');
    } else if (name === 'row') this.#openRow(attributes);
    else if (name === 'f') this.#take('formula');
    else if (name === 'rPh') this.#phonetic += 1;
  };

  #openOutside(name: string, { ref = '' }: Attributes): void {
    const merge = name === 'mergeCell' ? rangeOf(ref) : undefined;
    if (merge !== undefined && this.merges.length < limits.maxMerges) this.merges.push(merge);
  }

  #openRow(attributes: Attributes): void {
    const { r } = attributes;
    const line = r === undefined ? this.#line + 1 : Number(r);
    if (!Number.isSafeInteger(line) || line <= this.#line) throw damaged('The rows of the sheet are not in order.');
    if (line > limits.maxSheetRows) throw tooLarge(`The sheet has more than ${limits.maxSheetRows} rows.`);
    this.#line = line;
    this.#isHidden = isHiddenRow(attributes);
    this.#position = -1;
    this.#cells = [];
    this.#length = 0;
    this.#withoutValue = [];
  }

  #openCell({ r = '', t = 'n', s = '0' }: Attributes): void {
    this.#read.cells += 1;
    if (this.#read.cells > limits.maxWorkbookCells)
      throw tooLarge(`The workbook has more than ${limits.maxWorkbookCells} cells.`);
    this.#position = columnOf(r) ?? this.#position + 1;
    this.#type = t;
    this.#style = s;
    this.#text = '';
    this.#hasValue = false;
    this.#formula = undefined;
    this.#isOfCell = true;
  }

  #take(what: 'value' | 'text' | 'formula'): void {
    // Of a text that stands in the cell itself nothing else counts.
    if (!this.#isOfCell || (what === 'value' && this.#type === 'inlineStr')) return;
    this.#taking = what;
    if (what === 'formula') this.#formula ??= '';
    else this.#hasValue = true;
  }

  readonly #addText = (text: string): void => {
    if (this.#taking === undefined) return;
    if (this.#taking === 'formula') this.#formula = lengthened(this.#formula ?? '', text);
    else this.#text = lengthened(this.#text, text);
  };

  readonly #close = (name: string): void => {
    if (!this.#isOfData) return;
    if (name === 'v' || name === 't' || name === 'f') this.#taking = undefined;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') this.#closeRow();
    else if (name === 'rPh') this.#phonetic -= 1;
    else if (name === 'sheetData') this.#isOfData = false;
  };

  #closeCell(): void {
    if (!this.#isOfCell) return;
    this.#isOfCell = false;
    const position = this.#position;
    // Programs that calculate nothing write an empty value, or none.
    const isWithoutValue =
      this.#formula !== undefined && this.#text === '' && !(this.#hasValue && this.#type === 'str');
    const text = isWithoutValue ? `=${this.#formula}` : this.#textOfCell();
    if (text === '') return;
    if (position >= limits.maxRecordCells)
      throw new TableFault('too_many_columns', `Row ${this.#line} has more than ${limits.maxRecordCells} columns.`);
    if (isWithoutValue) this.#withoutValue.push(position);
    while (this.#cells.length < position) this.#cells.push('');
    if ((this.#cells[position] ?? '') !== '') throw damaged('Two cells of the workbook have one place.');
    this.#cells[position] = text;
    this.#length += text.length;
    if (this.#length > limits.maxRecordBytes)
      throw new TableFault(
        'record_too_large',
        `Row ${this.#line} is longer than ${limits.maxRecordBytes} characters.`,
        this.#line,
        'Shorten the texts of that row.',
      );
  }

  #textOfCell(): string {
    const { styles, is1904 } = this.#context;
    const text = this.#text;
    switch (this.#type) {
      case 's':
        return text === '' ? '' : this.#shared(Number(text));
      case 'str':
      case 'inlineStr':
        return unescaped(text);
      case 'b':
        return text === '' ? '' : isTrue(text.trim()) ? 'TRUE' : 'FALSE';
      case 'e':
        return text;
      case 'd':
        return textOfIsoDate(text, styles(this.#style));
      default: {
        const format = styles(this.#style);
        if (format === plainNumber && wholeNumber.test(text)) return text;
        const value = text.trim() === '' ? Number.NaN : Number(text);
        return Number.isFinite(value) ? textOfNumber(value, format, is1904) : text;
      }
    }
  }

  #shared(index: number): string {
    const text = this.#context.strings.at(index);
    if (text === undefined) throw damaged('A cell of the workbook refers to a text that is not there.');
    return text;
  }

  #closeRow(): void {
    if (this.#length === 0) return;
    const line = this.#line;
    if (this.#cells.every((cell) => cell.trim() === '')) return;
    this.#rows.push({
      kind: 'record',
      line,
      cells: this.#cells,
      quoted: [],
      ...(this.#isHidden && { isHidden: true }),
      ...(this.#withoutValue.length > 0 && { withoutValue: this.#withoutValue }),
    });
  }
}
