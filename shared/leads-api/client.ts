import { Readable } from 'node:stream';
import type { Chance, Clock, EpochMs } from '../clock.ts';
import { limits } from '../limits.ts';
import type { DocumentUpload, LeadFilter, LeadsApi, ListAnswer } from './answers.ts';
import { createAnswer, documentAnswer, type Exchange, pageOf } from './classify.ts';
import { basicAuthorization, type CredentialSource, type Credentials } from './credentials.ts';
import { type DocumentEncoding, documentForm } from './document-form.ts';
import type { Http, HttpRequest } from './http.ts';
import type { RateLimit } from './rate-limit.ts';
import { type ListedLead, listedLead } from './visible-lead.ts';

export interface ClientDependencies {
  readonly http: Http;
  readonly credentials: CredentialSource;
  readonly waitForTurn: RateLimit;
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

/** Sends with the partner's credentials; `repeatable` requests are sent once more where a 401 shows that the secret has changed. */
const authorized = async (
  request: () => PlainRequest,
  repeatable: boolean,
  { http, credentials, waitForTurn }: Pick<ClientDependencies, 'http' | 'credentials' | 'waitForTurn'>,
): Promise<Exchange> => {
  // An empty secret is read again at once, so that filling it in needs no restart.
  const known = (await readOrNone(credentials, false)) ?? (await readOrNone(credentials, true));
  if (known === undefined) return { kind: 'no_credentials' };
  const send = async (authorization: string): Promise<Exchange> => {
    await waitForTurn();
    const plain = request();
    return http.exchange({ ...plain, headers: { ...plain.headers, accept: 'application/json', authorization } });
  };
  const first = await send(basicAuthorization(known));
  if (!wasRefused(first)) return first;
  const renewed = await readOrNone(credentials, true);
  const changed = renewed !== undefined && basicAuthorization(renewed) !== basicAuthorization(known);
  return changed && repeatable ? send(basicAuthorization(renewed)) : first;
};

const listPath = (filter: LeadFilter, pageIndex: number): string => {
  const query = new URLSearchParams({ page_size: String(limits.listingPageSize), page_index: String(pageIndex) });
  const named = {
    id: filter.id,
    status: filter.status,
    application_status: filter.applicationStatus,
    date_from: filter.dateFrom,
    date_to: filter.dateTo,
  };
  for (const [name, value] of Object.entries(named)) if (value !== undefined) query.set(name, value);
  return `/v1/leads?${query}`;
};

/** The Leads API over HTTP, as `docs/leads-api.md` describes it. */
export const leadsApi = (dependencies: ClientDependencies): LeadsApi => {
  const { clock, chance, documentEncoding } = dependencies;

  const create: LeadsApi['create'] = async (lead, enforceMandatories) => {
    const body = Buffer.from(JSON.stringify(lead), 'utf8');
    const path = enforceMandatories ? '/v1/leads' : '/v1/leads?enforce_mandatories=false';
    const exchange = await authorized(
      () => ({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        body: { sizeBytes: body.length, chunks: Readable.from([body]) },
      }),
      true,
      dependencies,
    );
    return createAnswer(exchange, clock.now());
  };

  const list = async (filter: LeadFilter, until: EpochMs): Promise<ListAnswer> => {
    const leads = new Map<string, ListedLead>();
    let pagesWithoutNews = 0;
    for (let pageIndex = 0; pageIndex < limits.maxListingPages; pageIndex += 1) {
      if (clock.now() + limits.requestTimeoutMs > until) return { kind: 'trouble', trouble: { code: 'timed_out' } };
      const exchange = await authorized(
        () => ({ method: 'GET', path: listPath(filter, pageIndex) }),
        true,
        dependencies,
      );
      const page = pageOf(exchange, clock.now());
      if ('trouble' in page) return { kind: 'trouble', trouble: page.trouble };
      const before = leads.size;
      for (const value of page.leads) {
        const lead = listedLead(value);
        // A lead that cannot be read could be the one that is looked for: half a list proves nothing.
        if (lead === undefined) return { kind: 'trouble', trouble: { code: 'unreadable_answer' } };
        leads.set(lead.id, lead);
      }
      // The document says nothing of a first index or of the end. Two pages without a new lead are the end: one could
      // be an index 0 that means the same as 1, or means nothing. But a page that only repeats others, while more leads
      // are counted than were seen, is no end: leads that are created meanwhile push the older ones to later pages.
      pagesWithoutNews = leads.size === before ? pagesWithoutNews + 1 : 0;
      const repeats = page.leads.length > 0 && leads.size < page.count;
      if (pagesWithoutNews < 2 || repeats) continue;
      // Leads are counted and none is shown: the list is behind, so it does not show what is missing either.
      if (leads.size === 0 && page.count > 0) return { kind: 'trouble', trouble: { code: 'unreadable_answer' } };
      return { kind: 'leads', leads: [...leads.values()] };
    }
    return { kind: 'trouble', trouble: { code: 'unreadable_answer' } };
  };

  const attach = async (document: DocumentUpload) => {
    const boundary = `----lumi${chance.token()}${chance.token()}`;
    const form = documentForm(document, documentEncoding, boundary);
    const exchange = await authorized(
      () => ({
        method: 'POST',
        path: `/lead/${encodeURIComponent(document.leadId)}/documents`,
        headers: { 'content-type': form.contentType },
        body: { sizeBytes: form.sizeBytes, chunks: form.body },
      }),
      false,
      dependencies,
    );
    return documentAnswer(exchange, clock.now());
  };

  return { create, list, attach };
};
