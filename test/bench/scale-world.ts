import { Readable } from 'node:stream';
import type { SQSHandler } from 'aws-lambda';
import pLimit from 'p-limit';
import { batchesPerInvocation, functions, submitterConcurrency, visibilitySeconds } from '../../infra/topology.ts';
import type { ParserDependencies } from '../../lambdas/parser/dependencies.ts';
import { importFile } from '../../lambdas/parser/import-file.ts';
import { Pace } from '../../lambdas/submitter/pace.ts';
import { submitBatch } from '../../lambdas/submitter/submit-batch.ts';
import { messageLoop } from '../../shared/aws/message-loop.ts';
import { pageKey, prefixes } from '../../shared/bucket/keys.ts';
import type { StoredObject, Which, WriteCondition } from '../../shared/bucket/object-store.ts';
import { isoTime } from '../../shared/clock.ts';
import { leadsApi } from '../../shared/leads-api/client.ts';
import { limits } from '../../shared/limits.ts';
import { batchSchema } from '../../shared/state/batch.ts';
import { batchMessageSchema } from '../../shared/state/batch-message.ts';
import { Chronicle } from '../simulation/chronicle.ts';
import { Dice } from '../simulation/dice.ts';
import type { Faults } from '../simulation/faults.ts';
import type { World } from '../simulation/invocation.ts';
import { SimulatedFunction } from '../simulation/simulated-function.ts';
import { SimulatedQueue } from '../simulation/simulated-queue.ts';
import { VirtualTime } from '../simulation/virtual-time.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { aCsv, rows } from '../support/sample-rows.ts';
import { deployedTiming, paceTiming, submitterDependencies } from '../support/submitter-dependencies.ts';
import { ModelApi } from './model-api.ts';

/** How long S3 reads and writes take, milliseconds. */
const s3ReadMs = 20;
const s3WriteMs = 30;

const dayMs = 86_400_000;

const round = (seconds: number): number => Math.round(seconds * 100) / 100;

/** What one connection to S3 brings. */
const bytesPerMs = 80_000;

/** A bucket whose answers take their time, and that counts what it is asked. */
export class SlowStore extends MemoryStore {
  readonly #sleep: (durationMs: number) => Promise<void>;
  /** Objects too large to be one buffer, in pieces. */
  readonly streams = new Map<string, readonly Buffer[]>();
  /** Objects that are made when they are read. */
  made: (key: string) => Buffer | undefined = () => undefined;
  requests = 0;
  /** Told of every batch that has ended. */
  onOutcomes: () => void = () => {};

  constructor(sleep: (durationMs: number) => Promise<void>) {
    super();
    this.#sleep = sleep;
  }

  async #answered<Result>(durationMs: number, answer: () => Promise<Result>): Promise<Result> {
    this.requests += 1;
    await this.#sleep(durationMs);
    return answer();
  }

  #stored(key: string): Readonly<{ pieces: readonly Buffer[]; sizeBytes: number }> | undefined {
    const pieces = this.streams.get(key);
    return pieces && { pieces, sizeBytes: pieces.reduce((sum, { length }) => sum + length, 0) };
  }

  override get(key: string, which?: Which): Promise<StoredObject | undefined> {
    const stream = this.#stored(key);
    const made = this.made(key);
    if (made !== undefined) this.objects.set(key, made);
    return this.#answered(s3ReadMs + (stream?.sizeBytes ?? 0) / bytesPerMs, async () => {
      if (stream === undefined) return super.get(key, which);
      return { body: Readable.from(stream.pieces), etag: '"x"', sizeBytes: stream.sizeBytes, metadata: {} };
    });
  }

  override head(key: string) {
    return this.#answered(s3ReadMs, () => super.head(key));
  }

  override put(key: string, body: string | Uint8Array, condition?: WriteCondition) {
    if (key.startsWith(prefixes.outcomes)) this.onOutcomes();
    return this.#answered(s3WriteMs, () => super.put(key, body, condition));
  }

  override upload(key: string, body: AsyncIterable<Uint8Array>) {
    return this.#answered(s3WriteMs, () => super.upload(key, body));
  }
}

const noFaults = {
  strike: () => false,
  strikeOneOf: () => undefined,
  during: () => false,
  outages: [],
  endAt: 0,
} as unknown as Faults;

/** The parser and the submitter as they are deployed, in virtual time, on a bucket and an API that take their time. */
export class ScaleWorld {
  readonly time = new VirtualTime();
  readonly world: World = {
    time: this.time,
    dice: new Dice(1),
    crawls: false,
    faults: noFaults,
    chronicle: new Chronicle(this.time),
  };
  readonly #sleep = (durationMs: number): Promise<void> =>
    new Promise((resolve) => this.time.after(durationMs, resolve));
  readonly store = new SlowStore(this.#sleep);
  readonly api = new ModelApi(this.world);
  readonly batches = new SimulatedQueue(this.world, 'batches', visibilitySeconds('batches') * 1000);
  /** When the last batch so far had ended. */
  lastOutcomeAt = 0;
  readonly #clock = { now: () => this.time.now, sleep: this.#sleep };

  constructor() {
    this.store.onOutcomes = () => {
      this.lastOutcomeAt = this.time.now;
    };
  }

  /** Starts the submitter with so many leads in flight. */
  startSubmitter(leadsInFlight: number): void {
    const { invocations, leadsEach } = submitterConcurrency(leadsInFlight);
    new SimulatedFunction(this.world, {
      name: 'submitter',
      queue: this.batches,
      timeoutMs: functions.submitter.timeoutSeconds * 1000,
      batchSize: batchesPerInvocation(leadsEach),
      concurrency: invocations,
      wire: () => this.#submitter(leadsEach),
    });
    this.batches.onVisible();
  }

  #submitter(leadsEach: number): SQSHandler {
    const platform = { clock: this.#clock, chance: this.world.dice, log: () => undefined };
    const pace = new Pace({ ...platform, ...paceTiming, requestsPerSecond: undefined });
    const api = leadsApi({
      ...platform,
      http: this.api.http,
      credentials: { read: async () => ({ username: 'partner', password: 'secret' }) },
      paced: pace.around,
      documentEncoding: 'binary',
    });
    const inFlight = pLimit(leadsEach);
    const dependencies = submitterDependencies({
      ...platform,
      ...deployedTiming,
      store: this.store,
      api,
      pace,
      inFlight,
    });
    return messageLoop(
      ({ body, ...delivery }) =>
        submitBatch({ ...delivery, message: batchMessageSchema.parse(JSON.parse(body)) }, dependencies),
      {
        ...platform,
        delayRedelivery: async (handle, durationMs) => this.batches.hide(handle, durationMs),
      },
    );
  }

  /** Releases so many full batches that are made when they are read. */
  async releaseMany(count: number): Promise<void> {
    await this.settled(this.parse('incoming/many.csv', aCsv(rows(limits.rowsPerBatch))));
    const [first] = this.batches.receive(1);
    if (first === undefined) throw new Error('nothing was released');
    this.batches.delete(first.handle);
    const message = batchMessageSchema.parse(JSON.parse(first.body));
    const { importId, run } = message;
    const template = batchSchema.parse(JSON.parse(this.store.text(pageKey(importId, run, 0)) ?? ''));
    const pageOf = (batch: number): Buffer => Buffer.from(JSON.stringify({ ...template, batch }));
    const prefix = pageKey(importId, run, 0).replace(/\d+\.jsonl$/, '');
    // Each batch is a page of its own.
    this.store.made = (key) => (key.startsWith(prefix) ? pageOf(Number(/(\d+)\.jsonl$/.exec(key)?.[1])) : undefined);
    for (let batch = 0; batch < count; batch += 1) {
      const place = { page: batch, from: 0, bytes: pageOf(batch).length };
      this.batches.send(JSON.stringify({ ...message, batch, place }), importId);
    }
  }

  /** Lets virtual time go on until something is done that also waits for the machine's own disk. */
  async settled(doing: Promise<void>): Promise<void> {
    let isDone = false;
    const done = doing.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await this.time.runToRest(Number.POSITIVE_INFINITY);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await done;
  }

  /** What something takes: requests to S3, virtual seconds and the processor's own on top. */
  async measured(act: () => Promise<void>): Promise<{ requests: number; seconds: number; cpuSeconds: number }> {
    const [requests, virtual, real] = [this.store.requests, this.time.now, performance.now()];
    await act();
    const cpuSeconds = (performance.now() - real) / 1000;
    const seconds = (this.time.now - virtual) / 1000 + cpuSeconds;
    return { requests: this.store.requests - requests, seconds: round(seconds), cpuSeconds: round(cpuSeconds) };
  }

  /** Parses a file in virtual time; resolves once its batches are released. */
  async parse(key: string, csv: string): Promise<void> {
    this.store.objects.set(key, Buffer.from(csv));
    const dependencies: ParserDependencies = {
      store: this.store,
      send: async (bodies, group) => {
        for (const body of bodies) this.batches.send(body, group);
      },
      clock: this.#clock,
      chance: this.world.dice,
      log: () => undefined,
      defaults: { mode: 'import', enforceMandatories: true, reference: 'none', giveUpAfterMs: dayMs },
      duplicateWindowMs: 90 * dayMs,
    };
    await importFile({ bucket: 'bucket', key, eventTime: isoTime(this.time.now) }, dependencies);
  }
}
