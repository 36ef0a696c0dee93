import type { Encoding } from '../../shared/csv/encoding.ts';
import { matchHeader, type SeenHeader } from '../../shared/header/header.ts';
import type { Mapping } from '../../shared/header/mapping.ts';
import type { Guesses } from '../../shared/header/missing-column.ts';
import { cellReaders } from '../../shared/lead/lead.ts';
import { type CellRules, Refusal } from '../../shared/lead/refusal.ts';
import type { Cells, HeaderRules, OpenTable } from '../../shared/table/table.ts';
import { shown } from '../../shared/words/escaping.ts';
import { type FileFault, fileFault } from '../../shared/words/file-fault.ts';
import type { FileFacts } from './row/file-facts.ts';
import { type RowPlan, valuesOf } from './row/row-plan.ts';
import { constantFault } from './row/row-values.ts';

/** What the survey depends on beside the file. */
export interface SurveyContext {
  readonly mapping: Mapping;
  readonly header: HeaderRules;
  /** What somebody has said of the file's encoding. */
  readonly encoding: Encoding['name'] | undefined;
  /** What an option has said of it: nothing can be said of a workbook's. */
  readonly optionEncoding: Encoding['name'] | undefined;
  /** The sheet of a workbook that somebody has named. */
  readonly sheet: string | undefined;
  /** Whether hidden rows of a workbook are sent. */
  readonly sendsHidden: boolean;
  readonly enforceMandatories: boolean;
  /** `YYYY-MM-DD` of the upload, so that a second reading of the file agrees with the first. */
  readonly today: string;
}

/** Cells with an empty one at every place up to a width. */
export const withPlaces = (cells: readonly string[], width: number): readonly string[] =>
  cells.length >= width ? cells : [...cells, ...Array.from({ length: width - cells.length }, () => '')];

/** How the rows of a file are read. */
interface Planned {
  readonly plan: RowPlan;
  /** Why no row of it can be sent; empty where rows can. */
  readonly faults: FileFault[];
  /** What the header was taken for, where that is what is wrong. */
  readonly columns?: SeenHeader | undefined;
}

const constantFaults = (mapping: Mapping, rules: CellRules): FileFault[] =>
  [...mapping.constants.keys()].flatMap((column) => {
    const fault = constantFault(mapping, rules, column);
    const what = `The constant for ${column} in the mapping file cannot be used: ${fault}.`;
    return fault === undefined ? [] : [fileFault('invalid_mapping', what)];
  });

/** Values of the mapping file that lumi would not take; an empty one says nothing. */
const valueFaults = ({ values }: Mapping, rules: CellRules): FileFault[] =>
  values.flatMap(([column, texts]) =>
    texts.flatMap(([text, value]) => {
      const read = String(value).trim() === '' ? undefined : cellReaders.get(column)?.(String(value), rules);
      if (!(read instanceof Refusal)) return [];
      const what = `The value for ${shown(text)} of ${column} in the mapping file cannot be used: ${read.expected}.`;
      return [fileFault('invalid_mapping', what)];
    }),
  );

/** A header with a place for each column that has content and no name. */
export const widened = ({ cells, quoted }: Cells, { width }: FileFacts): Cells => ({
  cells: withPlaces(cells, width),
  quoted,
});

/** What the header, the mapping and the facts of a file come to for its rows. */
export const planFor = (
  { header, headerLine, format, tableEnd }: OpenTable,
  { mapping, enforceMandatories, today, sendsHidden }: SurveyContext,
  facts: FileFacts,
  guesses?: Guesses,
): Planned => {
  const rules = {
    dates: mapping.dates,
    today,
    seenOrders: facts.dateOrders,
    ...(format.is1904 === true && { is1904: true }),
  };
  const { plan: headerPlan, fault } = matchHeader(widened(header, facts).cells, mapping, enforceMandatories, guesses);
  const ofHeader = fault === undefined ? [] : [fault, ...(fault.others ?? [])];
  const plan: RowPlan = {
    header: headerPlan,
    headerLine,
    format: {
      delimiter: format.dialect.delimiter,
      encoding: format.encoding.name,
      isSheet: format.sheet !== undefined,
    },
    mapping,
    values: valuesOf(mapping),
    enforceMandatories,
    rules,
    facts,
    sendsHidden,
    tableEnd,
  };
  const faults = [
    ...ofHeader.map(({ code, what }) => fileFault(code, what, headerLine)),
    ...valueFaults(mapping, rules),
    ...constantFaults(mapping, rules),
  ];
  return { plan, faults, columns: fault?.seen };
};
