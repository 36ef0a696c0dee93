import type { LeadPayload } from '../../infra/sandbox/lead-payload.ts';
import { leadView } from '../../infra/sandbox/lead-view.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Exchange } from '../../shared/leads-api/classify.ts';
import type { Http, HttpRequest } from '../../shared/leads-api/http.ts';

type View = ReturnType<typeof leadView>;

interface HostileLead {
  readonly id: string;
  readonly at: number;
  readonly payload: LeadPayload;
}

/** How an API differs from the one that its document lets expect. */
export interface Manners {
  /** How long after its creation a lead is listed, milliseconds. */
  readonly lagMs?: number;
  /** The leads of a listing in the order in which its pages show them. */
  readonly order?: (leads: HostileLead[]) => HostileLead[];
  /** Leads of a listing since a date; the moment is the API's own. */
  readonly filter?: (lead: HostileLead, dateFrom: string) => boolean;
  /** What is shown of a lead. */
  readonly rewrite?: (view: View) => unknown;
  /** How many more leads are counted than shown. */
  readonly countsMore?: number;
  /** How far its clock is ahead of the true time: in `created_at`, and in `Date`. */
  readonly createdAtAheadMs?: number;
  /** How long a creation takes, as the clock of the test goes. */
  readonly takesMs?: number;
  readonly dateAheadMs?: number;
  /** When a lead says that it was created, by the true time and its number: the API's clock jumps, or its nodes have several. */
  readonly stamp?: (at: number, number: number) => number;
  readonly firstPage?: 0 | 1;
  readonly largestPage?: number;
  /** The most leads on a page, whatever is asked for. */
  readonly pageCap?: number;
  /** The status behind the last page. */
  readonly endStatus?: 404 | 400;
  /** What every page shows beside the leads that were created here. */
  readonly foreign?: unknown;
  /** What is answered instead of a page; undefined where the page is. */
  readonly insteadOfPage?: (index: number) => { readonly status: number; readonly body?: string } | undefined;
  /** How the answer to a creation is lost: `conflict` answers 409, `shape` a 200 that says the id elsewhere. */
  readonly loses?: 'connection' | 'conflict' | 'error' | 'late_commit' | 'shape';
  /** Whether a second lead of one e-mail address becomes the first: the answer has its id. */
  readonly merges?: boolean;
  /** How a lead is refused without being created; undefined where it is not. */
  readonly refuses?: (payload: LeadPayload) => { readonly status: number; readonly body: unknown } | undefined;
}

/** Which creations lose their answer, by their number: behind the commit, or before it. */
export type Losing = (creation: number) => 'after' | 'before' | undefined;

/** How long after the connection broke a late commit happens: the client has given up, the server has not. */
const lateCommitMs = 45_000;

/** An API that creates what it is sent, loses answers, and has manners of its own; in the time of a clock. */
export class HostileApi implements Http {
  readonly leads: HostileLead[] = [];
  /** E-mail addresses of leads whose answer was lost. */
  readonly lost = new Set<string>();
  creations = 0;
  readonly #manners: Manners;
  readonly #losing: Losing;
  readonly #clock: Clock;

  constructor(manners: Manners, losing: Losing, clock: Clock) {
    this.#manners = manners;
    this.#losing = losing;
    this.#clock = clock;
  }

  /** E-mail addresses at the API, one entry a lead, sorted. */
  emails(): string[] {
    return this.leads.map(({ payload }) => payload.customer?.email ?? '').toSorted();
  }

  async close(): Promise<void> {}

  async exchange({ method, path, body }: HttpRequest): Promise<Exchange> {
    if (method === 'GET') return this.#list(new URL(path, 'http://x').searchParams);
    const chunks = body === undefined ? [] : Buffer.isBuffer(body) ? [body] : await Array.fromAsync(body.chunks);
    return this.#create(JSON.parse(Buffer.concat(chunks).toString('utf8')) as LeadPayload);
  }

  #json(status: number, body: unknown): Exchange {
    const date = new Date(this.#clock.now() + (this.#manners.dateAheadMs ?? 0)).toUTCString();
    return { kind: 'answer', status, retryAfter: undefined, date, body: JSON.stringify(body) };
  }

  async #create(payload: LeadPayload): Promise<Exchange> {
    const { loses, refuses, merges = false } = this.#manners;
    const refusal = refuses?.(payload);
    if (refusal !== undefined) return this.#json(refusal.status, refusal.body);
    const first = merges
      ? this.leads.find((lead) => lead.payload.customer?.email === payload.customer?.email)
      : undefined;
    if (first !== undefined) return this.#json(200, [{ id: first.id }]);
    this.creations += 1;
    const loss = this.#losing(this.creations);
    if (loss !== undefined) this.lost.add(payload.customer?.email ?? '');
    await this.#clock.sleep(this.#manners.takesMs ?? 0);
    if (loss === 'before') return lostAnswer;
    const isLate = loss === 'after' && loses === 'late_commit';
    const id = `lead${this.leads.length + 1}`;
    this.leads.push({ id, at: this.#clock.now() + (isLate ? lateCommitMs : 0), payload });
    if (loss === undefined) return this.#json(200, [{ id }]);
    if (loses === 'conflict') return this.#json(409, { message: 'exists' });
    if (loses === 'shape') return this.#json(200, { success: true, result: { lead_id: id } });
    return loses === 'error' ? this.#json(500, {}) : lostAnswer;
  }

  #stampOf({ id, at }: HostileLead): number {
    const { createdAtAheadMs = 0, stamp = (time) => time } = this.#manners;
    return stamp(at, Number(id.slice('lead'.length))) + createdAtAheadMs;
  }

  #list(query: URLSearchParams): Exchange {
    const { lagMs = 0, order, filter, rewrite, countsMore = 0, firstPage = 0 } = this.#manners;
    const size = Number(query.get('page_size') ?? 50);
    const index = Number(query.get('page_index') ?? firstPage) - firstPage;
    if (index < 0 || size > (this.#manners.largestPage ?? Number.POSITIVE_INFINITY))
      return this.#json(400, { message: 'page' });
    const instead = this.#manners.insteadOfPage?.(index);
    if (instead !== undefined)
      return { kind: 'answer', retryAfter: undefined, date: undefined, body: undefined, ...instead };
    const [id, from] = [query.get('id'), query.get('date_from')];
    const shown = this.leads
      .filter((lead) => id === null || lead.id === id)
      .filter(({ at }) => at + lagMs <= this.#clock.now())
      .map((lead) => ({ ...lead, at: this.#stampOf(lead) }))
      .filter((lead) => from === null || (filter ?? defaultFilter)(lead, from))
      .toReversed();
    const all = order?.(shown) ?? shown;
    const cap = Math.min(size, this.#manners.pageCap ?? size);
    const page = all.slice(index * cap, (index + 1) * cap);
    if (page.length === 0 && index > 0 && this.#manners.endStatus !== undefined)
      return this.#json(this.#manners.endStatus, {});
    const leads: unknown[] = page.map(({ at, ...lead }) => {
      const view = leadView({ ...lead, createdAt: new Date(at).toISOString() });
      return rewrite?.(JSON.parse(JSON.stringify(view)) as View) ?? view;
    });
    const { foreign } = this.#manners;
    if (foreign !== undefined) leads.push(foreign);
    return this.#json(200, { success: true, result: { leads, count: all.length + countsMore } });
  }
}

const lostAnswer: Exchange = { kind: 'no_answer', connected: true, timedOut: false };

const defaultFilter = ({ at }: HostileLead, dateFrom: string): boolean => at >= Date.parse(dateFrom);
