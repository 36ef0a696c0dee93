import type { Chance, Clock, EpochMs } from '../clock.ts';
import { limits } from '../limits.ts';
import type {
  CreateAnswer,
  DocumentAnswer,
  DocumentUpload,
  LeadFilter,
  LeadsApi,
  ListAnswer,
  Sending,
} from './answers.ts';
import { createAnswer, documentAnswer, type Exchange, pageOf } from './classify.ts';
import { basicAuthorization, type CredentialSource, type Credentials } from './credentials.ts';
import { type DocumentEncoding, documentForm } from './document-form.ts';
import type { Http, HttpRequest } from './http.ts';
import { type PageAnswer, type PageRequest, PagingMemory, readListing } from './listing.ts';
import type { Paced } from './paced.ts';

export interface ClientDependencies {
  readonly http: Http;
  readonly credentials: CredentialSource;
  readonly paced: Paced;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly documentEncoding: DocumentEncoding;
}

/** A request before the credentials are put in. */
type PlainRequest = Omit<HttpRequest, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

const wasRefused = (exchange: Exchange): boolean => exchange.kind === 'answer' && exchange.status === 401;

/** A secret that cannot be read is one that is not there: the import waits for it, as for an empty one. */
const readOrNone = (credentials: CredentialSource, fresh: boolean): Promise<Credentials | undefined> =>
  credentials.read(fresh).catch(() => undefined);

/** A request, and when it may be sent. */
interface Outgoing {
  readonly request: () => PlainRequest;
  /** Whether it can be sent once more, where a 401 shows that the secret has changed or it came too soon. */
  readonly repeatable: boolean;
  readonly sending: Sending;
}

const atAnyTime: Sending = { latest: Number.POSITIVE_INFINITY, mayStart: () => true };

/** Sends with the partner's credentials; undefined where it was too late when the secret was read and the turn had come. */
const authorized = async (
  { request, repeatable, sending }: Outgoing,
  { http, credentials, paced }: Pick<ClientDependencies, 'http' | 'credentials' | 'paced'>,
): Promise<Exchange | undefined> => {
  // An empty secret is read again at once, so that filling it in needs no restart.
  const known = (await readOrNone(credentials, false)) ?? (await readOrNone(credentials, true));
  if (known === undefined) return { kind: 'no_credentials' };
  const exchange = async (authorization: string): Promise<Exchange | undefined> => {
    if (!(await sending.mayStart())) return undefined;
    const plain = request();
    return http.exchange({
      ...plain,
      headers: { ...plain.headers, accept: 'application/json', 'accept-encoding': 'identity', authorization },
    });
  };
  const send = (authorization: string): Promise<Exchange | undefined> =>
    paced({ send: () => exchange(authorization), latest: sending.latest, repeatable });
  const first = await send(basicAuthorization(known));
  if (first === undefined || !wasRefused(first)) return first;
  const renewed = await readOrNone(credentials, true);
  const changed = renewed !== undefined && basicAuthorization(renewed) !== basicAuthorization(known);
  return changed && repeatable ? ((await send(basicAuthorization(renewed))) ?? first) : first;
};

const listPath = (filter: LeadFilter, { index, size }: PageRequest): string => {
  const query = new URLSearchParams();
  const named = {
    page_size: size?.toString(),
    page_index: String(index),
    id: filter.id,
    status: filter.status,
    application_status: filter.applicationStatus,
    date_from: filter.dateFrom,
    date_to: filter.dateTo,
  };
  for (const [name, value] of Object.entries(named)) if (value !== undefined) query.set(name, value);
  return `/v1/leads?${query}`;
};

/** How far a server's clock is ahead of ours by an answer of it; undefined where it does not say. */
const aheadBy = (exchange: Exchange | undefined, now: EpochMs): number | undefined => {
  if (exchange?.kind !== 'answer' || exchange.date === undefined) return undefined;
  const ahead = Date.parse(exchange.date) - now;
  return Number.isNaN(ahead) ? undefined : ahead;
};

/** A listing for somebody who reads it page by page. */
export interface LeadPages {
  /** See `LeadsApi`. */
  readonly clockAheadMs: number | undefined;
  /** @param sending when it may be sent; absent: at any time */
  page(filter: LeadFilter, page: PageRequest, sending?: Sending): Promise<PageAnswer>;
}

/** The Leads API over HTTP, as `docs/leads-api.md` describes it. */
class HttpLeadsApi implements LeadsApi, LeadPages {
  readonly #dependencies: ClientDependencies;
  readonly #paging = new PagingMemory();
  clockAheadMs: number | undefined;

  constructor(dependencies: ClientDependencies) {
    this.#dependencies = dependencies;
  }

  async #send(outgoing: Outgoing): Promise<Exchange | undefined> {
    const exchange = await authorized(outgoing, this.#dependencies);
    const ahead = aheadBy(exchange, this.#dependencies.clock.now()) ?? this.clockAheadMs;
    if (ahead !== undefined) this.clockAheadMs = Math.min(ahead, this.clockAheadMs ?? ahead);
    return exchange;
  }

  async create(
    lead: unknown,
    enforceMandatories: boolean,
    sending: Sending = atAnyTime,
  ): Promise<CreateAnswer | undefined> {
    const body = Buffer.from(JSON.stringify(lead), 'utf8');
    const path = enforceMandatories ? '/v1/leads' : '/v1/leads?enforce_mandatories=false';
    const request = (): PlainRequest => ({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body,
    });
    const exchange = await this.#send({ request, repeatable: true, sending });
    return exchange === undefined ? undefined : createAnswer(exchange, this.#dependencies.clock.now());
  }

  async page(filter: LeadFilter, page: PageRequest, sending: Sending = atAnyTime): Promise<PageAnswer> {
    const request = (): PlainRequest => ({ method: 'GET', path: listPath(filter, page) });
    const exchange = await this.#send({ request, repeatable: true, sending });
    if (exchange === undefined) return { kind: 'trouble', trouble: { code: 'timed_out' } };
    return pageOf(exchange, this.#dependencies.clock.now());
  }

  list(filter: LeadFilter, until: EpochMs): Promise<ListAnswer> {
    const latest = until - limits.requestTimeoutMs;
    const sending = { latest, mayStart: () => this.#dependencies.clock.now() <= latest };
    return readListing((page) => this.page(filter, page, sending), this.#paging);
  }

  async attach(document: DocumentUpload, sending: Sending = atAnyTime): Promise<DocumentAnswer | undefined> {
    const { chance, documentEncoding, clock } = this.#dependencies;
    const boundary = `----lumi${chance.token()}${chance.token()}`;
    const form = documentForm(document, documentEncoding, boundary);
    const request = (): PlainRequest => ({
      method: 'POST',
      path: `/lead/${encodeURIComponent(document.leadId)}/documents`,
      headers: { 'content-type': form.contentType },
      body: { sizeBytes: form.sizeBytes, chunks: form.body },
    });
    const exchange = await this.#send({ request, repeatable: false, sending });
    return exchange === undefined ? undefined : documentAnswer(exchange, clock.now());
  }
}

export const leadsApi = (dependencies: ClientDependencies): LeadsApi & LeadPages => new HttpLeadsApi(dependencies);
