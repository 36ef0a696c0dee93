import { join } from 'node:path';
import { functions } from '../../infra/topology.ts';
import { writeDistinctRows } from './distinct-rows.ts';
import { atLeast, atMost, type Figure, median } from './figure.ts';
import { measureProcess } from './measured-process.ts';

/** Of memory, for each whole virtual processor of a Lambda. */
const mibPerProcessor = 1_769;

interface Staged {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const million = 1_000_000;

type Run = (way: string, path: string, warmUp?: string) => Promise<Staged & { readonly peakMib: number }>;

/** Whether a file of dates as Australians write them costs what one of ISO dates does. */
const datesOfEitherOrder = async (directory: string, run: Run): Promise<Figure> => {
  const [iso, dmy] = [join(directory, 'iso.csv'), join(directory, 'dmy.csv')];
  await writeDistinctRows(iso, 100_000, 'iso');
  await writeDistinctRows(dmy, 100_000, 'dmy');
  const ratios: number[] = [];
  for (let turn = 0; turn < 5; turn += 1)
    ratios.push((await run('stage', dmy)).cpuSeconds / (await run('stage', iso)).cpuSeconds);
  return atMost('staging_dmy_vs_iso', median(ratios), 1.05, 'ratio');
};

/** What the real S3 client adds to staging. */
const throughS3 = async (file: string, run: Run): Promise<Figure> => {
  const ratios: number[] = [];
  for (let turn = 0; turn < 3; turn += 1)
    ratios.push((await run('stage-s3', file)).cpuSeconds / (await run('stage', file)).cpuSeconds);
  return atMost('staging_through_s3_client', median(ratios), 1.2, 'ratio');
};

/** What the parser takes to stage a file, against the plainest loop and the CSV library alone on the same file. */
export async function* stagingFigures(directory: string, full: boolean): AsyncGenerator<Figure> {
  const rows = 200_000;
  const file = join(directory, 'staged.csv');
  const warmUp = join(directory, 'warm-up.csv');
  await writeDistinctRows(file, rows, 'short');
  await writeDistinctRows(warmUp, 20_000, 'short');
  const run = async (way: string, path = file, first = warmUp) => {
    const { printed, peakMib } = await measureProcess('staging-run.ts', [way, path, first]);
    return { ...(printed as Staged), peakMib };
  };
  const againstLoop: number[] = [];
  const againstParse: number[] = [];
  const againstUsual: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const [stage, loop, parse] = [await run('stage'), await run('loop'), await run('parse')];
    const usual = await run('usual');
    againstLoop.push(loop.seconds / stage.seconds);
    againstParse.push(parse.seconds / stage.seconds);
    againstUsual.push(usual.cpuSeconds / stage.cpuSeconds);
  }
  yield atLeast('staging_vs_loop', median(againstLoop), 0.48, 'ratio');
  yield atLeast('staging_vs_csv_parse', median(againstParse), 0.16, 'ratio');
  yield atLeast('staging_vs_usual_sample', median(againstUsual), 0.65, 'ratio');
  yield await datesOfEitherOrder(directory, run);
  yield await throughS3(file, run);

  const wide = join(directory, 'wide.csv');
  const wideRows = full ? million : 100_000;
  await writeDistinctRows(wide, wideRows, 'all');
  const wideWarmUp = join(directory, 'wide-warm-up.csv');
  await writeDistinctRows(wideWarmUp, 10_000, 'all');
  const { cpuSeconds } = await run('stage', wide, wideWarmUp);
  const share = functions.parser.memoryMib / mibPerProcessor;
  const minutes = ((cpuSeconds / wideRows) * million) / share / 60;
  yield atMost('parser_1m_rows_of_38_columns', minutes, 5, 'min');

  const long = join(directory, 'long.csv');
  const longRows = full ? million : 400_000;
  await writeDistinctRows(long, longRows, 'short');
  const { peakMib } = await run('stage', long);
  yield atMost(full ? 'parser_peak_as_deployed_1m' : 'parser_peak_as_deployed', peakMib, 300, 'MiB');
}
