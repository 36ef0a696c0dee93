import { reportImport } from '../../lambdas/reporter/report-import.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, rows } from '../support/sample-rows.ts';
import { atLeast, type Figure, median } from './figure.ts';

/** How fast a complete import of 100,000 rows is reported, from a bucket in memory. */
export async function* reportingFigures(): AsyncGenerator<Figure> {
  const count = 100_000;
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(rows(count)));
  await harness.parse(upload);
  await harness.submit();
  const written = new Map(harness.store.objects);
  const rates: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    // What an earlier turn reported is forgotten: the report is written anew.
    harness.store.objects.clear();
    for (const [key, body] of written) harness.store.objects.set(key, body);
    const begin = performance.now();
    await reportImport(importIdOf(upload), harness.reporter());
    rates.push(count / ((performance.now() - begin) / 1_000));
  }
  yield atLeast('reporter_rows_per_second', median(rates), 70_000, 'rows/s');
}
