import pLimit from 'p-limit';
import type { BackoffPolicy } from '../../shared/backoff.ts';
import type { Chance, Clock, EpochMs } from '../../shared/clock.ts';
import type { Exchange } from '../../shared/leads-api/classify.ts';
import type { PacedRequest } from '../../shared/leads-api/paced.ts';
import { askedMs, tooManyRequests, waitAfter429 } from './wait-after-429.ts';

interface PaceOptions {
  readonly clock: Clock;
  readonly chance: Chance;
  /** More is never sent; undefined: nobody has set a bound. */
  readonly requestsPerSecond: number | undefined;
  /** An answer that takes longer may say that the API has too much to do, milliseconds. */
  readonly slowMs: number;
  /** Waits after refusals that do not say how long to wait. */
  readonly backoff: BackoffPolicy;
}

const secondMs = 1_000;
/** Requests under way at first; each answer in good time makes room for one more. */
const firstRoom = 8;
/** What is left of the room after an answer that was slow. */
const roomLeft = 0.7;
/** An API that takes long for one request alone is slow by itself: only so many times as long says that it queues. */
const queueing = 3;
/** Of what the API bore, so much less is sent once it has refused. */
const cut = 0.06;
/**
 * The pace takes so long to where the API refused last, times the cube root of that: slower instances rise sooner, so that
 * those who share what an API bears come to equal parts. It rises slowly there, and faster and faster behind it.
 */
const risingFactor = 10 * secondMs;
/** A second's growth until it is known what the API refuses. */
const firstGrowth = 1.3;
/** Nothing slower is found out: an API that bears less says with `Retry-After` how long to wait. */
const slowestPerSecond = 0.2;
/** Faster than any API is asked: the pace is no bound any more. */
const fastestPerSecond = 10_000;
/** After a longer pause one request asks alone whether it is over. */
const longPauseMs = 5 * secondMs;
/** Longer pauses are waited for in the queue: there nothing is held, and whoever stops the importer leaves no row in doubt. */
const longestWaitMs = 10 * secondMs;
/** Good answers since the latest refusal below which time without a request says nothing of what the API bears. */
const fewGood = 5;
/** Refusals of one request, the API having answered others in between, after which that is its own trouble. */
const mostRefusals = 5;

const overloaded = 503;

/**
 * Finds out how fast the API lets one instance send. There is no bound until it refuses for the first time; then a little
 * less is sent than it bore, and slowly more again: the curve is a cubic one around what it refused last, as TCP has it
 * (RFC 9438). Nothing is sent until `Retry-After` is over. Where answers grow slow, fewer requests are under way.
 */
export class Pace {
  readonly #options: PaceOptions;
  readonly #room = pLimit(firstRoom);
  #perSecond = Number.POSITIVE_INFINITY;
  /** At what pace the API refused last; undefined while only its first refusal is known. */
  #refusedAt: number | undefined;
  #cutAt: EpochMs = Number.NEGATIVE_INFINITY;
  #grownAt: EpochMs = 0;
  #nextAt: EpochMs = 0;
  /** The latest turn that was given. */
  #turnAt: EpochMs = 0;
  #pausedAt: EpochMs = 0;
  #pausedUntil: EpochMs = 0;
  /** Refusals since the API last answered well, those of one pause being one. */
  #refusalsInARow = 0;
  /** Whether the next request asks alone. */
  #isTrying = false;
  #trial: Promise<void> | undefined;
  #goodAnswers = 0;
  #goodSinceCut = 0;
  /** What an answer takes that waits for no other, as far as that was seen. */
  #aloneMs = Number.POSITIVE_INFINITY;
  /** Good answers of the latest seconds, the latest first. */
  #bySecond: readonly number[] = [0, 0, 0, 0, 0];
  #second = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** How long nothing may be sent; 0 where something may. */
  get pausedForMs(): number {
    return Math.max(0, this.#pausedUntil - this.#options.clock.now());
  }

  /** Whether there is no pause, or one that is waited for here and over by then. */
  opensBy(latest: EpochMs): boolean {
    return this.pausedForMs === 0 || (this.pausedForMs <= longestWaitMs && this.#pausedUntil <= latest);
  }

  /** Requests a second that the API bears; undefined where it has not refused any again, or for long. */
  get perSecond(): number | undefined {
    return this.#isBounded && this.#refusedAt !== undefined ? this.#perSecond : undefined;
  }

  get #isBounded(): boolean {
    return Number.isFinite(this.#perSecond);
  }

  /** Sends a request when its turn comes, and once more where the API was not ready for it. */
  readonly around = (request: PacedRequest): Promise<Exchange | undefined> =>
    this.#room(async () => {
      for (let refusals = 0; ; ) {
        const goodBefore = this.#goodAnswers;
        const exchange = (await this.#turn(request)) ? await this.#send(request) : undefined;
        const isRefused = exchange?.kind === 'answer' && tooManyRequests.has(exchange.status);
        if (!isRefused || !request.repeatable) return exchange;
        if (this.#goodAnswers > goodBefore) refusals += 1;
        // Whoever cannot wait for the end of the pause is told of it.
        if (refusals === mostRefusals || !this.opensBy(request.latest)) return exchange;
        // Behind those that wait already: it may be refused whenever it comes.
        await this.#options.clock.sleep(this.pausedForMs);
      }
    });

  /** Waits for the next turn; false where it comes too late. */
  async #turn({ latest }: PacedRequest): Promise<boolean> {
    const { clock, requestsPerSecond = Number.POSITIVE_INFINITY } = this.#options;
    for (;;) {
      while (this.#trial !== undefined) await this.#trial;
      const now = clock.now();
      this.#rise(now);
      const at = Math.max(now, this.#nextAt);
      if (at > latest || !this.opensBy(latest)) return false;
      this.#turnAt = at;
      this.#nextAt = at + secondMs / Math.min(this.#perSecond, requestsPerSecond);
      const pausedAt = this.#pausedAt;
      if (at > now) await clock.sleep(at - now);
      // A pause that began meanwhile makes all turns anew.
      if (pausedAt === this.#pausedAt && this.#trial === undefined) return true;
    }
  }

  async #send(request: PacedRequest): Promise<Exchange | undefined> {
    const trying = this.#isTrying ? Promise.withResolvers<void>() : undefined;
    this.#trial = trying?.promise;
    const begunAt = this.#options.clock.now();
    try {
      const exchange = await request.send();
      if (exchange !== undefined) this.#note(exchange, begunAt, request);
      return exchange;
    } finally {
      if (trying !== undefined) this.#trial = undefined;
      trying?.resolve();
    }
  }

  #note(exchange: Exchange, begunAt: EpochMs, { repeatable }: PacedRequest): void {
    const now = this.#options.clock.now();
    if (exchange.kind === 'no_credentials' || (exchange.kind === 'no_answer' && !exchange.connected)) return;
    // How long an upload takes is up to the line.
    if (repeatable) this.#makeRoom(exchange.kind === 'no_answer' ? exchange.timedOut : this.#isSlow(now - begunAt));
    if (exchange.kind === 'no_answer') return;
    const { status, retryAfter } = exchange;
    if (tooManyRequests.has(status)) {
      this.#slowDown(now);
      this.#pause(retryAfter, begunAt, now);
    } else if (status === overloaded) this.#slowDown(now);
    else if (status < 500) this.#good(now);
  }

  #good(now: EpochMs): void {
    this.#goodAnswers += 1;
    this.#goodSinceCut += 1;
    this.#refusalsInARow = 0;
    this.#isTrying = false;
    this.#passSeconds(now);
    const [latest = 0, ...before] = this.#bySecond;
    this.#bySecond = [latest + 1, ...before];
  }

  #isSlow(tookMs: number): boolean {
    this.#aloneMs = this.#room.activeCount === 1 ? tookMs : Math.min(this.#aloneMs, tookMs);
    return tookMs > Math.max(this.#options.slowMs, queueing * this.#aloneMs);
  }

  #makeRoom(isSlow: boolean): void {
    const room = this.#room;
    if (isSlow) room.concurrency = Math.max(1, Math.floor(room.concurrency * roomLeft));
    else if (room.pendingCount > 0) room.concurrency += 1;
  }

  #passSeconds(now: EpochMs): void {
    const second = Math.floor(now / secondMs);
    const passed = Math.min(this.#bySecond.length, second - this.#second);
    this.#second = second;
    if (passed > 0)
      this.#bySecond = [...Array<number>(passed).fill(0), ...this.#bySecond].slice(0, this.#bySecond.length);
  }

  /** Whether the API has just answered anything well. */
  #hasBorne(now: EpochMs): boolean {
    this.#passSeconds(now);
    const [latest = 0, before = 0] = this.#bySecond;
    return latest + before > 0;
  }

  /** At most once a second, since what was under way is refused together; an API that bears nothing at all has no pace. */
  #slowDown(now: EpochMs): void {
    if (now < this.#cutAt + secondMs || now < this.#pausedUntil) return;
    if (!this.#hasBorne(now)) return;
    const borne = Math.min(this.#perSecond, Math.max(...this.#bySecond) + 1);
    // What came of the first refusal is a guess: nobody had tried what the API bears for longer than a moment.
    this.#refusedAt = this.#isBounded ? borne : undefined;
    this.#perSecond = Math.max(slowestPerSecond, borne * (1 - cut));
    this.#cutAt = now;
    this.#goodSinceCut = 0;
    this.#grownAt = now;
  }

  #rise(now: EpochMs): void {
    if (!this.#isBounded || now < this.#grownAt) return;
    // Who is refused after a page or two, and comes back a minute later, must not be as fast again each time.
    if (this.#goodSinceCut < fewGood) this.#grownAt += this.#idleMs(now);
    this.#grow(now);
  }

  /** How long nothing was sent although it could have been. */
  #idleMs(now: EpochMs): number {
    const idleMs = now - Math.max(this.#turnAt, this.#pausedUntil) - Math.max(1, 2 / this.#perSecond) * secondMs;
    return Math.max(0, idleMs);
  }

  #grow(now: EpochMs): void {
    if (this.#refusedAt === undefined) {
      this.#perSecond *= firstGrowth ** ((now - this.#grownAt) / secondMs);
      this.#grownAt = now;
    } else {
      const risingMs = risingFactor * Math.cbrt(this.#refusedAt);
      const way = (now - this.#grownAt - risingMs) / risingMs;
      this.#perSecond = Math.max(slowestPerSecond, this.#refusedAt * (1 + cut * way ** 3));
    }
    if (this.#perSecond > fastestPerSecond) this.#perSecond = Number.POSITIVE_INFINITY;
  }

  /** @param begunAt when the request was sent: one that left before the pause tells nothing new, unless it says how long to wait */
  #pause(header: string | undefined, begunAt: EpochMs, now: EpochMs): void {
    const asked = askedMs(header, now);
    const isOfPauseBefore = begunAt <= this.#pausedAt || now < this.#pausedUntil;
    if (!isOfPauseBefore || this.#refusalsInARow === 0) this.#refusalsInARow += 1;
    else if (asked === undefined) return;
    const pauseMs = waitAfter429({ ...this.#options, asked, inARow: this.#refusalsInARow });
    const until = now + pauseMs;
    if (until <= this.#pausedUntil) return;
    if (pauseMs > longPauseMs || this.#refusalsInARow > 1 || !this.#hasBorne(now)) this.#isTrying = true;
    this.#pausedAt = now;
    this.#pausedUntil = until;
    this.#nextAt = until;
    this.#grownAt = until;
  }
}
