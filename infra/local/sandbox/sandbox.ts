import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import multipart from '@fastify/multipart';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type FaultKind, type FaultPlan, faultPlan, type Operation } from './faults.ts';
import { checkPayload } from './lead-payload.ts';
import { LeadStore } from './lead-store.ts';
import { leadView } from './lead-view.ts';

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

/** What a fault leaves to the answer. */
const breaksBefore: ReadonlySet<FaultKind | undefined> = new Set(['401', '403', '429', '500', '503', 'reset_before']);

const maxDocumentBytes = 64 * 1024 * 1024;

const listQuery = (query: Readonly<Record<string, string | undefined>>) => {
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

/** The Leads API of `docs/leads-api.md`, served on loopback. */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #app: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: maxDocumentBytes * 2,
    forceCloseConnections: true,
  });
  readonly store: LeadStore;
  /** Requests so far, by operation. */
  readonly requests: Record<Operation, number> = { create: 0, list: 0, document: 0 };
  #faults: FaultPlan;
  #password: string;
  #url = '';
  #inFlight = 0;
  #mostInFlight = 0;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.store = new LeadStore(options.file);
    this.#faults = options.faults ?? faultPlan([]);
    this.#password = options.password;
    this.#app.register(multipart, { limits: { fileSize: maxDocumentBytes * 2 } });
    this.#app.post('/v1/leads', (request, reply) => this.#create(request, reply));
    this.#app.get('/v1/leads', (request, reply) => this.#list(request, reply));
    this.#app.post('/lead/:id/documents', (request, reply) => this.#attach(request, reply));
  }

  async listen(port: number): Promise<void> {
    await this.#app.listen({ port, host: '127.0.0.1' });
    this.#url = `http://127.0.0.1:${(this.#app.server.address() as AddressInfo).port}`;
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
    await this.#app.close();
    this.store.close();
  }

  /** Answers with the fault of this request where that comes before anything is done; returns what comes after. */
  async #begin(
    operation: Operation,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FaultKind | 'ended' | undefined> {
    this.requests[operation] += 1;
    const fault = this.#faults(operation, this.requests[operation]);
    if (fault === 'reset_before') {
      request.raw.socket.resetAndDestroy();
      return 'ended';
    }
    if (fault === '429') {
      await reply
        .code(429)
        .header('retry-after', String(this.#options.retryAfterSeconds ?? 1))
        .send({ success: false, message: 'Too many requests' });
      return 'ended';
    }
    if (breaksBefore.has(fault)) {
      await reply.code(Number(fault)).send({ success: false, message: 'The sandbox was told to fail' });
      return 'ended';
    }
    const expected = `Basic ${Buffer.from(`${this.#options.username}:${this.#password}`).toString('base64')}`;
    if (request.headers.authorization !== expected) {
      await reply.code(401).send({ success: false, message: 'Unauthorized' });
      return 'ended';
    }
    if (fault === 'latency') await sleep(this.#options.latencyMs ?? 1_000);
    return fault;
  }

  /** Answers, unless the fault of this request comes after everything was done. */
  async #end(
    fault: FaultKind | undefined,
    answer: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (fault === 'reset_after') request.raw.socket.resetAndDestroy();
    else if (fault === 'unreadable') await reply.type('text/html').send('<html>it worked</html>');
    else if (fault === 'timeout_after') reply.hijack();
    else await reply.send(answer);
  }

  async #create(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.#inFlight += 1;
    this.#mostInFlight = Math.max(this.#mostInFlight, this.#inFlight);
    try {
      const fault = await this.#begin('create', request, reply);
      if (fault === 'ended') return;
      const { enforce_mandatories: enforce } = request.query as Record<string, string | undefined>;
      const checked = checkPayload(request.body, enforce !== 'false');
      if ('faults' in checked) {
        await reply.code(400).send({ success: false, message: `Invalid lead: ${checked.faults.join('; ')}` });
        return;
      }
      const lead = this.store.addLead(checked.lead, new Date().toISOString());
      await this.#end(fault, [{ id: lead.id }], request, reply);
    } finally {
      this.#inFlight -= 1;
    }
  }

  async #list(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const fault = await this.#begin('list', request, reply);
    if (fault === 'ended') return;
    const query = request.query as Record<string, string | undefined>;
    if ([query['date_from'], query['date_to']].some((date) => date !== undefined && Number.isNaN(Date.parse(date)))) {
      await reply.code(400).send({ success: false, message: 'date_from and date_to: expected ISO dates' });
      return;
    }
    const { pageSize, pageIndex, from, to } = listQuery(query);
    const byId = query['id'] === undefined ? undefined : this.store.lead(query['id']);
    const found =
      query['id'] === undefined
        ? this.store.page(from, to, pageSize, pageIndex)
        : pageIndex === 0 && byId !== undefined
          ? [byId]
          : [];
    // All leads of the sandbox have one status, so that a filter leaves all of them or none.
    const leads = found
      .map(leadView)
      .filter(
        ({ status, lead_application_status: application }) =>
          (query['status'] ?? status) === status && (query['application_status'] ?? application) === application,
      );
    const count = query['id'] === undefined && leads.length > 0 ? this.store.count(from, to) : leads.length;
    await this.#end(fault, { success: true, result: { leads, count } }, request, reply);
  }

  async #attach(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const fault = await this.#begin('document', request, reply);
    if (fault === 'ended') return;
    const { id: leadId } = request.params as { id: string };
    const part = request.isMultipart() ? await request.file() : undefined;
    if (part === undefined || part.fieldname !== 'document') {
      await reply.code(400).send({ success: false, message: 'Expected one part named document' });
      return;
    }
    const received = await part.toBuffer();
    if (this.store.lead(leadId) === undefined) {
      await reply.code(404).send({ success: false, message: 'No such lead' });
      return;
    }
    const content = part.encoding === 'base64' ? Buffer.from(received.toString('latin1'), 'base64') : received;
    const { id, filename } = this.store.addDocument({
      leadId,
      filename: part.filename,
      contentType: part.mimetype,
      content,
    });
    await this.#end(fault, { success: true, file: { id, filename, size: content.length } }, request, reply);
  }
}

/** Starts the sandbox. */
export const startSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const sandbox = new Sandbox(options);
  await sandbox.listen(options.port ?? 0);
  return sandbox;
};
