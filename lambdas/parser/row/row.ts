import { headerName } from '../../../shared/header/header.ts';
import { documentsColumn } from '../../../shared/lead/attached-documents.ts';
import { leadOf, requiredColumns } from '../../../shared/lead/lead.ts';
import { leadIdSchema } from '../../../shared/lead/lead-id.ts';
import { visibleFields } from '../../../shared/leads-api/visible-lead.ts';
import { limits } from '../../../shared/limits.ts';
import { reportColumns } from '../../../shared/table/report-columns.ts';
import type { TableRecord } from '../../../shared/table/table.ts';
import { shown } from '../../../shared/words/escaping.ts';
import { type Problem, problem } from '../../../shared/words/problem.ts';
import { withFormulas } from './formula-cells.ts';
import { excessCells, misread } from './misread.ts';
import { isNothingOfALead, noLeadOf } from './no-lead.ts';
import { type Answer, answerOf, planOfRetry, reportCell } from './retry-row.ts';
import type { RowPlan } from './row-plan.ts';
import type { Answered, RowReading } from './row-reading.ts';
import { textsOf } from './row-texts.ts';
import { readTexts } from './row-values.ts';
import { readSheetRow } from './sheet-row.ts';
import { undividedRow } from './undivided.ts';
import { crossWarnings } from './warnings.ts';

/** What a listing would show of the customer of a row, as far as it can be read. */
const claimOf = (cells: readonly string[], plan: RowPlan) => {
  const { values } = readTexts(textsOf(cells, plan).texts, plan);
  const { email, phone } = visibleFields(leadOf(values));
  return { ...(email !== undefined && { email }), ...(phone !== undefined && { phone }) };
};

/** An answer as a row keeps it. */
const answeredBy = ({ kind, importId }: Answer): Answered => ({
  none: kind === 'not_there',
  ...(importId !== undefined && { importId }),
});

/** A row that carries `lead__Id`: its lead exists, so only its documents are read. */
const readDocumentsOnly = (
  cells: readonly string[],
  answer: Extract<Answer, { kind: 'there' }>,
  plan: RowPlan,
): RowReading => {
  const { leadId, byPerson } = answer;
  const answered = byPerson ? answeredBy(answer) : undefined;
  const text = textsOf(cells, plan).texts.get(documentsColumn);
  const { values, problems } = readTexts(new Map(text === undefined ? [] : [[documentsColumn, text]]), plan);
  const column = reportColumns.leadId;
  const what = `${column} holds ${shown(leadId)}: expected the id of a lead, as in a report.`;
  const wrongId = leadIdSchema.safeParse(leadId).success ? [] : [problem('invalid_lead_id', { column, what })];
  const all = [...wrongId, ...problems];
  const documents = (values.get(documentsColumn) ?? []) as string[];
  if (all.length > 0) return { kind: 'rejected', problems: all, documents, warnings: [], answered };
  const reading = byPerson ? readLead(cells, plan) : undefined;
  return {
    kind: 'documents_only',
    leadId,
    documents,
    attached: reportCell(cells, plan, reportColumns.documents),
    warnings: [],
    ...(byPerson && { claim: claimOf(cells, plan), answered }),
    ...(reading?.kind === 'lead' && { lead: reading.lead }),
  };
};

/** A row that has not as many cells as the header, where that is not the file's habit. */
const wrongCellCount = (cells: readonly string[], { header, facts }: RowPlan): Problem[] => {
  const { length: columns } = header.titles;
  if (cells.length < columns && !facts.shortRows) {
    const what = `The row has ${cells.length} cells and the header ${columns} columns.`;
    return [problem('too_few_cells', { what })];
  }
  return excessCells(cells, header, facts.emptyCellsBehind);
};

/** Required columns of which a row says nothing. Where the row itself is too short, that is said and not what it comes to. */
const missingIn = (
  cells: readonly string[],
  { texts, problems }: ReturnType<typeof textsOf>,
  plan: RowPlan,
): readonly string[] => {
  const isThere = (column: string): boolean =>
    plan.facts.shortRows ||
    plan.format.isSheet ||
    (plan.header.sources.get(column) ?? []).some(({ position }) => position < cells.length);
  return requiredColumns(plan.enforceMandatories).filter(
    (column) => !texts.has(column) && !problems.some((wrong) => wrong.column === column) && isThere(column),
  );
};

/** A row whose cells do not stand where its columns are, so that nothing can be said of them. */
const unreadable = (cause: Problem): Extract<RowReading, { kind: 'rejected' }> => ({
  kind: 'rejected',
  problems: [cause],
  documents: [],
  warnings: [],
});

/** A row of which a line break without quotes has made two. */
const tornRow = unreadable(
  problem('torn_row', {
    what: 'A line break without quotes seems to have torn this row: together with the line beside it, it is one row.',
  }),
);

/** Reads the lead of a row. */
const readLead = (cells: readonly string[], plan: RowPlan): Extract<RowReading, { kind: 'lead' | 'rejected' }> => {
  const undivided = plan.format.isSheet
    ? undefined
    : undividedRow(cells, plan.header.titles.length, plan.format.delimiter);
  if (undivided !== undefined) return unreadable(problem('undivided_row', { what: undivided }));
  const told = textsOf(cells, plan);
  const { values, problems: ofCells, warnings: ofValues } = readTexts(told.texts, plan);
  const titleOf = (column: string): string => headerName(plan.header, column);
  // Where lumi needs only two values, both can be told.
  if (plan.enforceMandatories && isNothingOfALead(cells, told.texts)) {
    const missing = requiredColumns(plan.enforceMandatories).filter((column) => !values.has(column));
    const what = `Nothing in the row is an e-mail address, a phone, an ABN or an amount, so it is perhaps no lead. A lead needs ${missing.map(titleOf).join(', ')}.`;
    return unreadable(problem('nothing_of_a_lead', { what }));
  }
  const missing = missingIn(cells, told, plan).map((column) =>
    problem('required', { column, what: `${titleOf(column)} is empty: expected a value.` }),
  );
  // Nothing can move a cell of a sheet.
  const ofTable = plan.format.isSheet
    ? []
    : [...misread(cells, plan.header, plan.format), ...wrongCellCount(cells, plan)];
  const all = [...ofTable, ...missing, ...told.problems, ...ofCells];
  const warnings = [...ofValues, ...crossWarnings(values, plan.header)];
  const documents = (values.get(documentsColumn) ?? []) as string[];
  if (all.length > 0)
    return { kind: 'rejected', problems: all.slice(0, limits.maxProblemsPerRow), documents, warnings };
  return { kind: 'lead', lead: leadOf(values), documents, warnings };
};

/** Reads one row, finding all of its problems at once; nothing ambiguous becomes a value. */
export const readRow = (cells: readonly string[], ofFile: RowPlan): RowReading => {
  const plan = planOfRetry(cells, ofFile);
  const answer = answerOf(cells, plan);
  if (answer?.kind === 'there') return readDocumentsOnly(cells, answer, plan);
  if (answer?.kind === 'open') return { kind: 'kept', importId: answer.importId, warnings: [] };
  const reading = readLead(cells, plan);
  return answer === undefined ? reading : { ...reading, answered: answeredBy(answer) };
};

const readCells = (record: TableRecord, plan: RowPlan): RowReading => {
  if (record.isTorn === true) return tornRow;
  const what = noLeadOf(record, plan);
  return what === undefined
    ? readRow(record.cells, plan)
    : { kind: 'no_lead', warnings: [problem('no_leads', { what })] };
};

/** Reads one record of a file. */
export const readRecord = (record: TableRecord, plan: RowPlan): RowReading => {
  const reading = readCells(record, plan);
  return withFormulas(record, plan.format.isSheet ? readSheetRow(record, reading, plan) : reading, plan);
};
