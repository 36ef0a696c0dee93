import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { writeDistinctRows } from './distinct-rows.ts';
import { atMost, type Figure, median } from './figure.ts';
import { type Measured, measureProcess, startProcess } from './measured-process.ts';

/** An import on this machine, from the start of its process to its end, beside a script that only POSTs. */
interface Load {
  readonly rows: number;
  readonly apiMs: number;
  readonly inFlight: number;
}

const slowApiMs = 200;

interface Api {
  readonly url: string;
  readonly process: ChildProcess;
}

const startApi = async (apiMs: number, perSecond?: number): Promise<Api> => {
  const server = startProcess('delayed-api.ts', [
    String(apiMs),
    ...(perSecond === undefined ? [] : [String(perSecond)]),
  ]);
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  return { url: `http://127.0.0.1:${port}`, process: server };
};

const importing = ({ url }: Api, file: string, out: string, inFlight: number): Promise<Measured> => {
  const options = ['--api-url', url, '--yes', '--concurrency', String(inFlight), '--out', out];
  return measureProcess('import-run.ts', ['import', file, ...options]);
};

const besideBare = async (directory: string, { rows, apiMs, inFlight }: Load, runs: number) => {
  const file = join(directory, `${rows}.csv`);
  await writeDistinctRows(file, rows, 'short');
  const api = await startApi(apiMs);
  const ratios: number[] = [];
  const peaks: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const sendBare = () => measureProcess('bare-client.ts', [api.url, file, String(inFlight)]);
    const sendOurs = () => importing(api, file, join(directory, `out-${rows}-${run}`), inFlight);
    // Where both mostly wait for the API they run at the same time.
    const [bare, ours] =
      apiMs >= slowApiMs ? await Promise.all([sendBare(), sendOurs()]) : [await sendBare(), await sendOurs()];
    ratios.push(ours.seconds / bare.seconds);
    peaks.push(ours.peakMib);
  }
  api.process.kill();
  return { ratio: median(ratios), peakMib: median(peaks) };
};

/** The processor time of an import against what samples for AWS take for the same file. */
const againstUsual = async (directory: string, rows: number): Promise<Figure> => {
  const file = join(directory, `${rows}.csv`);
  await writeDistinctRows(file, rows, 'short');
  const api = await startApi(5);
  const ratios: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const usual = await measureProcess('usual-run.ts', [api.url, file, '20', join(directory, `usual-${turn}.csv`)]);
    const ours = await importing(api, file, join(directory, `out-usual-${turn}`), 20);
    ratios.push(ours.cpuSeconds / usual.cpuSeconds);
  }
  api.process.kill();
  return atMost('import_50k_cpu_vs_usual_sample', median(ratios), 0.95, 'ratio');
};

/** How near an import on a laptop comes to what an API allows that takes so many requests a second. */
const paced = async (directory: string, rows: number, perSecond: number): Promise<Figure> => {
  const file = join(directory, `paced-${rows}.csv`);
  await writeDistinctRows(file, rows, 'short');
  const api = await startApi(5, perSecond);
  const { seconds } = await importing(api, file, join(directory, 'out-paced'), 10);
  api.process.kill();
  return atMost(`laptop_paced_${perSecond}_per_second`, seconds / (rows / perSecond), 1.2, 'of the ideal');
};

/** From the start of the process to the first POST, for the sample of 37 rows. */
const firstPost = async (directory: string): Promise<Figure> => {
  const api = await startApi(5);
  const waits: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    api.process.send('a new run');
    const posted = once(api.process, 'message') as Promise<[{ firstPostAt: number }]>;
    const begin = Date.now();
    await importing(api, 'samples/leads.csv', join(directory, `out-first-${run}`), 10);
    const [{ firstPostAt }] = await posted;
    waits.push(firstPostAt - begin);
  }
  api.process.kill();
  return atMost('start_to_first_post', median(waits), 400, 'ms');
};

/** Whether a larger file takes more memory: what is kept of each row is its hashes. */
const memoryByRows = async (directory: string): Promise<Figure> => {
  const peakOf = async (rows: number): Promise<number> => {
    const file = join(directory, `check-${rows}.csv`);
    await writeDistinctRows(file, rows, 'short');
    return (await measureProcess('import-run.ts', ['check', file, '--out', join(directory, `out-check-${rows}`)]))
      .peakMib;
  };
  return atMost('memory_500k_vs_50k', (await peakOf(500_000)) / (await peakOf(50_000)), 1.2, 'ratio');
};

/** What an import on a laptop takes, against a bare script in the same run. */
export async function* importingFigures(directory: string, full: boolean): AsyncGenerator<Figure> {
  yield await firstPost(directory);
  const slow = await besideBare(directory, { rows: 2_000, apiMs: 200, inFlight: 10 }, 3);
  yield atMost('import_2k_200ms_vs_bare', slow.ratio, 1.05, 'ratio');
  const middle = await besideBare(directory, { rows: 10_000, apiMs: 50, inFlight: 20 }, 3);
  yield atMost('import_10k_50ms_vs_bare', middle.ratio, 1.1, 'ratio');
  const fast = await besideBare(directory, { rows: 50_000, apiMs: 5, inFlight: 20 }, 3);
  yield atMost('import_50k_5ms_vs_bare', fast.ratio, 1.3, 'ratio');
  yield atMost('import_50k_peak_memory', fast.peakMib, 320, 'MiB');
  yield await againstUsual(directory, 50_000);
  yield await paced(directory, 4_000, 100);
  yield await memoryByRows(directory);
  if (!full) return;
  const million = await besideBare(directory, { rows: 1_000_000, apiMs: 5, inFlight: 20 }, 1);
  yield atMost('import_1m_peak_memory', million.peakMib, 320, 'MiB');
}
