import type { Mutant } from './mutant.ts';

const pace = 'lambdas/submitter/pace.ts';
const tests = ['test/lambdas/submitter/pace.test.ts'];

/** Guards of how fast the API is asked. */
export const paceMutants: readonly Mutant[] = [
  {
    name: 'the pace of who is refused after a page rises while nothing is sent',
    file: pace,
    guard: 'if (this.#goodSinceCut < fewGood) this.#grownAt += this.#idleMs(now);',
    instead: '',
    tests,
  },
  {
    name: 'Retry-After is not waited for',
    file: pace,
    guard: 'this.#nextAt = until;',
    instead: '',
    tests,
  },
  {
    name: 'a turn that was given before a pause is kept',
    file: pace,
    guard: 'if (pausedAt === this.#pausedAt && this.#trial === undefined) return true;',
    instead: 'if (this.#trial === undefined) return true;',
    tests,
  },
  {
    name: 'a turn may come however late',
    file: pace,
    guard: 'if (at > latest || !this.opensBy(latest)) return false;',
    instead: '',
    tests,
  },
  {
    name: 'after a long pause all ask at once',
    file: pace,
    guard: 'pauseMs > longPauseMs || this.#refusalsInARow > 1 || !this.#hasBorne(now)',
    instead: 'false',
    tests,
  },
  {
    name: 'what the API refused does not slow it down',
    file: pace,
    guard: 'this.#perSecond = Math.max(slowestPerSecond, borne * (1 - cut));',
    instead: 'this.#perSecond = borne * 2;',
    tests,
  },
  {
    name: 'the pace never rises again',
    file: pace,
    guard: 'const way = (now - this.#grownAt - risingMs) / risingMs;',
    instead: 'const way = -1;',
    tests,
  },
  {
    name: 'an upload is sent again without its bytes',
    file: pace,
    guard: 'if (!isRefused || !request.repeatable) return exchange;',
    instead: 'if (!isRefused) return exchange;',
    tests,
  },
  {
    name: 'one request that is refused for ever holds its place',
    file: pace,
    guard: 'if (refusals === mostRefusals || !this.opensBy(request.latest)) return exchange;',
    instead: 'if (!this.opensBy(request.latest)) return exchange;',
    tests,
  },
  {
    name: 'an API that queues is sent all that may be in flight',
    file: pace,
    guard: 'if (isSlow) room.concurrency = Math.max(1, Math.floor(room.concurrency * roomLeft));',
    instead: 'if (false) room.concurrency = 1;',
    tests,
  },
  {
    name: 'an API that bears nothing at all is taken for one that bears little',
    file: pace,
    guard: 'if (!this.#hasBorne(now)) return;',
    instead: '',
    tests,
  },
  {
    name: 'an API that is slow by itself is taken for one that queues',
    file: pace,
    guard: 'return tookMs > Math.max(this.#options.slowMs, queueing * this.#aloneMs);',
    instead: 'return tookMs > this.#options.slowMs;',
    tests,
  },
  {
    name: 'Retry-After is taken at its word for ever',
    file: 'lambdas/submitter/wait-after-429.ts',
    guard: 'if (asked !== undefined && unheeded <= 0) return asked;',
    instead: 'if (asked !== undefined) return asked;',
    tests,
  },
  {
    name: 'a batch that comes in a short pause of the pace goes back to the queue',
    file: 'lambdas/submitter/submit-batch.ts',
    guard: 'gate.pausedForMs === 0 && pace.opensBy(lastStart(deadline))',
    instead: 'gate.pausedForMs === 0 && pace.pausedForMs === 0',
    tests: ['test/lambdas/submitter'],
  },
  {
    name: 'a batch that gets further waits longer each time',
    file: 'lambdas/submitter/attempt.ts',
    guard: 'return this.#gotFurther ? 0 : (this.lease.journal.fruitless ?? 0) + 1;',
    instead: 'return (this.lease.journal.fruitless ?? 0) + 1;',
    tests: ['test/lambdas/submitter'],
  },
];
