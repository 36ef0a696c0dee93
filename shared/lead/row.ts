import type { CsvRecord } from '../csv/records.ts';
import { limits } from '../limits.ts';
import { adviceFor, spreadsheetError } from './advice.ts';
import { documentsColumn } from './attached-documents.ts';
import { hasForeignLetters, isBrokenText } from './broken-text.ts';
import { cleaned, controlCharacterAt } from './cell-text.ts';
import { orderNames } from './cells/date.ts';
import { multiplied } from './cells/number.ts';
import { type FileFacts, nameColumns } from './file-facts.ts';
import { foldedText } from './folded-name.ts';
import { twoNamesOf } from './full-name.ts';
import { type HeaderPlan, headerName, type Source } from './header.ts';
import { cellReaders, type Lead, leadOf, requiredColumns } from './lead.ts';
import { leadIdSchema } from './lead-id.ts';
import type { Mapping } from './mapping.ts';
import { excessCells, isMojibake, misread, type RowFormat } from './misread.ts';
import { codePoint, type Problem, type ProblemCode, shown, type Warning } from './problem.ts';
import { type CellRules, Refusal } from './refusal.ts';
import { reportColumns } from './report-columns.ts';
import { cellWarnings, crossWarnings } from './warnings.ts';

/** The mapping file's values by column and folded text. */
export const valuesOf = ({ values }: Mapping): RowPlan['values'] =>
  new Map(
    values.map(([column, texts]) => [column, new Map(texts.map(([text, value]) => [foldedText(text), String(value)]))]),
  );

/** Everything that reading a row depends on; equal plans read equal cells equally. */
export interface RowPlan {
  readonly header: HeaderPlan;
  readonly format: RowFormat;
  readonly mapping: Mapping;
  /** By column: the values that the mapping file gives for texts of the file, folded. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly enforceMandatories: boolean;
  readonly rules: CellRules;
  readonly facts: FileFacts;
}

/** A row as it was understood: a lead to create, documents for a lead that exists, or problems. */
export type RowReading =
  | {
      readonly kind: 'lead';
      readonly lead: Lead;
      readonly documents: readonly string[];
      readonly warnings: readonly Warning[];
    }
  | {
      readonly kind: 'documents_only';
      readonly leadId: string;
      readonly documents: readonly string[];
      readonly attached: string;
      readonly warnings: readonly Warning[];
    }
  | { readonly kind: 'rejected'; readonly problems: readonly Problem[]; readonly warnings: readonly Warning[] };

/** What a row says of one column. */
interface CellText {
  /** As the file has it. */
  readonly cell: string;
  /** As it is read. */
  readonly text: string;
}

const problemOf = (plan: RowPlan, column: string, { cell, text }: CellText, { code, expected }: Refusal): Problem => {
  const required = requiredColumns(plan.enforceMandatories).includes(column);
  const tip = adviceFor({ code, text, required, dates: plan.mapping.dates });
  const message = `${headerName(plan.header, column)} holds ${shown(cell)}: ${expected}.`;
  return { code, column, message, ...(tip !== undefined && { tip }) };
};

/** What is wrong with a constant of the mapping file, read as a cell of its column would be; undefined when it is good. */
export const constantFault = ({ mapping, rules }: RowPlan, column: string): string | undefined => {
  const read = cellReaders.get(column)?.(mapping.constants.get(column) ?? '', rules);
  return read instanceof Refusal ? read.expected : undefined;
};

const unreadableName = new Refusal(
  'ambiguous_name',
  'expected one first and one last name, without a title, a comma or a second person',
);

/** What a source says of a column; undefined where its cell is empty, a refusal where it cannot be taken apart. */
const textAt = (
  cells: readonly string[],
  column: string,
  { position, part }: Source,
): CellText | Refusal | undefined => {
  const cell = cells[position] ?? '';
  const text = cleaned(cell, column);
  if (text === '') return undefined;
  if (part !== 'whole') {
    const names = twoNamesOf(text);
    if (names === undefined) return unreadableName;
    const name = part === 'first_name' ? names.first : names.last;
    return name === '' ? undefined : { cell, text: name };
  }
  return { cell, text };
};

const inUnit = (text: string, { times }: Source): string => (times === 1 ? text : multiplied(text, times));

interface Texts {
  readonly texts: Map<string, CellText>;
  readonly problems: Problem[];
}

/** The texts that a row gives its columns: trimmed cells, and the mapping's constants where a cell is empty. */
const textsOf = (cells: readonly string[], plan: RowPlan): Texts => {
  const texts = new Map<string, CellText>();
  const problems: Problem[] = [];
  for (const [column, text] of plan.mapping.constants) if (text.trim() !== '') texts.set(column, { cell: text, text });
  for (const [column, sources] of plan.header.sources) {
    for (const source of sources) {
      const found = textAt(cells, column, source);
      if (found === undefined) continue;
      if (found instanceof Refusal) {
        const cell = cells[source.position] ?? '';
        problems.push(problemOf(plan, column, { cell, text: cell }, found));
      } else {
        const given = plan.values.get(column)?.get(foldedText(found.text));
        // A text that stands for nothing is an empty cell.
        if (given?.trim() === '') continue;
        const isAsFound = given === undefined && source.times === 1;
        texts.set(column, isAsFound ? found : { cell: found.cell, text: given ?? inUnit(found.text, source) });
      }
      break;
    }
  }
  return { texts, problems };
};

/** Cells of free text and lists have bounds of their own; nothing else is longer than a name. */
const longColumns: ReadonlyMap<string, number> = new Map([
  ['company.business_description', limits.maxTextLength],
  ['loan.notes', limits.maxTextLength],
  ['loan.reason_for_loan', limits.maxTextLength],
  [documentsColumn, limits.maxDocumentsPerRow * limits.maxKeyBytes],
]);

/** A bound before any pattern: no cell may cost more than its length. */
const tooLong = (column: string, text: string): Refusal | undefined => {
  const most = longColumns.get(column) ?? limits.maxNameLength;
  if (text.length <= most) return undefined;
  return new Refusal('too_long', `expected at most ${most} characters, found ${text.length}`);
};

const nameless = new Refusal('spreadsheet_error', 'expected the value itself');
const doubled = new Refusal('mojibake', 'expected accents, and found UTF-8 that was read as something else');
const brokenLetters = new Refusal('broken_text', 'expected letters, and found what another encoding makes of them');

/** A text that is no value: what a spreadsheet writes in place of one, or letters that were read in the wrong encoding. */
const brokenText = (column: string, text: string, value: unknown, { facts, format }: RowPlan): Refusal | undefined => {
  if (typeof value !== 'string' || column === 'customer.phone') return undefined;
  const isName = nameColumns.has(column);
  if (spreadsheetError.test(text) || (isName && /^(?:NULL|null|NaN|undefined)$/.test(text))) return nameless;
  if (!isName) return undefined;
  // In another encoding it is a fault of the row already.
  if (isMojibake(text)) return format.encoding.startsWith('utf-') ? doubled : undefined;
  const isDoubtful = facts.brokenText && format.encoding === 'windows-1252' && hasForeignLetters(text);
  return isDoubtful || isBrokenText(text) ? brokenLetters : undefined;
};

interface Values {
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

const readTexts = (texts: ReadonlyMap<string, CellText>, plan: RowPlan): Values => {
  const values = new Map<string, unknown>();
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  for (const [column, content] of texts) {
    const { cell, text } = content;
    const at = controlCharacterAt(text);
    if (at !== -1) {
      const character = text[at] ?? '';
      const found = `and character ${cell.indexOf(character) + 1} is ${codePoint(character)}`;
      const refusal = new Refusal('control_character', `expected text without invisible characters, ${found}`);
      problems.push(problemOf(plan, column, content, refusal));
      continue;
    }
    const value = tooLong(column, text) ?? cellReaders.get(column)?.(text, plan.rules);
    const refusal = value instanceof Refusal ? value : brokenText(column, text, value, plan);
    if (refusal !== undefined) {
      problems.push(problemOf(plan, column, content, refusal));
    } else {
      if (plan.format.encoding.startsWith('utf-') && isMojibake(text)) warnings.push({ code: 'mojibake', column });
      values.set(column, value);
      warnings.push(...cellWarnings(column, text));
    }
  }
  return { values, problems, warnings };
};

const reportCell = (cells: readonly string[], plan: RowPlan, name: string): string => {
  const position = plan.header.reportColumns.get(name);
  return position === undefined ? '' : (cells[position] ?? '').trim();
};

/** A row that carries `lead__Id`: its lead exists, so only its documents are read. */
const readDocumentsOnly = (cells: readonly string[], leadId: string, plan: RowPlan): RowReading => {
  const text = textsOf(cells, plan).texts.get(documentsColumn);
  const { values, problems } = readTexts(new Map(text === undefined ? [] : [[documentsColumn, text]]), plan);
  const wrongId: Problem[] = leadIdSchema.safeParse(leadId).success
    ? []
    : [
        {
          code: 'invalid_lead_id',
          column: reportColumns.leadId,
          message: `${reportColumns.leadId} holds ${shown(leadId)}: expected the id of a lead, as in a report.`,
        },
      ];
  const all = [...wrongId, ...problems];
  if (all.length > 0) return { kind: 'rejected', problems: all, warnings: [] };
  const documents = (values.get(documentsColumn) ?? []) as string[];
  return {
    kind: 'documents_only',
    leadId,
    documents,
    attached: reportCell(cells, plan, reportColumns.documents),
    warnings: [],
  };
};

/** A row that has not as many cells as the header, where that is not the file's habit. */
const wrongCellCount = (cells: readonly string[], { header, facts }: RowPlan): Problem[] => {
  const { length: columns } = header.titles;
  if (cells.length < columns && !facts.shortRows) {
    const message = `The row has ${cells.length} cells and the header ${columns} columns.`;
    return [{ code: 'too_few_cells', message }];
  }
  return excessCells(cells, header, facts.emptyCellsBehind);
};

/** A row of which a line break without quotes has made two. */
const tornRow: RowReading = {
  kind: 'rejected',
  problems: [
    {
      code: 'torn_row',
      message:
        'A line break without quotes seems to have torn this row: together with its neighbour it has as many cells as the header.',
    },
  ],
  warnings: [],
};

/** Whether the mapping file says by now what a date of the file had shown: then the dates of the retry file are not ambiguous. */
const isOrderTold = (cells: readonly string[], plan: RowPlan): boolean =>
  reportCell(cells, plan, reportColumns.error).includes(
    `another date of this column is ${orderNames[plan.rules.dates]}`,
  );

/**
 * The plan of a row of a retry file: what the file that it comes from has shown against it still counts, though the rows
 * that showed it are not there any more.
 */
const planOfRetry = (cells: readonly string[], plan: RowPlan): RowPlan => {
  const codes = reportCell(cells, plan, reportColumns.errorCode);
  if (codes === '') return plan;
  const had = (...names: readonly ProblemCode[]): boolean => names.some((name) => codes.includes(name));
  const { facts, rules } = plan;
  return {
    ...plan,
    rules: had('ambiguous_date') && !isOrderTold(cells, plan) ? { ...rules, isContradicted: true } : rules,
    facts: {
      ...facts,
      ...(had('too_few_cells', 'torn_row') && { shortRows: false }),
      ...(had('too_many_cells') && { emptyCellsBehind: 0 }),
      ...(had('broken_text') && { brokenText: true }),
    },
  };
};

/** Reads one row, finding all of its problems at once; nothing ambiguous becomes a value. */
export const readRow = (cells: readonly string[], ofFile: RowPlan): RowReading => {
  const plan = planOfRetry(cells, ofFile);
  const leadId = reportCell(cells, plan, reportColumns.leadId);
  if (leadId !== '') return readDocumentsOnly(cells, leadId, plan);
  const { texts, problems: ofTexts } = textsOf(cells, plan);
  const { values, problems: ofCells, warnings: ofValues } = readTexts(texts, plan);
  const problems = [...ofTexts, ...ofCells];
  const missing = requiredColumns(plan.enforceMandatories)
    .filter((column) => !texts.has(column) && !ofTexts.some((problem) => problem.column === column))
    .map(
      (column): Problem => ({
        code: 'required',
        column,
        message: `${headerName(plan.header, column)} is empty: expected a value.`,
      }),
    );
  const all = [...misread(cells, plan.header, plan.format), ...wrongCellCount(cells, plan), ...missing, ...problems];
  const warnings = [...ofValues, ...crossWarnings(values)];
  if (all.length > 0) return { kind: 'rejected', problems: all.slice(0, limits.maxProblemsPerRow), warnings };
  const documents = (values.get(documentsColumn) ?? []) as string[];
  return { kind: 'lead', lead: leadOf(values), documents, warnings };
};

/** Reads one record of a file. */
export const readRecord = (record: CsvRecord, plan: RowPlan): RowReading =>
  record.isTorn === true ? tornRow : readRow(record.cells, plan);
