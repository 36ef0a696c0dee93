import { limits } from '../limits.ts';
import type { CellRange, RecordGroup, TableRecord } from '../table/table.ts';
import { columnOf, rangeOf } from './cell-place.ts';
import { textOfIsoDate, textOfNumber, unescaped } from './cell-text.ts';
import type { SharedStrings } from './shared-strings.ts';
import type { Styles } from './styles.ts';
import { damaged, tooLarge, WorkbookFault } from './workbook-fault.ts';
import { type Attributes, readXml } from './xml.ts';

/** What cells refer to. */
export interface SheetContext {
  readonly strings: SharedStrings;
  readonly styles: Styles;
  /** Whether days are counted from 1904. */
  readonly is1904: boolean;
}

/** A cell while its element is read. */
interface OpenCell {
  readonly position: number;
  readonly type: string;
  readonly style: number;
  text: string;
  hasValue: boolean;
  formula: string | undefined;
}

const isTrue = (value: string | undefined): boolean => value === '1' || value === 'true';

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
  #cell: OpenCell | undefined;
  #taking: 'value' | 'text' | 'formula' | undefined;
  #phonetic = 0;
  #isOfData = false;
  #cellCount = 0;
  /** Cells that are shown as one; known when all rows were read. */
  readonly merges: CellRange[] = [];

  constructor(context: SheetContext) {
    this.#context = context;
  }

  async *rows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<RecordGroup> {
    const handlers = {
      open: (name: string, attributes: Attributes): void => this.#open(name, attributes),
      close: (name: string): void => this.#close(name),
      text: (text: string): void => this.#text(text),
    };
    for await (const _ of readXml(bytes, handlers)) {
      if (this.#rows.length > 0) yield this.#taken();
    }
    if (this.#rows.length > 0) yield this.#taken();
  }

  #taken(): TableRecord[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #open(name: string, attributes: Attributes): void {
    if (name === 'sheetData') this.#isOfData = true;
    else if (!this.#isOfData) this.#openOutside(name, attributes);
    else if (name === 'c') this.#openCell(attributes);
    else if (name === 'v') this.#take('value');
    else if (name === 'row') this.#openRow(attributes);
    else if (name === 'f') this.#take('formula');
    else if (name === 't' && this.#phonetic === 0) this.#take('text');
    else if (name === 'rPh') this.#phonetic += 1;
  }

  #openOutside(name: string, { ref = '' }: Attributes): void {
    const merge = name === 'mergeCell' ? rangeOf(ref) : undefined;
    if (merge !== undefined && this.merges.length < limits.maxMerges) this.merges.push(merge);
  }

  #openRow(attributes: Attributes): void {
    const { r } = attributes;
    const line = r === undefined ? this.#line + 1 : Number(r);
    if (!Number.isSafeInteger(line) || line <= this.#line) throw damaged('The rows of the sheet are not in order.');
    this.#line = line;
    this.#isHidden = isHiddenRow(attributes);
    this.#position = -1;
    this.#cells = [];
    this.#length = 0;
    this.#withoutValue = [];
  }

  #openCell({ r = '', t = 'n', s = '0' }: Attributes): void {
    this.#cellCount += 1;
    if (this.#cellCount > limits.maxWorkbookCells)
      throw tooLarge(`The sheet has more than ${limits.maxWorkbookCells} cells.`);
    this.#position = columnOf(r) ?? this.#position + 1;
    const style = Number(s);
    this.#cell = { position: this.#position, type: t, style, text: '', hasValue: false, formula: undefined };
  }

  #take(what: 'value' | 'text' | 'formula'): void {
    const cell = this.#cell;
    if (cell === undefined) return;
    this.#taking = what;
    if (what === 'formula') cell.formula ??= '';
    else cell.hasValue = true;
  }

  #text(text: string): void {
    if (this.#taking === undefined || this.#cell === undefined) return;
    if (this.#taking === 'formula') this.#cell.formula += text;
    else this.#cell.text += text;
  }

  #close(name: string): void {
    if (!this.#isOfData) return;
    if (name === 'v' || name === 'f' || name === 't') this.#taking = undefined;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') this.#closeRow();
    else if (name === 'rPh') this.#phonetic -= 1;
    else if (name === 'sheetData') this.#isOfData = false;
  }

  #closeCell(): void {
    const cell = this.#cell;
    this.#cell = undefined;
    if (cell === undefined) return;
    const { position, formula } = cell;
    // Programs that calculate nothing write an empty value, or none.
    const isWithoutValue = formula !== undefined && cell.text === '' && !(cell.hasValue && cell.type === 'str');
    const text = isWithoutValue ? `=${formula}` : this.#textOf(cell);
    if (text === '') return;
    if (position >= limits.maxRecordCells)
      throw new WorkbookFault('too_many_columns', `Row ${this.#line} has more than ${limits.maxRecordCells} columns.`);
    if (isWithoutValue) this.#withoutValue.push(position);
    while (this.#cells.length < position) this.#cells.push('');
    this.#cells[position] = text;
    this.#length += text.length;
  }

  #textOf({ type, style, text }: OpenCell): string {
    const { strings, styles, is1904 } = this.#context;
    switch (type) {
      case 's':
        return text === '' ? '' : (strings.at(Number(text)) ?? '');
      case 'str':
      case 'inlineStr':
        return unescaped(text);
      case 'b':
        return text === '' ? '' : isTrue(text.trim()) ? 'TRUE' : 'FALSE';
      case 'e':
        return text;
      case 'd':
        return textOfIsoDate(text, styles(style));
      default: {
        const value = text.trim() === '' ? Number.NaN : Number(text);
        return Number.isFinite(value) ? textOfNumber(value, styles(style), is1904) : text;
      }
    }
  }

  #closeRow(): void {
    if (this.#length === 0) return;
    const line = this.#line;
    if (this.#length > limits.maxRecordBytes)
      throw new WorkbookFault('record_too_large', `Row ${line} is longer than ${limits.maxRecordBytes} characters.`);
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
