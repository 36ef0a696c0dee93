import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { Completeness } from '../../lambdas/reporter/completeness.ts';
import { reportImport } from '../../lambdas/reporter/report-import.ts';
import { importIdOf } from '../../shared/bucket/import-id.ts';
import { endedKey, reportFiles, reportPrefix } from '../../shared/bucket/keys.ts';
import { mapConcurrently } from '../../shared/map-concurrently.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, rows } from '../support/sample-rows.ts';
import { atLeast, atMost, type Figure, median } from './figure.ts';
import { startS3 } from './s3-process.ts';

const count = 100_000;
const turns = 5;

interface Took {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const measured = async (act: () => Promise<void>): Promise<Took> => {
  const [begin, cpuBegin] = [performance.now(), process.cpuUsage()];
  await act();
  const { user, system } = process.cpuUsage(cpuBegin);
  return { seconds: (performance.now() - begin) / 1_000, cpuSeconds: (user + system) / 1e6 };
};

/** How fast a complete import of 100,000 rows is reported, from a bucket in memory, and what the real S3 client adds. */
export async function* reportingFigures(): AsyncGenerator<Figure> {
  const harness = new PipelineHarness();
  const upload = harness.drop('incoming/a.csv', aCsv(rows(count)));
  await harness.parse(upload);
  await harness.submit();
  const importId = importIdOf(upload);
  const written = new Map(harness.store.objects);
  const s3 = await startS3();
  await mapConcurrently(written, 20, ([key, body]) => s3.store.put(key, body));

  const fromMemory = (): Promise<Took> => {
    // What an earlier turn reported is forgotten: the report is written anew.
    harness.store.objects.clear();
    for (const [key, body] of written) harness.store.objects.set(key, body);
    return measured(() => reportImport(importId, harness.reporter()));
  };
  const throughClient = async (): Promise<Took> => {
    for (const Key of [endedKey(importId), `${reportPrefix(upload.key, importId)}${reportFiles.summary}`])
      await s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key }));
    const { store } = s3;
    return measured(() =>
      reportImport(importId, { ...harness.reporter(), store, completeness: new Completeness(store) }),
    );
  };
  const rates: number[] = [];
  const ratios: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const [memory, client] = [await fromMemory(), await throughClient()];
    rates.push(count / memory.seconds);
    ratios.push(client.cpuSeconds / memory.cpuSeconds);
  }
  s3.stop();
  yield atLeast('reporter_rows_per_second', median(rates), 70_000, 'rows/s');
  yield atMost('reporting_through_s3_client', median(ratios), 1.85, 'ratio');
}
