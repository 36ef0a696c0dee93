import { checkPayload, type LeadPayload } from '../../infra/sandbox/lead-payload.ts';
import { leadView } from '../../infra/sandbox/lead-view.ts';
import { isoTime } from '../../shared/clock.ts';
import type { Exchange } from '../../shared/leads-api/classify.ts';
import type { Http, HttpRequest } from '../../shared/leads-api/http.ts';
import type { World } from '../simulation/invocation.ts';
import type { RequestLimit } from '../simulation/request-limit.ts';

/** How long the API takes to answer, milliseconds. */
const apiMs = 300;

interface ModelLead {
  readonly id: string;
  readonly payload: LeadPayload;
  readonly createdAt: string;
}

const json = (status: number, body: unknown, date: string, retryAfter?: string): Exchange => ({
  kind: 'answer',
  status,
  retryAfter,
  date,
  body: JSON.stringify(body),
});

/** An API as the document has it, that answers in its time and loses answers now and then. */
export class ModelApi {
  readonly #world: World;
  readonly #leads: ModelLead[] = [];
  /** When leads were sent. */
  readonly posts: number[] = [];
  /** Listings: pages asked for. */
  pages = 0;
  /** Share of the answers to a POST that are lost, the lead being created. */
  lost = 0;
  /** So many of the next answers to a POST are lost besides. */
  loseNext = 0;
  /** Refuses what comes too soon. */
  takes: RequestLimit = () => true;
  /** Requests that came too soon. */
  tooSoon = 0;
  /** What every POST is answered with, where the API does not work. */
  refuses: { readonly status: number; readonly retryAfter?: string } | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  get leads(): readonly ModelLead[] {
    return this.#leads;
  }

  readonly http: Http = { exchange: (request) => this.#exchange(request), close: async () => undefined };

  async #exchange({ method, path, body }: HttpRequest): Promise<Exchange> {
    const { time, dice } = this.#world;
    const text = Buffer.isBuffer(body) ? body.toString('utf8') : '';
    const isInTime = this.takes(time.now);
    if (!isInTime) this.tooSoon += 1;
    if (method === 'POST') this.posts.push(time.now);
    else this.pages += 1;
    await new Promise<void>((resolve) => time.after(apiMs, resolve));
    const now = isoTime(time.now);
    if (!isInTime) return json(429, {}, now, '1');
    if (this.refuses !== undefined) return json(this.refuses.status, {}, now, this.refuses.retryAfter);
    if (method === 'GET') return json(200, { success: true, result: this.#page(path) }, now);
    const checked = checkPayload(JSON.parse(text), true);
    if ('faults' in checked) return json(400, { success: false, message: checked.faults.join() }, now);
    const lead = { id: `lead${this.#leads.length + 1}`, payload: checked.lead, createdAt: now };
    this.#leads.push(lead);
    const isLost = this.loseNext > 0 || dice.chance(this.lost);
    if (this.loseNext > 0) this.loseNext -= 1;
    if (isLost) return { kind: 'no_answer', connected: true, timedOut: false };
    return json(200, [{ id: lead.id }], now);
  }

  /** The latest first; leads are in the order of their creation, so what is too old ends the search. */
  #page(path: string) {
    const query = new URLSearchParams(path.split('?')[1]);
    const from = query.get('date_from') ?? '';
    const to = query.get('date_to') ?? '9';
    const first = this.#leads.findIndex(({ createdAt }) => createdAt >= from);
    const end = this.#leads.findLastIndex(({ createdAt }) => createdAt <= to) + 1;
    const count = first === -1 ? 0 : Math.max(0, end - first);
    const [size, index] = [Number(query.get('page_size')), Number(query.get('page_index'))];
    const newest = Math.max(end - index * size, end - count);
    const oldest = Math.max(end - (index + 1) * size, end - count);
    return { leads: this.#leads.slice(oldest, newest).toReversed().map(leadView), count };
  }
}
