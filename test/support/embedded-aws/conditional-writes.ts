import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A write that is under way: its ETag is not known yet. */
const pending = Symbol('pending');
type Version = string | typeof pending;

/** The emulator's bucket, and who is told what is written there. */
export interface ConditionalWritesOptions {
  readonly app: FastifyInstance;
  readonly bucket: string;
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

/**
 * What the emulator's bucket lacks, added by hooks around its own handlers: conditional writes that are refused with
 * 412 or 409, and notifications. Checking a condition and claiming its key is one step of the event
 * loop, so that of any number of conditional writers one wins.
 */
export class ConditionalWrites {
  readonly #options: ConditionalWritesOptions;
  readonly #versions = new Map<string, Version>();
  /** What a key held before the write that is under way, to go back to if that fails. */
  readonly #before = new WeakMap<FastifyRequest, Version | undefined>();
  /** Keys that are announced once their writes are answered: the emulator touches the status again behind its answer. */
  readonly #written = new WeakMap<FastifyRequest, string>();
  readonly #times = new Map<string, string>();

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
    app.addHook('onResponse', async (request) => {
      const key = this.#written.get(request);
      if (key !== undefined) await options.announce(key);
    });
  }

  /** When an object was written, ISO 8601. */
  writtenAt(key: string): string | undefined {
    return this.#times.get(key);
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
    } else if (this.#writtenKey(request, status) !== undefined) {
      this.#versions.set(key, etag);
      this.#written.set(request, key);
      this.#times.set(key, new Date().toISOString());
    }
  }

  #goBack(request: FastifyRequest, key: string): void {
    if (!this.#before.has(request)) return;
    const before = this.#before.get(request);
    if (before === undefined) this.#versions.delete(key);
    else this.#versions.set(key, before);
  }
}
