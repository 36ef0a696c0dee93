import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJson } from '../../shared/parse-json.ts';
import { type FaultKind, type FaultPlan, faultPlan, type Operation } from './faults.ts';
import { checkPayload } from './lead-payload.ts';
import { LeadStore, newId } from './lead-store.ts';
import { leadView } from './lead-view.ts';

// An import of `node:http` would load all that it offers, fetch included: a tenth of the time that a start takes.
const { createServer } = process.getBuiltinModule('node:http');

export interface SandboxOptions {
  /** 0: any free one. */
  readonly port?: number;
  readonly username: string;
  readonly password: string;
  readonly faults?: FaultPlan;
  /** How late a late answer is, milliseconds. */
  readonly latencyMs?: number;
  readonly retryAfterSeconds?: number;
  /** Keeps leads and documents in this file; absent: in memory. */
  readonly file?: string | undefined;
}

/** Faults that are answered by their status, before anything is done. */
const refusals: ReadonlySet<FaultKind | undefined> = new Set(['401', '403', '500', '503']);

type Query = Readonly<Record<string, string | undefined>>;

/** A request that was read to its end. */
interface Received {
  readonly operation: Operation;
  readonly path: string;
  readonly query: Query;
  readonly contentType: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const refused = (status: number, message: string): Answer => ({ status, body: { success: false, message } });

const documentsPath = /^\/lead\/([^/]+)\/documents$/;

const operationOf = (method: string | undefined, path: string): Operation | undefined => {
  if (path === '/v1/leads') return method === 'POST' ? 'create' : method === 'GET' ? 'list' : undefined;
  return method === 'POST' && documentsPath.test(path) ? 'document' : undefined;
};

/** The file of a form's part `document`; undefined where the body is no such form. A part in base64 is decoded. */
const documentOf = async ({ body, contentType }: Received): Promise<File | undefined> => {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => undefined);
  const part = form?.get('document');
  return part instanceof File ? part : undefined;
};

const listQuery = (query: Query) => {
  const number = (text: string | undefined, otherwise: number): number =>
    text === undefined ? otherwise : Number(text);
  const time = (text: string | undefined, otherwise: string): string =>
    text === undefined ? otherwise : new Date(text).toISOString();
  return {
    pageSize: Math.min(500, Math.max(1, number(query['page_size'], 50))),
    pageIndex: Math.max(0, number(query['page_index'], 0)),
    from: time(query['date_from'], '0000-01-01T00:00:00.000Z'),
    to: time(query['date_to'], '9999-12-31T23:59:59.999Z'),
  };
};

const send = (response: ServerResponse, { status, body }: Answer, headers: Readonly<Record<string, string>> = {}) =>
  void response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(body));

/** The Leads API of `docs/leads-api.md`, served on loopback. */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(({ message }: Error) => send(response, refused(500, message)));
  });
  readonly store: LeadStore;
  /** Requests so far, by operation. */
  readonly requests: Record<Operation, number> = { create: 0, list: 0, document: 0 };
  readonly #inFlight: Record<Operation, number> = { create: 0, list: 0, document: 0 };
  #faults: FaultPlan;
  #password: string;
  #url = '';
  #mostInFlight = 0;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.store = new LeadStore(options.file);
    this.#faults = options.faults ?? faultPlan([]);
    this.#password = options.password;
  }

  async listen(port: number): Promise<void> {
    await once(this.#server.listen(port, '127.0.0.1'), 'listening');
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Where it listens, or has listened. */
  get url(): string {
    return this.#url;
  }

  /** The most creations that were under way at once. */
  mostInFlight(): number {
    return this.#mostInFlight;
  }

  /** Replaces the faults from the next request on. */
  setFaults(plan: FaultPlan): void {
    this.#faults = plan;
  }

  /** Replaces the password that is believed. */
  setPassword(password: string): void {
    this.#password = password;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
    this.store.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', this.#url);
    const operation = operationOf(request.method, path);
    if (operation === undefined) return send(response, refused(404, 'There is nothing here'));
    const body = await buffer(request);
    const { authorization, 'content-type': contentType = '' } = request.headers;
    const query = Object.fromEntries(searchParams);
    this.#inFlight[operation] += 1;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight.create);
    try {
      await this.#answer({ operation, path, query, contentType, authorization, body }, response);
    } finally {
      this.#inFlight[operation] -= 1;
    }
  }

  /** Answers, or goes wrong as this request is planned to: before anything is done, or after everything was. */
  async #answer(received: Received, response: ServerResponse): Promise<void> {
    const { operation } = received;
    this.requests[operation] += 1;
    const fault = this.#faults(operation, this.requests[operation]);
    const reset = (): void => void response.socket?.resetAndDestroy();
    if (fault === 'reset_before') return reset();
    if (fault === '429') {
      const retryAfter = String(this.#options.retryAfterSeconds ?? 1);
      return send(response, refused(429, 'Too many requests'), { 'retry-after': retryAfter });
    }
    if (refusals.has(fault)) return send(response, refused(Number(fault), 'The sandbox was told to fail'));
    const expected = `Basic ${Buffer.from(`${this.#options.username}:${this.#password}`).toString('base64')}`;
    if (received.authorization !== expected) return send(response, refused(401, 'Unauthorized'));
    if (fault === 'latency') await sleep(this.#options.latencyMs ?? 1_000);
    const answer = await this.#operations[operation]({ ...received, fault });
    if (answer.status !== 200) return send(response, answer);
    if (fault === 'reset_after') return reset();
    if (fault === 'unreadable')
      return void response.setHeader('content-type', 'text/html').end('<html>it worked</html>');
    if (fault !== 'timeout_after') send(response, answer);
  }

  readonly #operations: Readonly<
    Record<Operation, (received: Received & { readonly fault: FaultKind | undefined }) => Answer | Promise<Answer>>
  > = {
    create: ({ body, query, fault }) => {
      const checked = checkPayload(parseJson(body.toString('utf8')), query['enforce_mandatories'] !== 'false');
      if ('faults' in checked) return refused(400, `Invalid lead: ${checked.faults.join('; ')}`);
      if (fault === 'forgotten') return { status: 200, body: [{ id: newId() }] };
      const add = () => this.store.addLead(checked.lead, new Date().toISOString());
      if (fault === 'twice') add();
      return { status: 200, body: [{ id: add().id }] };
    },

    list: ({ query }) => {
      if ([query['date_from'], query['date_to']].some((date) => date !== undefined && Number.isNaN(Date.parse(date))))
        return refused(400, 'date_from and date_to: expected ISO dates');
      const { pageSize, pageIndex, from, to } = listQuery(query);
      const { id } = query;
      const asked = id === undefined || pageIndex > 0 ? undefined : this.store.lead(id);
      const found =
        id === undefined ? this.store.page(from, to, pageSize, pageIndex) : asked === undefined ? [] : [asked];
      // All leads of the sandbox have one status, so that a filter leaves all of them or none.
      const leads = found
        .map(leadView)
        .filter(
          ({ status, lead_application_status: application }) =>
            (query['status'] ?? status) === status && (query['application_status'] ?? application) === application,
        );
      const count = id === undefined && leads.length > 0 ? this.store.count(from, to) : leads.length;
      return { status: 200, body: { success: true, result: { leads, count } } };
    },

    document: async (received) => {
      const document = await documentOf(received);
      if (document === undefined) return refused(400, 'Expected one part named document');
      const [, leadId = ''] = documentsPath.exec(received.path) ?? [];
      if (this.store.lead(leadId) === undefined) return refused(404, 'No such lead');
      const content = new Uint8Array(await document.arrayBuffer());
      const { name: filename, type: contentType } = document;
      const { id } = this.store.addDocument({ leadId, filename, contentType, content });
      return { status: 200, body: { success: true, file: { id, filename, size: content.length } } };
    },
  };
}

/** Starts the sandbox. */
export const startSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const sandbox = new Sandbox(options);
  await sandbox.listen(options.port ?? 0);
  return sandbox;
};
