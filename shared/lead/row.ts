import { isUtf8 } from 'node:buffer';
import { type Encoding, encodeText, windows1252 } from '../csv/encoding.ts';
import { limits } from '../limits.ts';
import { documentsColumn } from './attached-documents.ts';
import { licenceIsText, looksLikeLicence } from './cells/licence.ts';
import { documentNames } from './cells/list.ts';
import { phoneLostItsZero } from './cells/phone.ts';
import { isInState, type StateCode } from './cells/place.ts';
import { type HeaderPlan, headerName } from './header.ts';
import { type CellSchema, cellSchemas, type Lead, leadOf, requiredColumns } from './lead.ts';
import { leadIdSchema } from './lead-id.ts';
import type { Mapping } from './mapping.ts';
import { codePoint, type Problem, shown, type Warning } from './problem.ts';
import { refusalOf } from './refusal.ts';

/** What a row's cells were written in: some faults show only by it. */
export interface RowFormat {
  readonly delimiter: string;
  readonly encoding: Encoding['name'];
}

/** Everything that reading a row depends on; equal plans read equal cells equally. */
export interface RowPlan {
  readonly header: HeaderPlan;
  readonly format: RowFormat;
  readonly mapping: Mapping;
  readonly enforceMandatories: boolean;
  readonly cells: ReadonlyMap<string, CellSchema>;
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

/** @param today `YYYY-MM-DD` of the upload, so that a second reading of the file agrees with the first */
export const rowPlan = (
  header: HeaderPlan,
  mapping: Mapping,
  enforceMandatories: boolean,
  today: string,
  format: RowFormat = { delimiter: ',', encoding: 'utf-8' },
): RowPlan => ({
  header,
  format,
  mapping,
  enforceMandatories,
  cells: new Map<string, CellSchema>([...cellSchemas(mapping.dates, today), [documentsColumn, documentNames()]]),
});

/** Characters that nobody sees and nobody means, apart from line breaks and tabs in a text. */
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/;
const undecoded = '\ufffd';

const problemOf = (plan: RowPlan, column: string, text: string, code: Problem['code'], expected: string): Problem => ({
  code,
  column,
  message: `${headerName(plan.header, column)} holds ${shown(text)}: ${expected}.`,
});

/** Reads one constant of the mapping file as its column would be read; undefined when it is good. */
export const constantFault = (plan: RowPlan, column: string): string | undefined => {
  const parsed = plan.cells.get(column)?.safeParse(String(plan.mapping.constants[column]));
  return parsed?.success === false ? parsed.error.issues.map((issue) => issue.message).join('; ') : undefined;
};

const warningsFor = (column: string, text: string): Warning[] => {
  if (column === 'customer.phone' && phoneLostItsZero(text)) return [{ code: 'phone_zero_restored', column }];
  if (column === 'customer.drivers_license_number' && licenceIsText(text))
    return [{ code: 'licence_sent_as_text', column }];
  return [];
};

/** Marks that a copy or a web page leaves in a cell: zero-width and direction marks, soft hyphens. */
const invisibleMarks = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;
const dashes = /[\u2010-\u2015\u2212]/g;

/** Columns whose text is somebody's own words: kept as it is but for marks that nobody sees. */
const ownWords: ReadonlySet<string> = new Set([
  'customer.first_name',
  'customer.last_name',
  'company.name',
  'company.business_description',
  'loan.notes',
  documentsColumn,
]);

/** A cell as a person reads it: full-width digits are digits, a long dash is a dash, what cannot be seen is not there. */
const cleaned = (cell: string, column: string): string => {
  if (/^[\x20-\x7e]*$/.test(cell)) return cell.trim();
  const seen = cell.replaceAll(invisibleMarks, '');
  return (ownWords.has(column) ? seen : seen.normalize('NFKC').replaceAll(dashes, '-')).trim();
};

/** The texts that a row gives its columns: trimmed cells, and the mapping's constants where a cell is empty. */
const textsOf = (cells: readonly string[], plan: RowPlan): Map<string, string> => {
  const texts = new Map<string, string>();
  for (const [column, constant] of Object.entries(plan.mapping.constants)) texts.set(column, String(constant));
  for (const [position, column] of plan.header.columns.entries()) {
    if (column === undefined) continue;
    const text = cleaned(cells[position] ?? '', column);
    if (text !== '') texts.set(column, text);
  }
  return texts;
};

/** Whether a cell read as Windows-1252 is UTF-8: then its accents came out as two characters each. */
const isMojibake = (cell: string): boolean => {
  if (!/[\u0080-\uffff]/.test(cell)) return false;
  const bytes = encodeText(cell, windows1252);
  return !bytes.includes(0x3f) && isUtf8(bytes);
};

interface Values {
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

const readTexts = (texts: ReadonlyMap<string, string>, plan: RowPlan): Values => {
  const values = new Map<string, unknown>();
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  for (const [column, text] of texts) {
    const at = text.search(unseen);
    if (at !== -1) {
      const found = `and character ${at + 1} is ${codePoint(text[at] ?? '')}`;
      problems.push(
        problemOf(plan, column, text, 'control_character', `expected text without invisible characters, ${found}`),
      );
      continue;
    }
    if (plan.format.encoding !== 'windows-1252' && isMojibake(text)) warnings.push({ code: 'mojibake', column });
    const parsed = plan.cells.get(column)?.safeParse(text);
    if (parsed?.success) {
      values.set(column, parsed.data);
      warnings.push(...warningsFor(column, text));
    } else {
      for (const issue of parsed?.error.issues ?? []) {
        const { code, expected } = refusalOf(issue);
        problems.push(problemOf(plan, column, text, code, expected));
      }
    }
  }
  return { values, problems, warnings };
};

const excessCells = (cells: readonly string[], plan: RowPlan): Problem[] => {
  const columns = plan.header.columns.length;
  const excess = cells.slice(columns).filter((cell) => cell.trim() !== '');
  if (excess.length === 0) return [];
  const message = `The row has ${cells.length} cells and the header ${columns} columns; the first cell too many holds ${shown(excess[0] ?? '')}.`;
  return [{ code: 'too_many_cells', message }];
};

/** What is wrong with a row's cells as they were read, whichever column they stand in. */
const misread = (cells: readonly string[], { header, format }: RowPlan): Problem[] => {
  const problems: Problem[] = [];
  const columns = header.columns.length;
  const add = (code: Problem['code'], position: number, what: string): void => {
    const column = header.columns[position];
    problems.push({
      code,
      ...(column !== undefined && { column }),
      message: `Cell ${position + 1} of the row ${what}.`,
    });
  };
  for (const [position, cell] of cells.entries()) {
    if (cell.includes(undecoded))
      add(
        'undecodable',
        position,
        `holds bytes that are not ${format.encoding}, from character ${cell.indexOf(undecoded) + 1} on`,
      );
    if (format.encoding === 'windows-1252' && isMojibake(cell))
      add('mojibake', position, 'holds UTF-8 in a file that is not UTF-8 throughout');
    const lines = columns < 4 ? [] : cell.split(/\r\n|\n|\r/);
    const swallowed = lines.length > 1 && lines.some((line) => line.split(format.delimiter).length >= columns);
    if (swallowed) add('swallowed_rows', position, `holds ${lines.length} lines, some of which look like rows`);
  }
  return problems;
};

/** What is remarkable about values that belong together. */
const crossWarnings = (values: ReadonlyMap<string, unknown>): Warning[] => {
  const warnings: Warning[] = [];
  const places = [
    ['customer.address.postcode', 'customer.address.state'],
    ['company.address.postal_code', 'company.address.state'],
  ] as const;
  for (const [postcodeColumn, stateColumn] of places) {
    const [code, inState] = [values.get(postcodeColumn), values.get(stateColumn)];
    if (code === undefined || inState === undefined) continue;
    if (!isInState(code as number, inState as StateCode))
      warnings.push({ code: 'postcode_not_in_state', column: postcodeColumn });
  }
  const licence = values.get('customer.drivers_license_number') as number | string | undefined;
  const licenceState = values.get('customer.drivers_license_state') as StateCode | undefined;
  if (licence !== undefined && !looksLikeLicence(licence, licenceState))
    warnings.push({ code: 'licence_shape', column: 'customer.drivers_license_number' });
  return warnings;
};

const reportCell = (cells: readonly string[], plan: RowPlan, name: string): string => {
  const position = plan.header.reportColumns.get(name);
  return position === undefined ? '' : (cells[position] ?? '').trim();
};

/** A row that carries `lead__Id`: its lead exists, so only its documents are read. */
const readDocumentsOnly = (cells: readonly string[], leadId: string, plan: RowPlan): RowReading => {
  const text = textsOf(cells, plan).get(documentsColumn);
  const { values, problems } = readTexts(new Map(text === undefined ? [] : [[documentsColumn, text]]), plan);
  const wrongId: Problem[] = leadIdSchema.safeParse(leadId).success
    ? []
    : [
        {
          code: 'invalid_lead_id',
          column: 'lead__Id',
          message: `lead__Id holds ${shown(leadId)}: expected the id of a lead, as in a report.`,
        },
      ];
  const all = [...wrongId, ...problems];
  if (all.length > 0) return { kind: 'rejected', problems: all, warnings: [] };
  const documents = (values.get(documentsColumn) ?? []) as string[];
  return {
    kind: 'documents_only',
    leadId,
    documents,
    attached: reportCell(cells, plan, 'lead__documents'),
    warnings: [],
  };
};

/** Reads one row, finding all of its problems at once; nothing ambiguous becomes a value. */
export const readRow = (cells: readonly string[], plan: RowPlan): RowReading => {
  const leadId = reportCell(cells, plan, 'lead__id');
  if (leadId !== '') return readDocumentsOnly(cells, leadId, plan);
  const texts = textsOf(cells, plan);
  const { values, problems, warnings: cellWarnings } = readTexts(texts, plan);
  const missing = requiredColumns(plan.enforceMandatories)
    .filter((column) => !texts.has(column))
    .map(
      (column): Problem => ({
        code: 'required',
        column,
        message: `${headerName(plan.header, column)} is empty: expected a value.`,
      }),
    );
  const all = [...misread(cells, plan), ...excessCells(cells, plan), ...missing, ...problems];
  const warnings = [...cellWarnings, ...crossWarnings(values)];
  if (all.length > 0) return { kind: 'rejected', problems: all.slice(0, limits.maxProblemsPerRow), warnings };
  const documents = (values.get(documentsColumn) ?? []) as string[];
  return { kind: 'lead', lead: leadOf(values), documents, warnings };
};
