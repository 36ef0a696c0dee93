import { limits } from '../limits.ts';
import { documentsColumn } from './attached-documents.ts';
import { licenceIsText } from './cells/licence.ts';
import { documentNames } from './cells/list.ts';
import { phoneLostItsZero } from './cells/phone.ts';
import { type HeaderPlan, headerName } from './header.ts';
import { type CellSchema, cellSchemas, type Lead, leadOf, requiredColumns } from './lead.ts';
import { leadIdSchema } from './lead-id.ts';
import type { Mapping } from './mapping.ts';
import { type Problem, shown, type Warning } from './problem.ts';
import { refusalOf } from './refusal.ts';

/** Everything that reading a row depends on; equal plans read equal cells equally. */
export interface RowPlan {
  readonly header: HeaderPlan;
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
export const rowPlan = (header: HeaderPlan, mapping: Mapping, enforceMandatories: boolean, today: string): RowPlan => ({
  header,
  mapping,
  enforceMandatories,
  cells: new Map<string, CellSchema>([...cellSchemas(mapping.dates, today), [documentsColumn, documentNames()]]),
});

const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/;

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

/** The texts that a row gives its columns: trimmed cells, and the mapping's constants where a cell is empty. */
const textsOf = (cells: readonly string[], plan: RowPlan): Map<string, string> => {
  const texts = new Map<string, string>();
  for (const [column, constant] of Object.entries(plan.mapping.constants)) texts.set(column, String(constant));
  for (const [position, column] of plan.header.columns.entries()) {
    if (column === undefined) continue;
    const text = (cells[position] ?? '').trim();
    if (text !== '') texts.set(column, text);
  }
  return texts;
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
    if (unseen.test(text)) {
      problems.push(problemOf(plan, column, text, 'control_character', 'expected text without invisible characters'));
      continue;
    }
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
  const { values, problems, warnings } = readTexts(texts, plan);
  const missing = requiredColumns(plan.enforceMandatories)
    .filter((column) => !texts.has(column))
    .map(
      (column): Problem => ({
        code: 'required',
        column,
        message: `${headerName(plan.header, column)} is empty: expected a value.`,
      }),
    );
  const all = [...excessCells(cells, plan), ...missing, ...problems].slice(0, limits.maxProblemsPerRow);
  if (all.length > 0) return { kind: 'rejected', problems: all, warnings };
  const documents = (values.get(documentsColumn) ?? []) as string[];
  return { kind: 'lead', lead: leadOf(values), documents, warnings };
};
