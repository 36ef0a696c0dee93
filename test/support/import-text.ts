import { parse } from 'csv-parse/sync';
import { imported } from './imported.ts';
import { PipelineHarness } from './pipeline-harness.ts';
import { aCsv, aRow, type SampleRow } from './sample-rows.ts';

/** What came of a file, as an outsider sees it, with the mapping files of its bucket by their names. */
export const importText = async (
  csv: string | Uint8Array,
  mappings: Readonly<Record<string, object | string>> = {},
) => {
  const harness = new PipelineHarness();
  for (const [name, mapping] of Object.entries(mappings)) {
    const text = typeof mapping === 'string' ? mapping : JSON.stringify(mapping);
    harness.store.objects.set(`mappings/${name}.json`, Buffer.from(text));
  }
  const { summary, report: written = '', leads, page } = await imported(csv, 'a.csv', harness);
  const report: Record<string, string>[] =
    summary.rows === 0 ? [] : parse(written.toString(), { columns: true, relax_column_count: true });
  return { summary, report, leads, page };
};

/** The same of rows, each with these cells in place of its own. */
export const importCells = (...cells: readonly SampleRow[]) =>
  importText(aCsv(cells.map((each, index) => aRow(index + 1, each))));
