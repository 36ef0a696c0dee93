import { knownColumnOf } from '../../../shared/header/column-name.ts';
import { documentsColumn } from '../../../shared/lead/attached-documents.ts';
import { isBusinessNumber } from '../../../shared/lead/cells/business-number.ts';
import { phone } from '../../../shared/lead/cells/phone.ts';
import { isRead } from '../../../shared/lead/refusal.ts';
import { limits } from '../../../shared/limits.ts';
import { reportColumns as ownColumns } from '../../../shared/table/report-columns.ts';
import type { TableRecord } from '../../../shared/table/table.ts';
import { foldedName } from '../../../shared/words/folded-name.ts';
import { amountColumns } from './file-facts.ts';
import type { RowPlan } from './row-plan.ts';
import type { CellText } from './row-texts.ts';
import { dividingInto } from './undivided.ts';

const { leadId: leadIdColumn } = ownColumns;

/** Why a line holds no lead, in a sentence. */
const noLeadWords = {
  header: 'The line is the header again.',
  remark: 'The line has one filled cell, such as a heading, a remark or a notice.',
  total: 'The line is a total.',
} as const;

/** What spreadsheets and report tools write before a total. */
const totalLabel =
  /^[^@]{1,60}\btotals?\W*$|^\W*(?:(?:grand|sub|overall)?[\s-]?totals?|sums?|count|average|mean|summe|gesamt(?:summe)?|somme|suma|totaal|итого)(?:\s+(?:for|amount|leads?|rows?|records?|value)\b.*)?[\W\d]*$/i;
const isNumber = (text: string): boolean => /\d/.test(text) && /^(?:a?\$|aud|[\s\d.,€£%()+-])+(?:aud)?$/i.test(text);
const isDocument = (text: string): boolean =>
  /^\S.*\.(?:pdf|png|jpe?g|jfif|gif|bmp|webp|hei[cf]|tiff?|docx?|odt|rtf|pages|xlsx?|ods|pptx?|eml|msg|txt|csv|zip)$/i.test(
    text,
  );

/** An e-mail address, also with names and signs around it: a sentence that names one has words as well. */
const isAddress = (text: string): boolean =>
  text.includes('@') && !/^[^@]*(?<![\w.-])\p{Ll}{3,}(?![\w.@-])/u.test(text);

/** What only a row about somebody would hold, whichever column it stands in. */
export const isOfSomebody = (text: string): boolean =>
  text.length <= limits.maxNameLength &&
  (isAddress(text) || isBusinessNumber(text) || isDocument(text) || isRead(phone(text, { dates: 'DMY', today: '' })));

/** Whether a cell holds what only a row about somebody would hold, an address that is written wrongly too. */
export const holdsSomebody = (cells: readonly string[]): boolean =>
  cells.some((cell) => cell.includes('@') || isOfSomebody(cell.trim()));

/** A line that is full of a delimiter is a row that was not divided. */
const mayBeUndivided = (text: string, columns: number): boolean =>
  dividingInto(text, (cells) => cells >= Math.max(3, columns / 2)).length > 0;

/** Columns by which a lead is known. */
const knownBy: readonly string[] = ['customer.email', 'customer.phone', 'company.abn', 'loan.requested_amount'];
/** Where so many of them are filled in with whatever, a lead was meant. */
const leastFilled = 3;

/** Whether a row holds nothing that a lead is known by, not even in another place: a line of another table does not. */
export const isNothingOfALead = (cells: readonly string[], texts: ReadonlyMap<string, CellText>): boolean => {
  const filled = knownBy.filter((column) => texts.has(column));
  return (
    filled.length < leastFilled &&
    !texts.has(documentsColumn) &&
    !filled.some((column) => column !== 'customer.email' && /\d/.test(texts.get(column)?.text ?? '')) &&
    !holdsSomebody(cells)
  );
};

/** The least names by which a line is known as the header. */
const leastNames = 3;

/** What a line below a header says of its columns: rules, types, what has to be filled in. */
const describesColumn =
  /^(?:[-=_*]{2,}|(?:text|string|(?:n?var)?char|number|int(?:eger)?|decimal|float|double|bool(?:ean)?|date(?: ?time)?|e-?mail|phone|currency|money|picklist|lookup|list|required|mandatory|optional|yes|no|y\/n)(?: ?\(\d+(?:,\d+)?\))?)$/i;

/** Whether a line repeats the header: its names, or the columns that they mean, each in its place. */
const isHeaderAgain = ({ cells, line }: TableRecord, { header: { titles, columns }, headerLine }: RowPlan): boolean => {
  const filled = [...cells.keys()].filter((at) => cells[at]?.trim() !== '');
  if (filled.length < Math.min(leastNames, titles.length)) return false;
  if (cells.some((cell) => cell.includes('@'))) return false;
  const names = filled.map((at) => ({
    at,
    name: (cells[at] ?? '')
      .replace(/^(?:\ufeff|ï»¿)+/, '')
      .replace(/^(?:properties|fields|contact|lead|account)\.|__c$/gi, '')
      .trim(),
  }));
  const isInPlace = ({ at, name }: (typeof names)[number]): boolean =>
    foldedName(name) === foldedName(titles[at] ?? '') ||
    (columns[at] !== undefined && knownColumnOf(name) === columns[at]);
  if (line === headerLine + 1 && names.every(({ name }) => describesColumn.test(name))) return true;
  if (names.some(({ at }) => at >= titles.length)) return false;
  const others = names.filter((each) => !isInPlace(each));
  if (others.some(({ name }) => knownColumnOf(name) !== undefined) || others.length * 2 >= names.length) return false;
  if (others.every(({ at }) => columns[at] === undefined)) return true;
  // The fields of another program: right below the header they are that, and further down the header of other rows.
  return line === headerLine + 1 && names.every(({ name }) => /^[a-z][a-z0-9_ .]*$/i.test(name));
};

/** Whether a line has an e-mail address beside other cells, as nearly every row does: it is neither a remark, a total nor a header. */
const isPlainRow = (cells: readonly string[]): boolean =>
  cells.some((cell) => cell.includes('@')) && cells.findIndex(isFilled) !== cells.findLastIndex(isFilled);

const isFilled = (cell: string): boolean => cell.trim() !== '';

/** Why a line holds no lead, wherever it stands; undefined where it is a row. */
export const noLeadOf = (record: TableRecord, plan: RowPlan): string | undefined => {
  const { cells } = record;
  const { header } = plan;
  if (header.reportColumns.size === 0 && isPlainRow(cells)) return undefined;
  const { columns, reportColumns } = header;
  const idAt = reportColumns.get(leadIdColumn);
  // A row about a lead that exists is one, whatever else it holds.
  if (idAt !== undefined && isFilled(cells[idAt] ?? '')) return undefined;
  const own = new Set(reportColumns.values());
  const filled = [...cells.keys()].filter((at) => !own.has(at) && cells[at]?.trim() !== '');
  const [only = 0, ...others] = filled;
  const first = columns.findIndex((_, at) => !own.has(at));
  const textAt = (at: number): string => cells[at]?.trim() ?? '';
  if (filled.length === 0) return undefined;
  if (others.length === 0) {
    const isOutside = only === first || columns[only] === undefined;
    const text = textAt(only);
    const isRow = isOfSomebody(text) || isNumber(text) || mayBeUndivided(text, columns.length);
    return isOutside && !isRow ? noLeadWords.remark : undefined;
  }
  if (isHeaderAgain(record, plan)) return noLeadWords.header;
  const labels = filled.filter((at) => totalLabel.test(textAt(at)));
  const isSum = (at: number): boolean => amountColumns.includes(columns[at] ?? '') && isNumber(textAt(at));
  const isTotal = labels.length === 1 && filled.every((at) => at === labels[0] || isSum(at));
  return isTotal ? noLeadWords.total : undefined;
};
