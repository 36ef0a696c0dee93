import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { apiTiming } from '../../infra/topology.ts';
import { prefixes } from '../../shared/bucket/keys.ts';
import { limits } from '../../shared/limits.ts';
import { outcomesSchema } from '../../shared/state/outcomes.ts';
import { type RequestLimit, requestLimits } from '../simulation/request-limit.ts';
import { aCsv, rows } from '../support/sample-rows.ts';
import { atMost, type Figure, printFigure } from './figure.ts';
import { rememberImports } from './remembered-imports.ts';
import { ScaleWorld } from './scale-world.ts';

/**
 * A model of scale: the real stories in virtual time, S3 reads at 20 and writes at 30 ms, the API at 300 ms, ten leads in
 * flight. What a figure counts in seconds is virtual, and where the processor matters, its own time on top.
 */
const leadsInFlight = 10;
const apiSeconds = 0.3;
const forever = Number.POSITIVE_INFINITY;

/** How often rows ended with each status. */
const statusesOf = ({ store }: ScaleWorld): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const [key, body] of store.objects) {
    if (!key.startsWith(prefixes.outcomes)) continue;
    for (const { status } of outcomesSchema.parse(JSON.parse(body.toString('utf8'))).states)
      counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
};

const parsed = (model: ScaleWorld, key: string, csv: string): Promise<void> => model.settled(model.parse(key, csv));

/** A file whose answers are lost now and then: how long it takes until every row is settled. */
const lossy = async (count: number, lost: number): Promise<Figure[]> => {
  const model = new ScaleWorld();
  model.api.lost = lost;
  await parsed(model, 'incoming/a.csv', aCsv(rows(count)));
  const begin = model.time.now;
  model.startSubmitter(leadsInFlight);
  await model.time.runToRest(forever);
  const idealSeconds = (count * apiSeconds) / leadsInFlight;
  const goal = idealSeconds * 1.05 + (3 * apiTiming.listingSettleMs) / 1000;
  const created = statusesOf(model).get('created') ?? 0;
  const name = `lossy_${count / 1000}k`;
  return [
    atMost(`${name}_until_settled`, Math.round((model.lastOutcomeAt - begin) / 1000), goal, 's'),
    atMost(`${name}_not_settled`, count - created, 0, 'rows'),
    atMost(`${name}_doubled`, model.api.leads.length - count, 0, 'leads'),
  ];
};

interface Run {
  readonly limit: (perSecond: number) => RequestLimit;
  readonly ratio: number;
  readonly refused: number;
  readonly notOnce: number;
}

/**
 * An API that takes only so many requests a second: how long 6,000 rows need against what it allows. What a second of the
 * clock does not use is lost, so that each `Retry-After` of a second costs one: such limits have a goal of their own.
 */
const paced = async (name: string, perSecond: number, inFlight: number): Promise<Figure[]> => {
  const count = 6_000;
  const runs: Run[] = [];
  for (const limit of Object.values(requestLimits)) {
    const model = new ScaleWorld();
    model.api.takes = limit(perSecond);
    await parsed(model, 'incoming/a.csv', aCsv(rows(count)));
    const begin = model.time.now;
    model.startSubmitter(inFlight);
    await model.time.runToRest(forever);
    const { leads, posts, tooSoon } = model.api;
    runs.push({
      limit,
      ratio: (model.lastOutcomeAt - begin) / ((count / perSecond) * 1000),
      refused: (100 * tooSoon) / posts.length,
      notOnce: Math.abs(leads.length - count) + count - (statusesOf(model).get('created') ?? 0),
    });
  }
  const isBucket = ({ limit }: Run): boolean => limit === requestLimits.byBucket;
  const worst = (some: readonly Run[], of: (run: Run) => number): number =>
    Math.round(100 * Math.max(...some.map(of))) / 100;
  const ratio = (run: Run): number => run.ratio;
  return [
    atMost(`paced_${name}`, worst(runs.filter(isBucket), ratio), 1.15, 'of the ideal'),
    atMost(
      `paced_${name}_by_the_second`,
      worst(
        runs.filter((run) => !isBucket(run)),
        ratio,
      ),
      1.3,
      'of the ideal',
    ),
    atMost(
      `paced_${name}_refused`,
      worst(runs, ({ refused }) => refused),
      4,
      '%',
    ),
    atMost(
      `paced_${name}_not_created_once`,
      worst(runs, ({ notOnce }) => notOnce),
      0,
      'rows',
    ),
  ];
};

/** An API that refuses everything while 2,000 batches wait: what it has to bear. */
const refusing = async (): Promise<Figure[]> => {
  const posts = async (refuses: { readonly status: number; readonly retryAfter?: string }): Promise<number> => {
    const model = new ScaleWorld();
    model.api.refuses = refuses;
    await model.releaseMany(2_000);
    model.startSubmitter(leadsInFlight);
    await model.time.runToRest(model.time.now + 610_000);
    const [first = 0] = model.api.posts;
    return model.api.posts.filter((at) => at < first + 600_000).length;
  };
  return [
    atMost('refused_429_for_600s', await posts({ status: 429, retryAfter: '600' }), 2 * leadsInFlight, 'POSTs'),
    atMost('refused_503_per_second', Math.round(((await posts({ status: 503 })) / 600) * 1000) / 1000, 1, 'POSTs'),
  ];
};

/** A file of 37 rows that comes while a million are being sent. */
const behindAMillion = async (): Promise<Figure[]> => {
  const model = new ScaleWorld();
  await model.releaseMany(limits.maxRows / limits.rowsPerBatch);
  model.startSubmitter(leadsInFlight);
  await model.time.runToRest(model.time.now + 60_000);
  const before = model.batches.size;
  const droppedAt = model.time.now;
  let releasedAt = 0;
  const parsing = model.parse('incoming/small.csv', aCsv(rows(37, 500_000))).then(() => {
    releasedAt = model.time.now;
  });
  await model.time.runToRest(droppedAt + 120_000);
  await parsing;
  const small = model.api.leads.find(({ payload }) => payload.customer?.email?.includes('500000'));
  if (small === undefined) throw new Error(`nothing of the small file was sent; ${before} batches waited`);
  return [
    atMost('behind_a_million_first_post', (Date.parse(small.createdAt) - releasedAt) / 1000 - apiSeconds, 60, 's'),
  ];
};

/** A file of 37 rows against all imports of a busy window, one row of it in doubt. */
const against50000 = async (): Promise<Figure[]> => {
  const model = new ScaleWorld();
  rememberImports(model.store, { imports: 50_000, leadsEach: 37, now: model.time.now });
  const parse = await model.measured(() => parsed(model, 'incoming/small.csv', aCsv(rows(37, 500_000))));
  model.api.loseNext = 1;
  const submit = await model.measured(async () => {
    model.startSubmitter(leadsInFlight);
    await model.time.runToRest(forever);
  });
  const created = statusesOf(model).get('created') ?? 0;
  return [
    atMost('against_50k_imports_parse_requests', parse.requests, 300, 'requests'),
    atMost('against_50k_imports_parse', parse.seconds, 3, 's'),
    atMost('against_50k_imports_reconcile_requests', submit.requests, 300, 'requests'),
    atMost('against_50k_imports_reconcile_cpu', submit.cpuSeconds, 3, 's'),
    atMost('against_50k_imports_not_settled', 37 - created, 0, 'rows'),
  ];
};

/** Nine million remembered leads, in a process of its own so that its memory can be told. */
const againstNineMillion = async (): Promise<Figure[]> => {
  const model = new ScaleWorld();
  rememberImports(model.store, { imports: 9, leadsEach: 1_000_000, now: model.time.now });
  const { seconds } = await model.measured(() => parsed(model, 'incoming/small.csv', aCsv(rows(37, 500_000))));
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
  return [
    atMost('against_9m_leads_parse', seconds, 30, 's'),
    atMost('against_9m_leads_peak_memory', mebibytes, 256, 'MiB'),
  ];
};

const inOwnProcess = 'nine-million';

if (process.argv.includes(inOwnProcess)) {
  for (const figure of await againstNineMillion()) printFigure(figure);
} else {
  const parts = [
    () => paced('20_per_second', 20, leadsInFlight),
    () => paced('10_per_second', 10, leadsInFlight),
    () => paced('50_in_4_instances', 50, 48),
    () => lossy(20_000, 0.01),
    () => lossy(100_000, 0.001),
    refusing,
    behindAMillion,
    against50000,
  ];
  for (const part of parts) for (const figure of await part()) printFigure(figure);
  const options = ['--disable-warning=ExperimentalWarning', fileURLToPath(import.meta.url), inOwnProcess];
  spawnSync(process.execPath, [...options, ...process.argv.slice(2)], { stdio: 'inherit' });
}
