import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ArchivedObject } from './object-archive.ts';

/** A write that is under way: its ETag is not known yet. */
const pending = Symbol('pending');
type Version = string | typeof pending;

/** What is done besides checking conditions. */
export interface ConditionalWritesOptions {
  readonly app: FastifyInstance;
  readonly bucket: string;
  /** Keeps an object before its write is answered. */
  readonly keep: (object: ArchivedObject) => void;
  readonly drop: (key: string) => void;
  /** Told of every object once its write was answered, as S3 tells its notifications. */
  readonly announce: (key: string) => Promise<void>;
}

const errorBody = (code: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;

const refusals = {
  failed: { status: 412, body: errorBody('PreconditionFailed') },
  conflict: { status: 409, body: errorBody('ConditionalRequestConflict') },
} as const;

const queryOf = (request: FastifyRequest): string => request.url.split('?', 2)[1] ?? '';

const isMultipart = (query: string): boolean => /(^|&)(uploads|uploadId|partNumber)(=|&|$)/.test(query);

/** The address of an object below the emulator's root. */
export const objectPath = (bucket: string, key: string): string =>
  `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;

/**
 * What the emulator's bucket lacks, added by hooks around its own handlers: conditional writes that are refused with
 * 412 or 409, notifications, and being kept on disk. Checking a condition and claiming its key is one step of the event
 * loop, so that of any number of conditional writers one wins.
 */
export class ConditionalWrites {
  readonly #options: ConditionalWritesOptions;
  readonly #versions = new Map<string, Version>();
  /** What a key held before the write that is under way, to go back to if that fails. */
  readonly #before = new WeakMap<FastifyRequest, Version | undefined>();
  readonly #times = new Map<string, string>();
  /** Objects are kept one after the other, so that the last write of a key is the one that stays. */
  #kept: Promise<void> = Promise.resolve();
  /** While true, writes put back what was kept: they are not kept again and not announced. */
  restoring = false;

  constructor(options: ConditionalWritesOptions) {
    this.#options = options;
    const { app } = options;
    app.addHook('preHandler', (request, reply, next) => {
      const refusal = this.#refusal(request);
      if (refusal === undefined) next();
      else void reply.code(refusals[refusal].status).type('application/xml').send(refusals[refusal].body);
    });
    app.addHook('onSend', async (request, reply, payload) => {
      await this.#afterHandler(request, reply.statusCode, String(reply.getHeader('etag') ?? 'multipart'));
      return payload;
    });
    app.addHook('onResponse', async (request, reply) => {
      const key = this.#writtenKey(request, reply.statusCode);
      if (key !== undefined && !this.restoring) await options.announce(key);
    });
  }

  /** When an object was written, ISO 8601. */
  writtenAt(key: string): string | undefined {
    return this.#times.get(key);
  }

  /** Says when an object was written that was put back. */
  remember(key: string, writtenAt: string): void {
    this.#times.set(key, writtenAt);
  }

  #keyOf(request: FastifyRequest): string | undefined {
    const path = request.url.split('?', 1)[0] ?? '';
    const prefix = `/${this.#options.bucket}/`;
    return path.startsWith(prefix) && path.length > prefix.length
      ? decodeURIComponent(path.slice(prefix.length))
      : undefined;
  }

  /** The key of an object that a request made visible: by a plain PUT, or by the end of a multipart upload. */
  #writtenKey(request: FastifyRequest, status: number): string | undefined {
    const query = queryOf(request);
    const writes =
      (request.method === 'PUT' && !isMultipart(query)) || (request.method === 'POST' && /(^|&)uploadId=/.test(query));
    return writes && status < 300 ? this.#keyOf(request) : undefined;
  }

  #refusal(request: FastifyRequest): keyof typeof refusals | undefined {
    const key = this.#keyOf(request);
    if (key === undefined || request.method !== 'PUT' || isMultipart(queryOf(request))) return undefined;
    const current = this.#versions.get(key);
    const { 'if-none-match': ifAbsent, 'if-match': ifMatch } = request.headers;
    if ((ifAbsent !== undefined || ifMatch !== undefined) && current === pending) return 'conflict';
    if (ifAbsent !== undefined && current !== undefined) return 'failed';
    if (ifMatch !== undefined && current !== ifMatch) return 'failed';
    this.#before.set(request, current);
    this.#versions.set(key, pending);
    return undefined;
  }

  async #afterHandler(request: FastifyRequest, status: number, etag: string): Promise<void> {
    const key = this.#keyOf(request);
    if (key === undefined) return;
    if (status >= 300) {
      this.#goBack(request, key);
    } else if (request.method === 'DELETE') {
      this.#versions.delete(key);
      this.#options.drop(key);
    } else if (this.#writtenKey(request, status) !== undefined) {
      this.#versions.set(key, etag);
      if (!this.restoring) await this.#keepNext(key);
    }
  }

  #goBack(request: FastifyRequest, key: string): void {
    if (!this.#before.has(request)) return;
    const before = this.#before.get(request);
    if (before === undefined) this.#versions.delete(key);
    else this.#versions.set(key, before);
  }

  async #keepNext(key: string): Promise<void> {
    this.#times.set(key, new Date().toISOString());
    this.#kept = this.#kept.then(() => this.#keep(key));
    await this.#kept;
  }

  async #keep(key: string): Promise<void> {
    const { app, bucket, keep } = this.#options;
    const stored = await app.inject({ method: 'GET', url: objectPath(bucket, key) });
    if (stored.statusCode !== 200) return;
    const prefix = 'x-amz-meta-';
    const metadata = Object.entries(stored.headers).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), String(value)]] : [],
    );
    keep({
      key,
      body: stored.rawPayload,
      contentType: String(stored.headers['content-type']),
      metadata: Object.fromEntries(metadata) as Record<string, string>,
      writtenAt: this.#times.get(key) ?? new Date().toISOString(),
    });
  }
}
