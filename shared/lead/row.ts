import { limits } from '../limits.ts';
import { adviceFor } from './advice.ts';
import { documentsColumn } from './attached-documents.ts';
import { cleaned, controlCharacterAt } from './cell-text.ts';
import { type HeaderPlan, headerName } from './header.ts';
import { cellReaders, type Lead, leadOf, requiredColumns } from './lead.ts';
import { leadIdSchema } from './lead-id.ts';
import type { Mapping } from './mapping.ts';
import { excessCells, isMojibake, misread, type RowFormat } from './misread.ts';
import { codePoint, type Problem, shown, type Warning } from './problem.ts';
import { type CellRules, Refusal } from './refusal.ts';
import { reportColumns } from './report-columns.ts';
import { cellWarnings, crossWarnings } from './warnings.ts';

/** Everything that reading a row depends on; equal plans read equal cells equally. */
export interface RowPlan {
  readonly header: HeaderPlan;
  readonly format: RowFormat;
  readonly mapping: Mapping;
  readonly enforceMandatories: boolean;
  readonly rules: CellRules;
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
  const read = cellReaders.get(column)?.(String(mapping.constants[column]), rules);
  return read instanceof Refusal ? read.expected : undefined;
};

/** The texts that a row gives its columns: trimmed cells, and the mapping's constants where a cell is empty. */
const textsOf = (cells: readonly string[], plan: RowPlan): Map<string, CellText> => {
  const texts = new Map<string, CellText>();
  for (const [column, constant] of Object.entries(plan.mapping.constants)) {
    const text = String(constant);
    texts.set(column, { cell: text, text });
  }
  for (const [position, column] of plan.header.columns.entries()) {
    if (column === undefined) continue;
    const cell = cells[position] ?? '';
    const text = cleaned(cell, column);
    if (text !== '') texts.set(column, { cell, text });
  }
  return texts;
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
    if (plan.format.encoding.startsWith('utf-') && isMojibake(text)) warnings.push({ code: 'mojibake', column });
    const value = cellReaders.get(column)?.(text, plan.rules);
    if (value instanceof Refusal) {
      problems.push(problemOf(plan, column, content, value));
    } else {
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
  const text = textsOf(cells, plan).get(documentsColumn);
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

/** Reads one row, finding all of its problems at once; nothing ambiguous becomes a value. */
export const readRow = (cells: readonly string[], plan: RowPlan): RowReading => {
  const leadId = reportCell(cells, plan, reportColumns.leadId);
  if (leadId !== '') return readDocumentsOnly(cells, leadId, plan);
  const texts = textsOf(cells, plan);
  const { values, problems, warnings: ofCells } = readTexts(texts, plan);
  const missing = requiredColumns(plan.enforceMandatories)
    .filter((column) => !texts.has(column))
    .map(
      (column): Problem => ({
        code: 'required',
        column,
        message: `${headerName(plan.header, column)} is empty: expected a value.`,
      }),
    );
  const all = [
    ...misread(cells, plan.header, plan.format),
    ...excessCells(cells, plan.header),
    ...missing,
    ...problems,
  ];
  const warnings = [...ofCells, ...crossWarnings(values)];
  if (all.length > 0) return { kind: 'rejected', problems: all.slice(0, limits.maxProblemsPerRow), warnings };
  const documents = (values.get(documentsColumn) ?? []) as string[];
  return { kind: 'lead', lead: leadOf(values), documents, warnings };
};
