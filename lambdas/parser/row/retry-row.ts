import { ambiguousDateCodes } from '../../../shared/lead/cells/date.ts';
import type { SeenOrder } from '../../../shared/lead/refusal.ts';
import type { Status } from '../../../shared/state/row-state.ts';
import { reportColumns } from '../../../shared/table/report-columns.ts';
import type { ProblemCode } from '../../../shared/words/problem-catalogue.ts';
import type { RowPlan } from './row-plan.ts';

/** What a report has said of a row that comes back; empty for a row of any other file. */
export const reportCell = (cells: readonly string[], plan: RowPlan, name: string): string => {
  const position = plan.header.reportColumns.get(name);
  return position === undefined ? '' : (cells[position] ?? '').trim();
};

/** The problems that a report has given a row that comes back: each its code, and its column. */
const problemsIn = (cells: readonly string[], plan: RowPlan): readonly (readonly [code: string, column: string])[] =>
  reportCell(cells, plan, reportColumns.errorCode)
    .split(';')
    .map((entry) => entry.split(':').map((part) => part.trim()))
    .map(([code = '', column = '']) => [code, column]);

/** The columns of which a report has said that they hold a formula, and no value. */
export const formulaColumns = (cells: readonly string[], plan: RowPlan): ReadonlySet<string> => {
  const wanted: ProblemCode = 'formula_without_value';
  return new Set(problemsIn(cells, plan).flatMap(([code, column]) => (code === wanted ? [column] : [])));
};

/** How rows ended whose ids the report has always written. */
const withOwnId: ReadonlySet<string> = new Set<Status>(['created', 'created_documents_incomplete']);

const duplicate: Status = 'duplicate';

/** The id that a report names as the lead of a duplicate: any other one a person wrote. */
const namedIn = /(?:\bas lead|^Lead) (\S+?)[.,:]?(?:\s|$)/;

/** What a row that comes back says of its lead. */
export type Answer =
  /** It is there. `byPerson`: somebody has looked for it. */
  | {
      readonly kind: 'there';
      readonly leadId: string;
      readonly byPerson: boolean;
      readonly importId: string | undefined;
    }
  | { readonly kind: 'not_there'; readonly importId: string | undefined }
  /** Nobody has looked. */
  | { readonly kind: 'open'; readonly importId: string | undefined };

const importIn = /\bimport (\d{8}T\d{6}Z-[0-9a-f]{8})\b/;

/** The codes that a report has given a row that comes back. */
const codesOf = (cells: readonly string[], plan: RowPlan): ReadonlySet<string> =>
  new Set(problemsIn(cells, plan).map(([code]) => code));

/** What a report says of an id that a person wrote: taken away again, the row is as open as before. */
const wrongAnswers: ReadonlySet<string> = new Set<ProblemCode>(['lead_not_found', 'other_lead']);

/** What a row that comes back says of its lead; undefined where it says nothing, or is of no report. */
export const answerOf = (cells: readonly string[], plan: RowPlan): Answer | undefined => {
  if (plan.header.reportColumns.size === 0) return undefined;
  const leadId = reportCell(cells, plan, reportColumns.leadId);
  const status = reportCell(cells, plan, reportColumns.status).toLowerCase();
  const error = reportCell(cells, plan, reportColumns.error);
  const importId = importIn.exec(error)?.[1];
  if (leadId === '') {
    const isOpen =
      status === 'unconfirmed' ||
      (importId !== undefined && [...codesOf(cells, plan)].some((code) => wrongAnswers.has(code)));
    return isOpen ? { kind: 'open', importId } : undefined;
  }
  if (leadId.toLowerCase() === 'none') return { kind: 'not_there', importId };
  const isOwn = withOwnId.has(status) || (status === duplicate && namedIn.exec(error)?.[1] === leadId);
  return { kind: 'there', leadId, byPerson: !isOwn, importId };
};

/**
 * The plan of a row of a retry file: what the file that it comes from has shown against it still counts, though the rows
 * that showed it are not there any more.
 */
export const planOfRetry = (cells: readonly string[], plan: RowPlan): RowPlan => {
  if (plan.header.reportColumns.size === 0) return plan;
  const codes = codesOf(cells, plan);
  const had = (...names: readonly ProblemCode[]): boolean => names.some((name) => codes.has(name));
  const { facts, rules } = plan;
  const seenOrders: readonly SeenOrder[] = [
    ...(rules.seenOrders ?? []),
    ...(had(ambiguousDateCodes[rules.dates]) ? ([rules.dates === 'DMY' ? 'MDY' : 'DMY', 'YMD'] as const) : []),
    ...(had('ambiguous_iso_date') ? (['YDM'] as const) : []),
  ];
  return {
    ...plan,
    rules: { ...rules, seenOrders },
    facts: {
      ...facts,
      ...(had('too_few_cells', 'torn_row') && { shortRows: false }),
      ...(had('too_many_cells') && { emptyCellsBehind: 0 }),
      ...(had('broken_text') && { brokenText: true }),
    },
  };
};
