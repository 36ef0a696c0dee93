import { parse } from 'csv-parse/sync';
import type { ImportOptions } from '../../shared/import-options.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { imported } from '../support/imported.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';

/** What comes of a workbook that is dropped. */
export interface Outcome {
  /** The code of the file's fault; absent where it is read. */
  readonly fault?: string;
  readonly sheet?: string;
  /** Codes of warnings with their columns. */
  readonly warnings?: readonly string[];
  /** Line, status and codes of each row. */
  readonly rows?: readonly (readonly [line: number, status: string, codes?: string])[];
  /** Cells of the report beside our own, where a case says which. */
  readonly cells?: Readonly<Record<string, string>>;
}

/** Drops a workbook, as a broker does, and reads the report. */
export const outcomeOf = async (
  name: string,
  bytes: Uint8Array,
  options: Partial<ImportOptions> = {},
): Promise<{
  readonly outcome: Outcome;
  readonly leads: readonly object[];
  readonly report: readonly Record<string, string>[];
  /** The report as it was written. */
  readonly written: string;
  readonly source: Summary['source'];
  readonly message: string;
  readonly notSent: readonly object[];
}> => {
  const harness = new PipelineHarness();
  harness.options = options;
  const { summary, leads, report: bytesOfReport = '' } = await imported(bytes, name, harness);
  const written = bytesOfReport.toString();
  const report = parse(written, { columns: true, bom: true, relax_column_count: true }) as Record<string, string>[];
  const rows = report.map((row): [number, string, string?] => {
    const [line, status, codes] = [Number(row['lead__Line']), row['lead__Status'] ?? '', row['lead__ErrorCode'] ?? ''];
    return codes === '' ? [line, status] : [line, status, codes];
  });
  const warnings = summary.warnings.map(({ code, column }) => `${code}:${column}`);
  const { fileError, source } = summary;
  const outcome: Outcome = {
    ...(fileError !== null && { fault: fileError.code }),
    ...(source.sheet !== null && { sheet: source.sheet }),
    ...(warnings.length > 0 && { warnings }),
    ...(rows.length > 0 && { rows }),
  };
  return { outcome, leads, report, written, source, message: fileError?.message ?? '', notSent: summary.notSent };
};
