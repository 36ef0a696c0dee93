import { type CsvFile, type CsvFormat, type OpenCsv, readCsv } from '../../shared/csv/open.ts';
import type { Cells } from '../../shared/csv/records.ts';
import { type FileFault, fileFault } from '../../shared/file-fault.ts';
import { matchHeader } from '../../shared/lead/header.ts';
import type { Mapping } from '../../shared/lead/mapping.ts';
import { constantFault, type RowPlan, readRow } from '../../shared/lead/row.ts';
import { fingerprintOf } from '../../shared/ledger/fingerprint.ts';
import { FingerprintTable } from '../../shared/ledger/fingerprint-table.ts';
import { limits } from '../../shared/limits.ts';

/** What a first reading of the whole file found. Nothing has been written for it yet. */
export interface Survey {
  readonly kind: 'survey';
  readonly format: CsvFormat;
  readonly header: Cells;
  readonly plan: RowPlan;
  readonly rows: number;
  readonly rejected: number;
  readonly leads: FingerprintTable;
}

/** A file that is refused; its format where it was found before that. */
export type RefusedSurvey = FileFault & { readonly format?: CsvFormat };

/** What the survey depends on beside the file. */
export interface SurveyContext {
  readonly mapping: Mapping;
  readonly enforceMandatories: boolean;
  /** `YYYY-MM-DD` of the upload, so that a second reading of the file agrees with the first. */
  readonly today: string;
}

const planFor = (
  { header, headerLine, format }: OpenCsv,
  { mapping, enforceMandatories, today }: SurveyContext,
): { readonly kind: 'plan'; readonly plan: RowPlan } | FileFault => {
  const matched = matchHeader(header.cells, mapping, enforceMandatories);
  if ('fault' in matched) return fileFault(matched.fault.code, matched.fault.message, headerLine);
  const plan: RowPlan = {
    header: matched.plan,
    format: { delimiter: format.dialect.delimiter, encoding: format.encoding.name },
    mapping,
    enforceMandatories,
    rules: { dates: mapping.dates, today },
  };
  for (const column of Object.keys(mapping.constants)) {
    const fault = constantFault(plan, column);
    if (fault !== undefined)
      return fileFault('invalid_mapping', `The constant for ${column} in the mapping file cannot be used: ${fault}.`);
  }
  return { kind: 'plan', plan };
};

const readAll = async (csv: OpenCsv, context: SurveyContext): Promise<Survey | RefusedSurvey> => {
  const { format, header } = csv;
  const planned = planFor(csv, context);
  if (planned.kind === 'fault') {
    await csv.records.return(undefined);
    return { ...planned, format };
  }
  const { plan } = planned;
  const leads = new FingerprintTable();
  let rows = 0;
  let rejected = 0;
  for await (const record of csv.records) {
    if (record.kind === 'fault') return { ...record, format };
    rows += 1;
    if (rows > limits.maxRows)
      return { ...fileFault('too_many_rows', `The file has more than ${limits.maxRows} rows.`, record.line), format };
    const reading = readRow(record.cells, plan);
    if (reading.kind === 'rejected') rejected += 1;
    if (reading.kind === 'lead') leads.add(fingerprintOf(reading.lead), record.line);
  }
  return { kind: 'survey', format, header, plan, rows, rejected, leads };
};

/** Reads the file to its end before anything is decided: its format, its header, every row. */
export const surveyFile = (file: CsvFile, context: SurveyContext): Promise<Survey | RefusedSurvey> =>
  readCsv(file, (csv) => readAll(csv, context));
