import { functions, queues, submitterConcurrency } from '../../infra/topology.ts';
import { answerResults } from '../../lambdas/reporter/answer-results.ts';
import { LookPace } from '../../lambdas/reporter/look-pace.ts';
import { prefixes } from '../../shared/bucket/keys.ts';
import type { Which, WriteCondition } from '../../shared/bucket/object-store.ts';
import { notificationOf } from '../../shared/bucket/s3-event.ts';
import { limits } from '../../shared/limits.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { PipelineHarness } from '../support/pipeline-harness.ts';
import { aCsv, rows } from '../support/sample-rows.ts';
import { atMost, type Figure } from './figure.ts';

/** List prices of the region Sydney in dollars, November 2026. */
const prices = {
  write: 0.0055 / 1_000,
  read: 0.00044 / 1_000,
  message: 0.4 / 1_000_000,
  gibSecond: 0.0000133334,
  invocation: 0.2 / 1_000_000,
} as const;

const apiSeconds = 0.3;
const leadsInFlight = 10;

/** A bucket that counts what S3 would charge for; whatever is listed is charged like a write. */
class CountingStore extends MemoryStore {
  charged = 0;
  reads = 0;

  override get(key: string, which?: Which) {
    this.reads += 1;
    return super.get(key, which);
  }

  override head(key: string) {
    this.reads += 1;
    return super.head(key);
  }

  override put(key: string, body: string | Uint8Array, condition?: WriteCondition) {
    this.charged += 1;
    return super.put(key, body, condition);
  }

  override upload(key: string, body: AsyncIterable<Uint8Array>) {
    this.charged += 1;
    return super.upload(key, body);
  }

  override async *list(prefix: string, after?: string) {
    let keys = 0;
    for await (const facts of super.list(prefix, after)) {
      if (keys % 1_000 === 0) this.charged += 1;
      keys += 1;
      yield facts;
    }
    if (keys === 0) this.charged += 1;
  }
}

interface Counted {
  readonly writes: number;
  readonly reads: number;
  readonly messages: number;
  /** Executions of the reporter, and those of them that look. */
  readonly reports: number;
  readonly looks: number;
}

class CountedLooks extends LookPace {
  looks = 0;

  override looked(importId: string, beganAt: number): void {
    this.looks += 1;
    super.looked(importId, beganAt);
  }
}

/** Imports so many rows as they are deployed: what has ended is told as it comes. */
const countImport = async (count: number): Promise<Counted> => {
  const store = new CountingStore();
  const harness = new PipelineHarness(store);
  const upload = harness.drop('incoming/a.csv', aCsv(rows(count)));
  // Sent, received and deleted: the message of the upload.
  let messages = 3;
  let reports = 0;
  await harness.parse(upload);
  messages += Math.ceil(harness.released.length / 10);
  const seen = new Set<string>();
  const pace = new CountedLooks(limits.lookEveryMs);
  const reporter = { ...harness.reporter(), looks: pace };
  /** Notifications, and when each is delivered. */
  let waiting: readonly { readonly key: string; readonly at: number }[] = [];
  const deliver = async (): Promise<void> => {
    const now = harness.clock.now();
    const fresh = [...store.objects.keys()].filter(
      (key) => !seen.has(key) && (key.startsWith(prefixes.outcomes) || key.startsWith(prefixes.manifests)),
    );
    for (const key of fresh) seen.add(key);
    const all = [...waiting, ...fresh.map((key) => ({ key, at: now }))];
    const due = all.filter(({ at }) => at <= now);
    const verdicts = await Promise.all(
      due.map(({ key }) => answerResults(notificationOf({ ...upload, key }), reporter)),
    );
    // Ten at a time are received, and deleted or put off, in one request.
    messages += 2 * Math.ceil(due.length / 10);
    reports += Math.ceil(due.length / 10);
    const putOff = due.flatMap(({ key }, index) => {
      const verdict = verdicts[index];
      return verdict?.kind === 'retry' ? [{ key, at: now + verdict.afterMs }] : [];
    });
    waiting = [...all.filter(({ at }) => at > now), ...putOff];
  };
  await deliver();
  const batchesEach = queues.batches.batchSize;
  while (harness.released.length > 0) {
    const taken = harness.released.splice(0, batchesEach);
    messages += 2;
    for (const message of taken) {
      const verdict = await harness.attempt(message);
      if (verdict.kind !== 'done') throw new Error('a batch of the model came back');
      harness.clock.time += (50 * apiSeconds * 1_000) / leadsInFlight;
      await deliver();
    }
  }
  while (waiting.length > 0) {
    harness.clock.time = Math.min(...waiting.map(({ at }) => at));
    await deliver();
  }
  return { writes: store.charged, reads: store.reads, messages, reports, looks: pace.looks };
};

const gib = (name: keyof typeof functions): number => functions[name].memoryMib / 1_024;

/** What the requests of S3 and SQS and the time of the functions come to, in dollars. */
const priceOf = ({ writes, reads, messages, reports, looks }: Counted, count: number, parserSeconds: number) => {
  const requests = writes * prices.write + reads * prices.read + messages * prices.message;
  const { invocations } = submitterConcurrency(leadsInFlight);
  const sending = ((count * apiSeconds) / leadsInFlight) * invocations * gib('submitter');
  // A look of the reporter takes a few requests, and to put outcomes off one; the report itself is written at 20,000 rows a
  // second on its share of a processor.
  const reporting = (looks * 0.2 + (reports - looks) * 0.03 + count / 20_000) * gib('reporter');
  const parsing = parserSeconds * gib('parser');
  const running = (sending + reporting + parsing) * prices.gibSecond;
  return { requests, all: requests + running + (reports + messages / 2) * prices.invocation };
};

/** What a million rows cost, counted on two smaller imports: what is the same for both is no cost of a row. */
export async function* costFigures(parserMinutes: number): AsyncGenerator<Figure> {
  const [small, large] = [5_000, 25_000];
  const [less, more] = [await countImport(small), await countImport(large)];
  const million = 1_000_000;
  const scaled = (key: keyof Counted): number =>
    less[key] + ((more[key] - less[key]) / (large - small)) * (million - small);
  const counted = {
    writes: scaled('writes'),
    reads: scaled('reads'),
    messages: scaled('messages'),
    reports: scaled('reports'),
    looks: scaled('looks'),
  };
  const price = priceOf(counted, million, parserMinutes * 60);
  yield atMost('requests_of_1m_rows', price.requests, 0.33, 'USD');
  yield atMost('all_of_aws_for_1m_rows', price.all, 0.75, 'USD');
}
