import { describe, expect, it } from 'vitest';
import { Pace } from '../../../lambdas/submitter/pace.ts';
import type { EpochMs } from '../../../shared/clock.ts';
import type { Exchange } from '../../../shared/leads-api/classify.ts';
import { type RequestLimit, requestLimits } from '../../simulation/request-limit.ts';
import { VirtualTime } from '../../simulation/virtual-time.ts';

const answerMs = 300;
const anHourMs = 3_600_000;
const forever = Number.POSITIVE_INFINITY;

const answer = (status: number, retryAfter?: string): Exchange => ({
  kind: 'answer',
  status,
  retryAfter,
  date: undefined,
  body: undefined,
});

/** Requests side by side at one instance's pace, in virtual time, and an API that answers each as a test says. */
class Sender {
  readonly time = new VirtualTime();
  readonly pace: Pace;
  /** When requests were sent, since the beginning. */
  readonly sent: EpochMs[] = [];
  readonly begin = this.time.now;
  /** What the API answers to a request, and after how long. */
  answer: (request: number, sentAt: EpochMs) => Exchange = () => answer(200);
  tookMs: () => number = () => answerMs;
  underWay = 0;
  mostUnderWay = 0;

  constructor(requestsPerSecond?: number) {
    const sleep = (durationMs: number) => new Promise<void>((wake) => this.time.after(durationMs, wake));
    this.pace = new Pace({
      clock: { now: () => this.time.now, sleep },
      chance: { fraction: () => 0.5, token: () => 'x' },
      requestsPerSecond,
      slowMs: 10_000,
      backoff: { baseMs: 5_000, capMs: 900_000 },
    });
  }

  get elapsed(): number {
    return this.time.now - this.begin;
  }

  async #exchange(request: number): Promise<Exchange> {
    this.sent.push(this.elapsed);
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    const exchange = this.answer(request, this.elapsed);
    await new Promise<void>((wake) => this.time.after(this.tookMs(), wake));
    this.underWay -= 1;
    return exchange;
  }

  /** Sends one; until when it may be begun, since the beginning. */
  one(request = 0, { latest = forever, repeatable = true } = {}): Promise<Exchange | undefined> {
    return this.pace.around({ send: () => this.#exchange(request), latest: this.begin + latest, repeatable });
  }

  /** Sends so many, so many at once. */
  async many(count: number, atOnce: number): Promise<readonly (Exchange | undefined)[]> {
    const answers: (Exchange | undefined)[] = [];
    const left = Array.from({ length: count }, (_, request) => request);
    const work = async (): Promise<void> => {
      for (let request = left.shift(); request !== undefined; request = left.shift())
        answers.push(await this.one(request, { latest: anHourMs }));
    };
    const all = Promise.all(Array.from({ length: atOnce }, work));
    await this.time.runToRest(forever);
    await all;
    return answers;
  }

  /** Answers by a limit, 429 with so many seconds to wait to what comes too soon. */
  limitTo(takes: RequestLimit, retryAfter?: string): void {
    this.answer = (_, at) => (takes(at) ? answer(200) : answer(429, retryAfter));
  }
}

const statusesOf = (answers: readonly (Exchange | undefined)[]): ReadonlySet<number | undefined> =>
  new Set(answers.map((each) => (each?.kind === 'answer' ? each.status : undefined)));

describe('the pace that an API lets through is found', () => {
  const kinds = Object.entries(requestLimits);
  const cases = kinds.flatMap(([kind, limit]) =>
    [3, 10, 20, 25].flatMap((perSecond) =>
      ['1', undefined].map((retryAfter) => ({ kind, limit, perSecond, retryAfter })),
    ),
  );

  it.each(cases)('$perSecond a second $kind, Retry-After $retryAfter', async ({ limit, perSecond, retryAfter }) => {
    const sender = new Sender();
    sender.limitTo(limit(perSecond), retryAfter);
    const count = perSecond * 120;
    expect(statusesOf(await sender.many(count, 10))).toEqual(new Set([200]));
    expect(sender.elapsed / 120_000).toBeLessThan(1.2);
    expect((sender.sent.length - count) / sender.sent.length).toBeLessThan(perSecond < 10 ? 0.08 : 0.04);
  });

  it('an API that bears more after a while gets more', async () => {
    const sender = new Sender();
    const [few, many] = [requestLimits.byBucket(5), requestLimits.byBucket(30)];
    sender.limitTo((now) => (now < 60_000 ? few(now) : many(now)), '1');
    await sender.many(5 * 60 + 30 * 240, 20);
    expect(sender.elapsed).toBeLessThan(60_000 + 240_000 * 1.3);
  });

  it('one that refuses nothing is sent all that may be in flight', async () => {
    const sender = new Sender();
    await sender.many(400, 20);
    expect(sender.elapsed).toBeLessThan((400 / 20) * answerMs + 3 * answerMs);
    expect(sender.pace.perSecond).toBeUndefined();
  });
});

it('nothing is sent until Retry-After is over, and all of it exactly then', async () => {
  const sender = new Sender();
  sender.answer = (_, at) => (at < 1_000 ? answer(200) : at < 5_000 ? answer(429, '9') : answer(200));
  await sender.many(100, 5);
  const refusedAt = sender.sent.find((at) => at >= 1_000) ?? 0;
  expect(sender.sent.filter((at) => at > refusedAt + answerMs && at < refusedAt + 9_000)).toEqual([]);
  expect(sender.sent.find((at) => at > refusedAt + answerMs)).toBeLessThan(refusedAt + 10_000);
  expect(sender.elapsed).toBeGreaterThan(9_000);
});

it('after a long pause one request asks alone whether it is over', async () => {
  const sender = new Sender();
  sender.answer = (_, at) => (at >= 2_000 && at < 12_000 ? answer(429, '8') : answer(200));
  await sender.many(200, 8);
  const between = (from: number, to: number): number => sender.sent.filter((at) => at >= from && at < to).length;
  expect(between(3_000, 10_000)).toBe(0);
  expect(between(10_000, 12_000)).toBe(1);
  expect(between(18_000, 19_000)).toBe(1);
});

it('a request is not begun later than it may be, and whoever cannot wait is told why', async () => {
  const sender = new Sender();
  sender.answer = () => answer(429, '60');
  const first = sender.one(0, { latest: 30_000 });
  const second = sender.time.after(1_000, () => undefined);
  await sender.time.runToRest(forever);
  expect(await first).toMatchObject({ status: 429 });
  const late = sender.one(1, { latest: 30_000 });
  await sender.time.runToRest(forever);
  expect([second, await late]).toEqual([undefined, undefined]);
  expect(sender.sent).toEqual([0]);
});

it('an upload whose bytes are gone is not repeated here', async () => {
  const sender = new Sender();
  sender.answer = () => answer(429, '1');
  const upload = sender.one(0, { repeatable: false, latest: anHourMs });
  await sender.time.runToRest(forever);
  expect(await upload).toMatchObject({ status: 429 });
  expect(sender.sent).toHaveLength(1);
});

it('a request that alone comes too soon, whenever it comes, is told after some refusals', async () => {
  const sender = new Sender();
  sender.answer = (request) => answer(request === 3 ? 429 : 200, '1');
  const answers = await sender.many(400, 4);
  expect(statusesOf(answers)).toEqual(new Set([200, 429]));
  expect(answers.filter((each) => each?.kind === 'answer' && each.status === 429)).toHaveLength(1);
  expect(sender.sent.length).toBeLessThan(410);
});

it('an API that refuses everything is asked less and less, until that is left to the queue', async () => {
  const sender = new Sender();
  sender.answer = () => answer(429);
  expect(statusesOf(await sender.many(50, 10))).toEqual(new Set([429, undefined]));
  expect(sender.sent.filter((at) => at > 1_000).length).toBeLessThan(8);
  expect(sender.elapsed).toBeLessThan(40_000);
});

it('a pause that is long is waited for by nobody', async () => {
  const sender = new Sender();
  sender.answer = () => answer(429, '11');
  const waits = await sender.many(20, 10);
  expect([statusesOf(waits), sender.elapsed]).toEqual([new Set([429, undefined]), answerMs]);
});

it('requestsPerSecond is a bound above what is found', async () => {
  const sender = new Sender(4);
  await sender.many(41, 10);
  expect(sender.elapsed).toBe(10_000 + answerMs);
});

it('an API that queues and slows instead of refusing has no more under way than it answers in time', async () => {
  const sender = new Sender();
  let freeAt = 0;
  sender.tookMs = () => {
    freeAt = Math.max(freeAt, sender.elapsed) + 1_000;
    return freeAt - sender.elapsed;
  };
  await sender.many(300, 48);
  expect(sender.elapsed).toBeLessThan(301_000);
  expect(sender.mostUnderWay).toBeLessThan(25);
});

it('an API that takes long for each request, however few they are, is sent all that may be in flight', async () => {
  const sender = new Sender();
  sender.tookMs = () => 12_000;
  await sender.many(200, 10);
  expect(sender.elapsed).toBeLessThan((200 / 10) * 12_000 * 1.5);
});

it('an API that becomes slow by itself is sent all that may be in flight after a while', async () => {
  const sender = new Sender();
  sender.tookMs = () => (sender.elapsed < 30_000 ? 300 : 12_000);
  await sender.many(1_000 + 400, 10);
  const late = sender.sent.filter((at) => at > 300_000);
  expect(late.length / ((sender.elapsed - 300_000) / 12_000)).toBeGreaterThan(7);
});

it.each([
  [503, undefined],
  [429, '3'],
  [429, undefined],
])('an outage that answers %i (Retry-After %s) leaves the pace as it was', async (status, retryAfter) => {
  const sender = new Sender();
  const takes = requestLimits.byBucket(30);
  sender.answer = (_, at) =>
    at > 20_000 && at < 60_000 ? answer(status, retryAfter) : takes(at) ? answer(200) : answer(429, '1');
  const count = 30 * 60;
  for (let left = count; left > 0 && sender.elapsed < 300_000; ) {
    const answers = await sender.many(Math.min(left, 60), 10);
    left -= answers.filter((each) => each?.kind === 'answer' && each.status === 200).length;
    sender.time.after(1_000, () => undefined);
    await sender.time.runToRest(forever);
  }
  expect(sender.sent.filter((at) => at > 80_000 && at <= 90_000).length).toBeGreaterThan(150);
});

it.each(['0', '0.2', 'Mon, 23 Nov 2020 00:00:00 GMT'])(
  'an API that refuses everything and says that it may be asked at once (%s) is asked less and less',
  async (retryAfter) => {
    const sender = new Sender();
    sender.answer = () => answer(429, retryAfter);
    await sender.many(20, 10);
    expect(sender.sent.length).toBeLessThan(25);
  },
);

it('a moment is waited for as seconds are', async () => {
  const sender = new Sender();
  const opensAt = sender.begin + 6_000;
  sender.answer = (_, at) => (at < 6_000 ? answer(429, new Date(opensAt).toUTCString()) : answer(200));
  expect(statusesOf(await sender.many(40, 5))).toEqual(new Set([200]));
  expect(sender.sent.filter((at) => at > answerMs && at < 6_000)).toEqual([]);
});

it('Retry-After is taken at its word only so often in a row', async () => {
  const sender = new Sender();
  sender.answer = () => answer(429, '1');
  await sender.many(20, 10);
  expect(sender.elapsed).toBeLessThan(60_000);
  expect(sender.sent.length).toBeLessThan(30);
});

it('so many in each minute, all of them at once: what a minute allows is sent in each', async () => {
  const sender = new Sender();
  let [minute, taken] = [0, 0];
  sender.answer = (_, at) => {
    if (Math.floor(at / 60_000) !== minute) [minute, taken] = [Math.floor(at / 60_000), 0];
    taken += 1;
    return taken <= 200 ? answer(200) : answer(429, String(Math.ceil((60_000 - (at % 60_000)) / 1_000)));
  };
  for (let left = 900; left > 0; ) {
    const answers = await sender.many(Math.min(left, 60), 10);
    left -= answers.filter((each) => each?.kind === 'answer' && each.status === 200).length;
    sender.time.after(1_000, () => undefined);
    await sender.time.runToRest(forever);
  }
  expect(sender.elapsed).toBeLessThan(5 * 60_000);
});

it('answers of an overloaded API slow the pace down', async () => {
  const sender = new Sender();
  sender.answer = (_, at) => answer(at > 2_000 && at % 2_000 < 400 ? 503 : 200);
  let perSecond = forever;
  sender.time.after(5_000, () => {
    perSecond = sender.pace.perSecond ?? forever;
  });
  await sender.many(300, 10);
  expect(perSecond).toBeLessThan(45);
});

it('time that an instance was frozen counts: the pace has risen meanwhile', async () => {
  const sender = new Sender();
  sender.limitTo(requestLimits.byBucket(10), '1');
  await sender.many(400, 10);
  const before = sender.pace.perSecond ?? 0;
  sender.time.after(600_000, () => undefined);
  await sender.time.runToRest(forever);
  sender.answer = () => answer(200);
  await sender.many(10, 10);
  expect(before).toBeLessThan(12);
  expect(sender.pace.perSecond ?? forever).toBeGreaterThan(100);
});

it('who is refused at the second page of a list comes to a pace at which it is read, however long the pauses are', async () => {
  const sender = new Sender();
  const takes = requestLimits.bySlidingSecond(1);
  sender.answer = (_, at) => (takes(at) ? answer(200) : answer(429, '60'));
  sender.tookMs = () => 20;
  let refusedAtPage = 0;
  const look = async (): Promise<void> => {
    refusedAtPage = 0;
    for (let page = 1; page <= 3 && refusedAtPage === 0; page += 1) {
      const exchange = await sender.one(page, { latest: sender.elapsed + 5_000 });
      if (exchange?.kind !== 'answer' || exchange.status !== 200) refusedAtPage = page;
    }
  };
  for (let attempt = 0; attempt < 30; attempt += 1) {
    const looked = look();
    sender.time.after(90_000, () => undefined);
    await sender.time.runToRest(forever);
    await looked;
  }
  expect(refusedAtPage).toBe(0);
});
