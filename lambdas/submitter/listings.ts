import { type Clock, type EpochMs, isoTime } from '../../shared/clock.ts';
import type { LeadsApi, Trouble, TroubleCode } from '../../shared/leads-api/answers.ts';
import type { ListedLead } from '../../shared/leads-api/visible-lead.ts';
import { limits } from '../../shared/limits.ts';

/** A listing of the leads since a moment. */
export interface Listing {
  readonly kind: 'leads';
  readonly leads: readonly ListedLead[];
  readonly complete: boolean;
  /** Whether it reaches back so far that no clock hides a lead at its beginning. */
  readonly reachesBack: boolean;
  /** When it was asked for, by our clock. */
  readonly askedAt: EpochMs;
}

/** What asking for a listing came to. */
type ListingAnswer = Listing | { readonly kind: 'trouble'; readonly trouble: Trouble };

/** Trouble by which the API answers, and not with a list: no outage that passes, if it works for leads meanwhile. */
export const cannotList: ReadonlySet<TroubleCode> = new Set(['unreadable_answer', 'wrong_address']);

/** What is wanted of a listing. */
export interface ListingRequest {
  /** The moment, by our clock, since which leads are wanted. */
  readonly since: EpochMs;
  /** An older listing is not new enough. */
  readonly notBefore: EpochMs;
  /** No page is asked for that might not be there by then. */
  readonly until: EpochMs;
  /** How far it is to reach back at the least. */
  readonly back: Reach;
}

const hourMs = 3_600_000;
/** How much further back a listing reaches: for clocks, then for dates that are read in another zone or by day, then all. */
const reaches = ['clock', 'day', 'all'] as const;
export type Reach = (typeof reaches)[number];
const dayReach = reaches.indexOf('day');

/** A margin around what a clock says of itself. */
const clockMarginMs = 60_000;

/**
 * The listings of one instance. Batches share them: what one has asked for serves the others that want no newer one. And
 * it is remembered how far back the API must be asked for it to show the leads that are known.
 */
export class Listings {
  readonly #api: LeadsApi;
  readonly #clock: Clock;
  #reach = 0;
  /** How much earlier than by our clock the API says that leads were created, with a margin. */
  #behindMs = 0;
  #last:
    | {
        readonly since: EpochMs;
        readonly reach: number;
        readonly askedAt: EpochMs;
        readonly answer: Promise<ListingAnswer>;
      }
    | undefined;

  constructor(api: LeadsApi, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Asks further back from now on; false where that is not possible. */
  reachFurther(): boolean {
    if (this.#reach === reaches.length - 1) return false;
    this.#reach += 1;
    this.#last = undefined;
    return true;
  }

  /** Asks less far back again, since a list of more leads cannot be read; false where it is asked for the least. */
  reachBack(): boolean {
    if (this.#reach === 0) return false;
    this.#reach -= 1;
    this.#last = undefined;
    return true;
  }

  /**
   * Asks from as much earlier as the API says that leads were created earlier than we know; false where it is asked from
   * there already. A lead that was created as the window begins would be left out otherwise, though all later ones are shown.
   */
  reachBehind(behindMs: number): boolean {
    if (this.#reach > 0 || behindMs <= Math.max(this.#marginMs, this.#behindMs)) return false;
    this.#behindMs = behindMs + clockMarginMs;
    this.#last = undefined;
    return true;
  }

  /** How much earlier than by our clock the API is asked from, by what its clock says: never less than none, since whoever says the time may not be who stamps the leads. */
  get #marginMs(): number {
    const ahead = this.#api.clockAheadMs;
    return ahead === undefined ? limits.clockSkewMs : clockMarginMs + Math.max(0, -ahead);
  }

  /** The moment to ask from, by the API's clock. */
  #dateFrom(since: EpochMs, reach: number): string | undefined {
    if (reach > dayReach) return undefined;
    return isoTime(since - Math.max(this.#marginMs, this.#behindMs) - (reach === dayReach ? 50 * hourMs : 0));
  }

  async #ask(since: EpochMs, reach: number, until: EpochMs): Promise<ListingAnswer> {
    const askedAt = this.#clock.now();
    const dateFrom = this.#dateFrom(since, reach);
    const answer = await this.#api.list(dateFrom === undefined ? {} : { dateFrom }, until);
    return answer.kind === 'leads' ? { ...answer, askedAt, reachesBack: reach >= dayReach } : answer;
  }

  async read({ since, notBefore, until, back }: ListingRequest): Promise<ListingAnswer> {
    const last = this.#last;
    const reach = Math.max(this.#reach, reaches.indexOf(back));
    if (last !== undefined && last.since <= since && last.reach >= reach && last.askedAt >= notBefore) {
      const answer = await last.answer;
      if (answer.kind === 'leads') return answer;
    }
    const asked = { since, reach, askedAt: this.#clock.now(), answer: this.#ask(since, reach, until) };
    this.#last = asked;
    return asked.answer;
  }
}
