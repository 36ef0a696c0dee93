import { type Encoding, NotUtf8 } from '../../shared/csv/encoding.ts';
import { type FileFault, fileFault } from '../../shared/csv/file-fault.ts';
import type { CsvFormat, OpenCsv } from '../../shared/csv/open.ts';
import type { Cells } from '../../shared/csv/records.ts';
import { matchHeader } from '../../shared/lead/header.ts';
import type { Mapping } from '../../shared/lead/mapping.ts';
import { constantFault, type RowPlan, readRow, rowPlan } from '../../shared/lead/row.ts';
import { fingerprintOf } from '../../shared/ledger/fingerprint.ts';
import { FingerprintTable } from '../../shared/ledger/fingerprint-table.ts';
import { limits } from '../../shared/limits.ts';
import type { Source } from './open-source.ts';

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
  /** `YYYY-MM-DD` of the upload. */
  readonly today: string;
}

const planFor = (
  { header, headerLine, format }: OpenCsv,
  context: SurveyContext,
): { readonly kind: 'plan'; readonly plan: RowPlan } | FileFault => {
  const matched = matchHeader(header.cells, context.mapping, context.enforceMandatories);
  if ('fault' in matched) return fileFault(matched.fault.code, matched.fault.message, headerLine);
  const written = { delimiter: format.dialect.delimiter, encoding: format.encoding.name };
  const plan = rowPlan(matched.plan, context.mapping, context.enforceMandatories, context.today, written);
  for (const column of Object.keys(context.mapping.constants)) {
    const fault = constantFault(plan, column);
    if (fault !== undefined)
      return fileFault('invalid_mapping', `The constant for ${column} in the mapping file cannot be used: ${fault}.`);
  }
  return { kind: 'plan', plan };
};

const readAll = async (csv: OpenCsv, context: SurveyContext): Promise<Survey | FileFault> => {
  const planned = planFor(csv, context);
  if (planned.kind === 'fault') {
    await csv.records.return(undefined);
    return planned;
  }
  const { plan } = planned;
  const leads = new FingerprintTable();
  let rows = 0;
  let rejected = 0;
  for await (const record of csv.records) {
    if (record.kind === 'fault') return record;
    rows += 1;
    if (rows > limits.maxRows) {
      return fileFault(
        'too_many_rows',
        `The file has more than ${limits.maxRows} rows. Split it into several files.`,
        record.line,
      );
    }
    const reading = readRow(record.cells, plan);
    if (reading.kind === 'rejected') rejected += 1;
    if (reading.kind === 'lead') leads.add(fingerprintOf(reading.lead), record.line);
  }
  return { kind: 'survey', format: csv.format, header: csv.header, plan, rows, rejected, leads };
};

/**
 * Reads the file to its end before anything is decided: its encoding, its header, every row. A file that is not UTF-8
 * somewhere, however late, is read again as Windows-1252, or as the Mac Roman of an old Macintosh.
 */
export const surveyFile = async (
  source: Source,
  context: SurveyContext,
  encoding?: Encoding,
): Promise<Survey | RefusedSurvey> => {
  const csv = await source.open(encoding);
  if (csv.kind === 'fault') return csv;
  try {
    const survey = await readAll(csv, context);
    return survey.kind === 'fault' ? { ...survey, format: csv.format } : survey;
  } catch (error) {
    if (error instanceof NotUtf8) return surveyFile(source, context, await source.singleByteEncoding());
    throw error;
  }
};
