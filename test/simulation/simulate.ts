import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { expectedMarks } from './expected-marks.ts';
import { type RunResult, simulate } from './run.ts';

/** Seeds that a worker takes at a time. */
const seedsAtOnce = 50;
/** Violating seeds that are shown; the rest is counted. */
const shownSeeds = 10;
/** Seeds between two lines of progress, where nobody looks at a terminal. */
const seedsBetweenLines = 5_000;

interface Order {
  readonly first: number;
  readonly count: number;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A worker: runs the seeds that it is told to run, and answers with what each came to. */
const work = (): void => {
  parentPort?.on('message', async ({ first, count }: Order) => {
    const results: RunResult[] = [];
    for (let seed = first; seed < first + count; seed += 1) results.push(await simulate(seed));
    parentPort?.postMessage(results);
  });
};

const orders = function* (first: number, count: number): Generator<Order> {
  for (let done = 0; done < count; done += seedsAtOnce)
    yield { first: first + done, count: Math.min(seedsAtOnce, count - done) };
};

/** Runs seeds on all cores; `onResults` answers whether to go on. */
const runMany = async (first: number, count: number, onResults: (results: RunResult[]) => boolean): Promise<void> => {
  const queue = orders(first, count);
  let goOn = true;
  const drive = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), {
        workerData: { simulates: true },
        resourceLimits: { maxYoungGenerationSizeMb: 128 },
      });
      const next = (): void => {
        const order = goOn ? queue.next().value : undefined;
        if (order !== undefined) worker.postMessage(order);
        else void worker.terminate().then(() => resolve());
      };
      worker.on('message', (results: RunResult[]) => {
        goOn = onResults(results) && goOn;
        next();
      });
      worker.on('error', reject);
      next();
    });
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), Math.ceil(count / seedsAtOnce)) }, drive));
};

const many = async (first: number, count: number, untilViolation: boolean): Promise<boolean> => {
  const startedAt = performance.now();
  const marks = new Map<string, number>();
  const violating: RunResult[] = [];
  let done = 0;
  await runMany(first, count, (results) => {
    for (const result of results) {
      done += 1;
      for (const [name, times] of result.marks) marks.set(name, (marks.get(name) ?? 0) + times);
      if (result.violations.length === 0) continue;
      violating.push(result);
      process.stderr.write(`seed ${result.seed}: ${result.violations.join('; ')}\n`);
    }
    const progress = `${done} of ${count} seeds, ${violating.length} with violations`;
    if (process.stderr.isTTY) process.stderr.write(`\r${progress} `);
    else if (done % seedsBetweenLines === 0) process.stderr.write(`${progress}\n`);
    return !(untilViolation && violating.length > 0);
  });
  if (process.stderr.isTTY) process.stderr.write('\n');
  const seconds = (performance.now() - startedAt) / 1000;
  say(`${done} seeds in ${seconds.toFixed(0)} s: ${violating.length} with violations`);
  for (const { seed, violations } of violating.toSorted((one, other) => one.seed - other.seed).slice(0, shownSeeds)) {
    say(`seed ${seed}: ${violations.join('; ')}`);
    say(`  replay it: npm run simulate -- --seed ${seed}`);
  }
  if (untilViolation) return violating.length === 0;
  for (const [name, times] of [...marks].toSorted()) say(`${String(times).padStart(10)}  ${name}`);
  const missing = expectedMarks.filter((name) => !marks.has(name));
  for (const name of missing) say(`never reached: ${name}`);
  return violating.length === 0 && missing.length === 0;
};

const one = async (seed: number): Promise<boolean> => {
  const result = await simulate(seed, say);
  say(`seed ${seed}, trace ${result.hash}`);
  for (const violation of result.violations) say(`VIOLATION ${violation}`);
  return result.violations.length === 0;
};

const usage = `npm run simulate -- --seed N              replays one seed, step by step
npm run simulate -- --seeds N [--from M]   runs N seeds on all cores (default: 1000 from 1)
                    [--until-violation]    stops at the first violation`;

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      'until-violation': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(usage);
  const good =
    values.seed === undefined
      ? await many(Number(values.from), Number(values.seeds), values['until-violation'])
      : await one(Number(values.seed));
  if (!good) process.exitCode = 1;
};

if (isMainThread) await main();
else if ((workerData as { simulates?: boolean } | null)?.simulates === true) work();
