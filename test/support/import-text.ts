import { parse } from 'csv-parse/sync';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { reportPrefix } from '../../shared/bucket/keys.ts';
import type { Summary } from '../../shared/report/summary.ts';
import { PipelineHarness } from './pipeline-harness.ts';
import { aCsv, aRow, type SampleRow } from './sample-rows.ts';

/** What came of a file, as an outsider sees it. */
export const importText = async (csv: string | Uint8Array) => {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', csv);
  await harness.parse(upload);
  await harness.submit();
  const summary = (await harness.report(upload)) as Summary;
  const prefix = reportPrefix(upload.key, importIdOf(upload));
  const report: Record<string, string>[] =
    summary.rows === 0
      ? []
      : parse(harness.store.text(`${prefix}report.csv`) ?? '', { columns: true, relax_column_count: true });
  return {
    summary,
    report,
    leads: harness.api.leads.map(({ payload }) => payload),
    page: harness.store.text(`${prefix}report.html`),
  };
};

/** The same of rows, each with these cells in place of its own. */
export const importCells = (...cells: readonly SampleRow[]) =>
  importText(aCsv(cells.map((each, index) => aRow(index + 1, each))));
