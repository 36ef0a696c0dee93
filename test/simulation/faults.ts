import type { EpochMs } from '../../shared/clock.ts';
import type { Chronicle } from './chronicle.ts';
import type { Dice } from './dice.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Everything that can go wrong at one call, one message or one answer. */
export const faultKinds = [
  // S3
  's3_refused',
  's3_done_but_error',
  's3_own_write_met',
  's3_conflict',
  's3_slow',
  's3_body_breaks_off',
  'state_damaged',
  'event_late',
  'event_twice',
  'event_lost',
  // SQS
  'sqs_send_refused',
  'sqs_send_partly_failed',
  'sqs_send_done_but_error',
  'sqs_delivered_twice_at_once',
  'sqs_hide_failed',
  'sqs_delete_lost',
  // Lambda
  'crash_before_a_call',
  'crash_after_a_call',
  'crash_at_any_time',
  'call_hangs_until_timeout',
  // The Leads API
  'api_slow',
  'api_unreachable',
  'api_reset_before_commit',
  'api_commits_and_drops_answer',
  'api_commits_late',
  'api_unauthorized',
  'api_throttled',
  'api_server_error',
  'api_server_error_but_committed',
  'api_unreadable_answer',
  'api_request_timed_out',
  'api_listing_fails',
  'api_listing_unreadable',
  'api_document_refused',
  'api_document_trouble',
  'api_document_kept_and_answer_dropped',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** A time in which every request to the API fails. */
export interface Outage {
  readonly kind: 'outage' | 'unauthorized' | 'no_credentials' | 'listing_down';
  readonly from: EpochMs;
  readonly until: EpochMs;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What only takes its time may also happen nearly always. */
const slowness: ReadonlySet<FaultKind> = new Set(['s3_slow', 'api_slow']);

/** Which faults a run has, and how often: every run has its own few, so that their combinations are met too. */
export class Faults {
  readonly #dice: Dice;
  readonly #time: VirtualTime;
  readonly #chronicle: Chronicle;
  readonly #rates = new Map<FaultKind, number>();
  readonly outages: readonly Outage[];
  /** From here on nothing goes wrong any more. */
  readonly endAt: EpochMs;

  /** @param crawls whether nearly every call to S3 and the API takes its time */
  constructor(dice: Dice, time: VirtualTime, chronicle: Chronicle, crawls: boolean) {
    this.#dice = dice;
    this.#time = time;
    this.#chronicle = chronicle;
    const share = dice.pick([0, 0.1, 0.3, 0.6]);
    for (const kind of faultKinds) {
      // State that somebody damaged ends an import for good: few runs have it, or nothing else would be seen.
      const has = kind === 'state_damaged' ? dice.chance(share / 20) : dice.chance(share);
      const rate = dice.pick(slowness.has(kind) ? [0.05, 0.3, 0.9] : [0.01, 0.1, 0.4]);
      if (has) this.#rates.set(kind, rate);
    }
    if (crawls) for (const kind of slowness) this.#rates.set(kind, 0.9);
    this.outages = share === 0 ? [] : this.#planOutages();
    this.endAt = time.now + dice.pick([30 * minuteMs, 3 * hourMs, 30 * hourMs]);
  }

  #planOutages(): Outage[] {
    const kinds = (['outage', 'unauthorized', 'no_credentials', 'listing_down'] as const).filter(() =>
      this.#dice.chance(0.15),
    );
    return kinds.map((kind) => {
      const from = this.#time.now + this.#dice.between(0, 10 * minuteMs);
      const lasts = this.#dice.pick([10 * minuteMs, hourMs, 26 * hourMs]);
      return { kind, from, until: from + this.#dice.between(minuteMs, lasts) };
    });
  }

  /** Rolls for a fault here and now; one that comes is counted and told. */
  strike(kind: FaultKind): boolean {
    const rate = this.#rates.get(kind);
    if (rate === undefined || this.#time.now >= this.endAt || !this.#dice.chance(rate)) return false;
    this.#chronicle.mark(`fault ${kind}`);
    this.#chronicle.tell(`fault ${kind}`);
    return true;
  }

  /** The first of several faults that comes. */
  strikeOneOf(...kinds: readonly FaultKind[]): FaultKind | undefined {
    return kinds.find((kind) => this.strike(kind));
  }

  during(kind: Outage['kind']): boolean {
    const now = this.#time.now;
    const struck = this.outages.some((outage) => outage.kind === kind && now >= outage.from && now < outage.until);
    if (struck) this.#chronicle.mark(`fault ${kind}`);
    return struck;
  }
}
