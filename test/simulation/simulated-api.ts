import { checkPayload, type LeadPayload } from '../../infra/sandbox/lead-payload.ts';
import { leadView } from '../../infra/sandbox/lead-view.ts';
import type { EpochMs } from '../../shared/clock.ts';
import type { Exchange } from '../../shared/leads-api/classify.ts';
import type { Http, HttpRequest } from '../../shared/leads-api/http.ts';
import { limits } from '../../shared/limits.ts';
import { type Manners, mannersOf } from './api-manners.ts';
import { Dice } from './dice.ts';
import { type Dishonesty, dishonestyOf, type HostileManners, hostileManners } from './hostile-manners.ts';
import type { Instance, World } from './invocation.ts';
import { leadKeyOf } from './people-rows.ts';

/** A lead at the API. */
export interface ApiLead {
  readonly id: string;
  readonly payload: LeadPayload;
  readonly createdAt: EpochMs;
}

export interface ApiDocument {
  readonly leadId: string;
  readonly filename: string;
  readonly content: string;
}

/** Together with the listing's lag less than the time in which the listing is not believed: what comes later than that nobody can know. */
const mostLateMs = 20_000;

const text = (status: number, body: string, retryAfter?: string): Exchange => ({
  kind: 'answer',
  status,
  retryAfter,
  date: undefined,
  body,
});

const json = (status: number, body: unknown): Exchange => text(status, JSON.stringify(body));

const failure = (status: number, retryAfter?: string): Exchange =>
  text(status, '{"success":false,"message":"simulated"}', retryAfter);

const lostAnswer = (timedOut: boolean): Exchange => ({ kind: 'no_answer', connected: true, timedOut });
const unreachable: Exchange = { kind: 'no_answer', connected: false, timedOut: false };
const unreadable = text(200, '<html>it worked</html>');

/** All of a body; undefined where its source broke off. */
const bytesOf = async (body: HttpRequest['body']): Promise<Buffer | undefined> => {
  if (body === undefined || Buffer.isBuffer(body)) return body ?? Buffer.alloc(0);
  const pieces: Uint8Array[] = [];
  try {
    for await (const chunk of body.chunks) pieces.push(chunk);
    return Buffer.concat(pieces);
  } catch {
    return undefined;
  }
};

/** An exchange's effect at the API, and how long its answer is waited for. */
interface Course {
  readonly effect: () => Exchange;
  readonly thereMs?: number;
  readonly backMs?: number;
}

/** The Leads API of the document, and everything that it may do besides. */
export class SimulatedApi {
  readonly #world: World;
  readonly #manners: Manners;
  readonly #hostile: HostileManners;
  readonly #dishonesty: Dishonesty | undefined;
  readonly #dishonestDice: Dice;
  /** An id that was answered for a lead before and is the next one's, and the id of that lead. */
  #halfExchanged: { readonly answered: string; readonly own: string } | undefined;
  /** Whether it differs from what its document lets expect. */
  readonly isHostile: boolean;
  /** Leads that are not as the API has answered, by their keys: nobody but the list can know. */
  readonly tampered = new Set<string>();
  readonly leads: ApiLead[] = [];
  readonly documents: ApiDocument[] = [];
  /** Leads whose creation was not answered clearly, by their keys. */
  readonly unclear = new Set<string>();
  /** When a lead was last sent, by its key. */
  readonly lastSentAt = new Map<string, EpochMs>();
  /** When a lead was last sent and not refused, by its key. */
  readonly takenAt = new Map<string, EpochMs[]>();
  /** When a document was last sent, by the id of its lead. */
  readonly lastUploadAt = new Map<string, EpochMs>();

  constructor(world: World) {
    const { dice } = world;
    this.#world = world;
    const hostile = hostileManners(new Dice(dice.between(0, 1_000_000), 'manners'));
    this.isHostile = hostile !== undefined;
    this.#hostile = hostile ?? {};
    if (hostile !== undefined) for (const name of Object.keys(hostile)) world.chronicle.mark(`API: ${name}`);
    this.#manners = mannersOf(dice, this.#hostile);
    this.#dishonestDice = new Dice(dice.between(0, 1_000_000), 'dishonest');
    this.#dishonesty = dishonestyOf(this.#dishonestDice);
    if (this.#dishonesty !== undefined) world.chronicle.mark(`API: ${this.#dishonesty}`);
  }

  /** Whether the listing shows leads otherwise than they were sent, so that nobody can recognise them for certain. */
  get rewrites(): boolean {
    return this.#manners.rewrites;
  }

  lead(id: string): ApiLead | undefined {
    return this.leads.find((lead) => lead.id === id);
  }

  /** The API as one instance reaches it. */
  http(instance: Instance): Http {
    return { exchange: (request) => this.#exchange(request, instance), close: async () => undefined };
  }

  async #exchange(request: HttpRequest, instance: Instance): Promise<Exchange> {
    const { time, chronicle } = this.#world;
    const { invocation } = instance;
    if (invocation.running && time.now + limits.requestTimeoutMs > invocation.deadline)
      chronicle.violate('a request began that might not have ended before its deadline');
    const body = await bytesOf(request.body);
    const slow = this.#world.faults.strike('api_slow') ? { thereMs: this.#world.dice.between(1, 28_000) } : {};
    const { effect, ...times } = { ...slow, ...this.#course(request, body) };
    const answer = await invocation.call(`${request.method} ${request.path}`, effect, times);
    return answer.kind === 'answer' ? { ...answer, date: this.#date } : answer;
  }

  /** What its answers say of the time. */
  get #date(): string | undefined {
    const { saysDate, clockSkewMs } = this.#manners;
    const { dateAheadMs } = this.#hostile;
    if (!saysDate && dateAheadMs === undefined) return undefined;
    return new Date(this.#world.time.now + (dateAheadMs ?? clockSkewMs)).toUTCString();
  }

  /** When it says that a lead was created. */
  #stampOf({ id, createdAt }: ApiLead): EpochMs {
    const { stamp = (at) => at } = this.#hostile;
    return stamp(createdAt, Number(id.slice('lead'.length))) + this.#manners.clockSkewMs;
  }

  #course(request: HttpRequest, body: Buffer | undefined): Course {
    const { faults } = this.#world;
    // The body's own source broke off: the connection is closed in the middle of the request.
    if (body === undefined) return { effect: () => lostAnswer(false) };
    const { takes } = this.#manners;
    if (takes !== undefined && !takes.request(this.#world.time.now)) return { effect: () => this.#tooSoon(takes) };
    if (faults.during('outage')) return this.#outage(request, body);
    if (faults.during('unauthorized') || faults.strike('api_unauthorized')) return { effect: () => failure(401) };
    if (faults.strike('api_unreachable')) return { effect: () => unreachable };
    if (faults.strike('api_throttled'))
      return { effect: () => failure(429, String(this.#world.dice.pick([1, 30, 600]))) };
    if (request.method === 'GET') return this.#listing(request);
    return request.path.startsWith('/v1/leads') ? this.#creation(request, body) : this.#upload(request, body);
  }

  #tooSoon({ retryAfter }: NonNullable<Manners['takes']>): Exchange {
    this.#world.chronicle.mark('API: limited');
    return failure(429, retryAfter);
  }

  #outage({ method, path }: HttpRequest, body: Buffer): Course {
    const answer = this.#world.dice.pick([failure(503), unreachable]);
    const isCreation = method === 'POST' && path.startsWith('/v1/leads');
    // Nothing is created, but who could tell that from a 503?
    if (isCreation && answer !== unreachable) this.unclear.add(leadKeyOf(JSON.parse(body.toString('utf8'))));
    return { effect: () => answer };
  }

  /** Whether what it answers may not be what it does. */
  get isDishonest(): boolean {
    return this.#dishonesty !== undefined;
  }

  #newId(): string {
    this.#ids += 1;
    return `lead${this.#ids}`;
  }

  #ids = 0;

  /** Creates a lead, and answers the id of it; now and then that is not true. */
  #createdId(payload: LeadPayload): string {
    if (this.#dishonesty === undefined || !this.#dishonestDice.chance(0.2)) return this.#commit(payload).id;
    this.tampered.add(leadKeyOf(payload));
    switch (this.#dishonesty) {
      case 'doubles':
        this.#commit(payload);
        return this.#commit(payload).id;
      case 'forgets': {
        const lead = this.#commit(payload);
        this.#world.time.after(this.#dishonestDice.between(0, 1_000), () => {
          this.#world.chronicle.tell(`  the API takes ${lead.id} back`);
          this.leads.splice(this.leads.indexOf(lead), 1);
        });
        return lead.id;
      }
      case 'exchanges': {
        const before = this.#halfExchanged;
        this.#halfExchanged = before === undefined ? { answered: this.#newId(), own: this.#newId() } : undefined;
        if (before !== undefined) {
          this.#commit(payload, before.answered);
          return before.own;
        }
        const { answered = '', own = '' } = this.#halfExchanged ?? {};
        this.#commit(payload, own);
        return answered;
      }
    }
  }

  #commit(payload: LeadPayload, id = this.#newId()): ApiLead {
    const { time, chronicle } = this.#world;
    const lead = { id, payload, createdAt: time.now };
    this.leads.push(lead);
    chronicle.tell(`  the API has created ${lead.id} of ${leadKeyOf(payload)}`);
    return lead;
  }

  #creation(request: HttpRequest, body: Buffer): Course {
    const { faults, time, dice } = this.#world;
    const checked = checkPayload(
      JSON.parse(body.toString('utf8')),
      !request.path.includes('enforce_mandatories=false'),
    );
    if ('faults' in checked) return { effect: () => json(400, { success: false, message: checked.faults.join('; ') }) };
    const payload = checked.lead;
    this.lastSentAt.set(leadKeyOf(payload), time.now);
    if (payload.company?.industry === 'Forbidden')
      return { effect: () => json(422, { success: false, message: 'no such industry' }) };
    this.takenAt.set(leadKeyOf(payload), [...(this.takenAt.get(leadKeyOf(payload)) ?? []), time.now]);
    const commit = () => this.#commit(payload);
    const commitThen = (answer: () => Exchange) => () => {
      commit();
      return answer();
    };
    const unclear = (course: Course): Course => {
      this.unclear.add(leadKeyOf(payload));
      return course;
    };
    const fault = faults.strikeOneOf(
      'api_reset_before_commit',
      'api_commits_and_drops_answer',
      'api_commits_late',
      'api_server_error',
      'api_server_error_but_committed',
      'api_unreadable_answer',
      'api_request_timed_out',
    );
    switch (fault) {
      case 'api_reset_before_commit':
        return unclear({ effect: () => lostAnswer(dice.chance(0.5)) });
      case 'api_commits_and_drops_answer':
        if (this.#hostile.conflicts) return unclear({ effect: commitThen(() => failure(409)) });
        return unclear({ effect: commitThen(() => lostAnswer(dice.chance(0.5))), backMs: dice.between(1, 30_000) });
      case 'api_commits_late': {
        const waitedMs = dice.between(30_000, limits.requestTimeoutMs);
        const commitLater = () => {
          time.after(waitedMs + dice.between(0, mostLateMs), commit);
          return lostAnswer(true);
        };
        return unclear({ effect: commitLater, thereMs: 0, backMs: waitedMs });
      }
      case 'api_server_error':
        return unclear({ effect: () => failure(dice.pick([500, 502, 503])) });
      case 'api_server_error_but_committed':
        return unclear({ effect: commitThen(() => failure(dice.pick([500, 504]))) });
      case 'api_unreadable_answer':
        return unclear({ effect: commitThen(() => unreadable) });
      case 'api_request_timed_out':
        return unclear({ effect: () => failure(408) });
      default:
        if (this.#hostile.hidesIds) return unclear({ effect: commitThen(() => unreadable) });
        return { effect: () => json(200, [{ id: this.#createdId(payload) }]) };
    }
  }

  #listing(request: HttpRequest): Course {
    const { faults } = this.#world;
    if (faults.during('listing_down') || faults.strike('api_listing_fails')) return { effect: () => failure(500) };
    if (this.#hostile.unreadableList || faults.strike('api_listing_unreadable')) return { effect: () => unreadable };
    return { effect: () => this.#page(new URLSearchParams(request.path.split('?')[1])) };
  }

  #page(query: URLSearchParams): Exchange {
    const { listingLagMs, mostOnPage } = this.#manners;
    const { filter = (createdAt, from) => createdAt >= from, shuffles, countsMore = 0, endStatus } = this.#hostile;
    const {
      shows = Number.POSITIVE_INFINITY,
      largestPage = Number.POSITIVE_INFINITY,
      refusesPageZero = false,
      foreign,
    } = this.#hostile;
    const pagesFromOne = refusesPageZero || this.#manners.pagesFromOne;
    const id = query.get('id');
    const from = query.get('date_from');
    const asked = { size: Number(query.get('page_size') ?? 20), index: Number(query.get('page_index')) };
    if (asked.size > largestPage || (refusesPageZero && asked.index === 0)) return failure(400);
    const found = this.leads
      .filter((lead) => id === null || lead.id === id)
      .filter((lead) => id !== null || lead.createdAt + listingLagMs <= this.#world.time.now)
      .filter((lead) => from === null || filter(this.#stampOf(lead), Date.parse(from)))
      .toReversed()
      .slice(0, shows);
    const size = Math.min(mostOnPage, asked.size);
    const index = Math.max(0, asked.index - (pagesFromOne ? 1 : 0));
    const order = shuffles ? this.#shuffled(found) : found;
    const leads = order.slice(index * size, (index + 1) * size).map((lead) => this.#view(lead));
    if (leads.length === 0 && index > 0 && endStatus !== undefined) return failure(endStatus);
    const shown = foreign === undefined ? leads : [...leads, foreign];
    return json(200, { success: true, result: { leads: shown, count: found.length + countsMore } });
  }

  #shuffled(leads: readonly ApiLead[]): ApiLead[] {
    const ranked = leads.map((lead) => ({ lead, rank: this.#world.dice.fraction() }));
    return ranked.toSorted((one, other) => one.rank - other.rank).map(({ lead }) => lead);
  }

  #view(lead: ApiLead) {
    const { id, payload } = lead;
    const createdAt = this.#hostile.hidesDates ? 'some time ago' : new Date(this.#stampOf(lead)).toISOString();
    const view = leadView({ id, payload, createdAt });
    if (this.#hostile.rewrite !== undefined) return this.#hostile.rewrite(view);
    return this.#manners.rewrites ? { ...view, loan: { ...view.loan, notes: 'rewritten' } } : view;
  }

  #upload(request: HttpRequest, body: Buffer): Course {
    const { faults, dice, time } = this.#world;
    const leadId = decodeURIComponent(request.path.split('/')[2] ?? '');
    this.lastUploadAt.set(leadId, time.now);
    const lead = this.lead(leadId);
    if (lead === undefined || time.now < lead.createdAt + (this.#hostile.unknownForMs ?? 0))
      return { effect: () => failure(404) };
    const form = body.toString('utf8');
    const filename = /filename="([^"]*)"/.exec(form)?.[1] ?? '';
    const content = form.slice(form.indexOf('\r\n\r\n') + 4, form.lastIndexOf('\r\n--'));
    const keep = () => {
      this.documents.push({ leadId, filename, content });
      return `document${this.documents.length}`;
    };
    if (faults.strike('api_document_refused')) return { effect: () => failure(422) };
    if (faults.strike('api_document_trouble'))
      return { effect: () => dice.pick([failure(500), lostAnswer(true), unreadable]) };
    const keepAndLose = () => {
      keep();
      return lostAnswer(false);
    };
    if (faults.strike('api_document_kept_and_answer_dropped')) return { effect: keepAndLose };
    return { effect: () => json(200, { success: true, file: { id: keep(), filename, size: content.length } }) };
  }
}
