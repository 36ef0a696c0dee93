import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LeadPayload } from '../../infra/local/sandbox/lead-payload.ts';
import { leadView } from '../../infra/local/sandbox/lead-view.ts';

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
  readonly dateAheadMs?: number;
  readonly firstPage?: 0 | 1;
  readonly largestPage?: number;
  /** The most leads on a page, whatever is asked for. */
  readonly pageCap?: number;
  /** The status behind the last page. */
  readonly endStatus?: 404 | 400;
  /** How the answer to a creation is lost: `conflict` answers 409. */
  readonly loses?: 'connection' | 'conflict' | 'error' | 'late_commit';
  /** How a lead is refused without being created; undefined where it is not. */
  readonly refuses?: (payload: LeadPayload) => { readonly status: number; readonly body: unknown } | undefined;
}

/** Which creations lose their answer, by their number: behind the commit, or before it. */
export type Losing = (creation: number) => 'after' | 'before' | undefined;

/** An API over HTTP that creates what it is sent, loses answers, and has manners of its own. */
export class HostileApi {
  readonly leads: HostileLead[] = [];
  /** E-mail addresses of leads whose answer was lost. */
  readonly lost = new Set<string>();
  creations = 0;
  readonly #manners: Manners;
  readonly #losing: Losing;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  constructor(manners: Manners, losing: Losing) {
    this.#manners = manners;
    this.#losing = losing;
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** E-mail addresses at the API, one entry a lead, sorted. */
  emails(): string[] {
    return this.leads.map(({ payload }) => payload.customer?.email ?? '').toSorted();
  }

  #json(response: ServerResponse, status: number, body: unknown): void {
    const date = new Date(Date.now() + (this.#manners.dateAheadMs ?? 0)).toUTCString();
    response.writeHead(status, { 'content-type': 'application/json', date }).end(JSON.stringify(body));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://x');
    if (request.method === 'GET') return this.#list(url.searchParams, response);
    const payload = JSON.parse(await text(request)) as LeadPayload;
    const refusal = this.#manners.refuses?.(payload);
    if (refusal !== undefined) return this.#json(response, refusal.status, refusal.body);
    this.creations += 1;
    const loss = this.#losing(this.creations);
    if (loss !== undefined) this.lost.add(payload.customer?.email ?? '');
    if (loss === 'before') {
      request.socket.destroy();
      return;
    }
    const lead = { id: `lead${this.leads.length + 1}`, at: Date.now(), payload };
    if (loss === 'after' && this.#manners.loses === 'late_commit') {
      request.socket.destroy();
      await sleep(700);
      this.leads.push({ ...lead, id: `late${this.leads.length + 1}`, at: Date.now() });
      return;
    }
    this.leads.push(lead);
    if (loss === undefined) return this.#json(response, 200, [{ id: lead.id }]);
    if (this.#manners.loses === 'conflict') return this.#json(response, 409, { message: 'exists' });
    if (this.#manners.loses === 'error') return this.#json(response, 500, {});
    request.socket.destroy();
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const { lagMs = 0, order, filter, rewrite, countsMore = 0, createdAtAheadMs = 0, firstPage = 0 } = this.#manners;
    const size = Number(query.get('page_size') ?? 50);
    const index = Number(query.get('page_index') ?? firstPage) - firstPage;
    if (index < 0 || size > (this.#manners.largestPage ?? Number.POSITIVE_INFINITY)) {
      this.#json(response, 400, { message: 'page' });
      return;
    }
    const [id, from] = [query.get('id'), query.get('date_from')];
    const shown = this.leads
      .filter((lead) => id === null || lead.id === id)
      .filter(({ at }) => at + lagMs <= Date.now())
      .filter((lead) => from === null || (filter ?? defaultFilter)({ ...lead, at: lead.at + createdAtAheadMs }, from))
      .toReversed();
    const all = order?.(shown) ?? shown;
    const cap = Math.min(size, this.#manners.pageCap ?? size);
    const page = all.slice(index * cap, (index + 1) * cap);
    if (page.length === 0 && index > 0 && this.#manners.endStatus !== undefined) {
      this.#json(response, this.#manners.endStatus, {});
      return;
    }
    const leads = page.map(({ at, ...lead }) => {
      const view = leadView({ ...lead, createdAt: new Date(at + createdAtAheadMs).toISOString() });
      return rewrite?.(JSON.parse(JSON.stringify(view)) as View) ?? view;
    });
    this.#json(response, 200, { success: true, result: { leads, count: all.length + countsMore } });
  }
}

const defaultFilter = ({ at }: HostileLead, dateFrom: string): boolean => at >= Date.parse(dateFrom);
