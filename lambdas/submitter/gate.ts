import { type BackoffPolicy, backoffMs } from '../../shared/backoff.ts';
import type { Chance, Clock, EpochMs } from '../../shared/clock.ts';
import type { Trouble, TroubleCode } from '../../shared/leads-api/answers.ts';

/** Answers that are about the API as a whole: the next request would get the same. */
const stopsAll: ReadonlySet<TroubleCode> = new Set([
  'throttled',
  'credentials_missing',
  'credentials_refused',
  'unreachable',
  'unavailable',
  'refuses_all',
]);

/** So many faults in a row are no accident, whatever each of them is. */
const maxFaultsInARow = 3;

/** What the gate looks at of an answer. */
interface Answer {
  readonly kind: string;
  readonly trouble?: Trouble;
}

/**
 * Decides for one instance of the submitter whether a lead or a document may be sent now. It begins, and begins again after trouble,
 * with one lead alone: the others follow once that is answered. So an API that is down leaves one row in doubt, not all
 * in flight. One lost answer pauses nobody; an answer about the API as a whole, or three faults in a row, pause
 * everything until `Retry-After` or the back-off is over.
 */
export class Gate {
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #backoff: BackoffPolicy;
  #isOpen = false;
  /** The lead that is sent alone; the others wait for its end. */
  #probe: Promise<void> | undefined;
  #pausedUntil: EpochMs = 0;
  #faultsInARow = 0;
  #pausesInARow = 0;
  #lastGoodAt: EpochMs = 0;
  #trouble: Trouble | undefined;

  constructor(clock: Clock, chance: Chance, backoff: BackoffPolicy) {
    this.#clock = clock;
    this.#chance = chance;
    this.#backoff = backoff;
  }

  /** Whether leads may be sent side by side. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How long nothing may be sent; 0 where something may. */
  get pausedForMs(): number {
    return Math.max(0, this.#pausedUntil - this.#clock.now());
  }

  /** What the pause is about. */
  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  /** When the API last answered a lead or a document with its id or a refusal. */
  get lastGoodAt(): EpochMs {
    return this.#lastGoodAt;
  }

  /**
   * Sends a lead or a document when it is its turn.
   * @param send is told whether nothing else is sent meanwhile, and may still decide not to send; undefined then
   */
  async pass<Given extends Answer>(send: (alone: boolean) => Promise<Given | undefined>): Promise<Given | undefined> {
    while (!this.#isOpen && this.#probe !== undefined) await this.#probe;
    if (this.pausedForMs > 0) return undefined;
    if (this.#isOpen) return this.#answered(await send(false));
    const probing = Promise.withResolvers<void>();
    this.#probe = probing.promise;
    try {
      return this.#answered(await send(true));
    } finally {
      this.#probe = undefined;
      probing.resolve();
    }
  }

  #answered<Given extends Answer>(answer: Given | undefined): Given | undefined {
    if (answer?.trouble !== undefined) this.met(answer.trouble);
    else if (answer !== undefined) this.#good();
    return answer;
  }

  #open(): void {
    this.#isOpen = true;
    this.#faultsInARow = 0;
    this.#pausesInARow = 0;
  }

  #good(): void {
    this.#open();
    this.#lastGoodAt = this.#clock.now();
  }

  /** Takes note that a lead without an answer is at the API after all: where only its answers cannot be read, it works. */
  found(): void {
    if (this.#trouble?.code === 'unreadable_answer') this.#open();
  }

  /** Takes note of trouble that any request has met. */
  met(trouble: Trouble): void {
    const { code, retryAfterMs = 0 } = trouble;
    this.#trouble = trouble;
    this.#faultsInARow += 1;
    if (!stopsAll.has(code) && this.#faultsInARow < maxFaultsInARow) return;
    if (this.pausedForMs > 0 && retryAfterMs <= this.pausedForMs) return;
    this.#pausesInARow += 1;
    const pauseMs = Math.max(retryAfterMs, backoffMs(this.#pausesInARow, this.#chance.fraction(), this.#backoff));
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + pauseMs);
    this.#isOpen = false;
  }
}
